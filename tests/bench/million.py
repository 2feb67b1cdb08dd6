#!/usr/bin/python3
"""Memory over a million signatures through agent and provider, and with 50 mail connections.

    tests/bench/million.py BUILD-FOLDER [--signatures N] [--programs N]

Programs that sign with OpenSSL and a key reference (dkimkeeper.so) ask the agent, the agent the daemon,
Ed25519. Prints resident memory of each process at the start, at each fifth of the way and at the end;
then that of the agent while 50 SMTP sessions send mail of 4 kB through its milter. Runs as root
(Postfix).
"""

import argparse
import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

E2E = pathlib.Path(__file__).resolve().parent.parent / "e2e"
sys.path.insert(0, str(E2E))
from agent import Agent  # noqa: E402
from keeper import SENDER, Keeper  # noqa: E402
from postfix import Postfix  # noqa: E402
from service_bench import resident_mib, use_programs_of  # noqa: E402

DOMAIN = "example.test"
STEPS = 5
MAILS = 3000


class Programs:
    """Running signing programs; each signs once for each line it gets."""

    def __init__(self, stack, count, command, environment):
        self.all = [stack.enter_context(subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            for _ in range(count)]

    def sign(self, count):
        """Each makes `count` signatures; all have to be good."""
        bad = []

        def ask(program):
            program.stdin.write(b"\n" * count)
            program.stdin.flush()

        def read(program):
            bad.extend(line for line in (program.stdout.readline() for _ in range(count))
                       if len(line) != 129)

        threads = [threading.Thread(target=what, args=(program,)) for program in self.all for what in (ask, read)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not bad, f"{len(bad)} signatures failed: {bad[0]}"

    def stop(self):
        for program in self.all:
            program.stdin.close()


def environment_of(folder, provider, socket):
    """For a program that signs with references: the configuration that is shipped."""
    sample = (E2E.parents[1] / "deploy/openssl-dkimkeeper.cnf").read_text(encoding="utf-8")
    sample = sample.replace("# module = /usr/lib/x86_64-linux-gnu/ossl-modules/dkimkeeper.so",
                            f"module = {provider}")
    path = folder / "openssl.cnf"
    path.write_text(sample.replace("agent_socket = /run/dkimkeeper-agent/reference.sock",
                                   f"agent_socket = {socket}"), encoding="utf-8")
    return {**os.environ, "OPENSSL_CONF": str(path)}


def show(what, processes):
    print(f"{what:>12}  " + "".join(f"{name} {resident_mib(pid):6.1f}  " for name, pid in processes.items())
          + "MiB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path, help="a build folder with tests: "
                        "cmake --preset release -B build/bench -DBUILD_TESTING=ON")
    parser.add_argument("--signatures", type=int, default=1_000_000)
    parser.add_argument("--programs", type=int, default=4)
    options = parser.parse_args()
    build = options.build.resolve()
    use_programs_of(build)

    with contextlib.ExitStack() as stack:
        home = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dkimkeeper-million-")))
        home.chmod(0o755)
        (home / "keeper").mkdir()
        keeper = Keeper(home / "keeper").start()
        stack.callback(keeper.stop)
        keeper.run("domain", "add", DOMAIN)
        keeper.run("grant", "add", SENDER, "sign", DOMAIN)
        keeper.grant_operator()
        keeper.add_key(DOMAIN, "ed25519-sha256", "--selector", "ed25519")
        reference = home / "key.pem"
        reference.write_bytes(keeper.run("key", "reference", DOMAIN, "ed25519").stdout)
        socket = home / "agent/reference.sock"
        agent = Agent(home / "agent", keeper,
                      local=f'listen = "{socket}"\nthreads = {options.programs}\n[[local.access]]\n'
                            f'user = "{os.getuid()}"\ndomain = "{DOMAIN}"').start()
        stack.callback(agent.stop)
        programs = Programs(stack, options.programs,
                            [str(build / "tests/e2e/signing_program"), str(reference), "evp", "lines"],
                            environment_of(home, build / "client/provider/dkimkeeper.so", socket))
        processes = {"agent": agent.process.pid, "daemon": keeper.daemon_pid,
                     "worker": keeper.worker_pids[0], "program": programs.all[0].pid}
        programs.sign(100)
        show("start", processes)
        for step in range(1, STEPS + 1):
            programs.sign(options.signatures // STEPS // options.programs)
            show(f"{options.signatures * step // STEPS}", processes)
        programs.stop()

        with Postfix(home / "postfix", agent.milter) as mail_server:
            sending = subprocess.Popen(
                ["smtp-source", "-s", "50", "-l", "4000", "-m", str(MAILS), "-f", f"joe@{DOMAIN}",
                 "-t", "sue@dest.example", f"127.0.0.1:{mail_server.port}"])
            mail_server.delivered(MAILS // 2)
            show("50 sessions", {"agent": agent.process.pid})
            mail_server.delivered(MAILS - MAILS // 2)
            assert sending.wait() == 0
            show(f"{MAILS} mails", {"agent": agent.process.pid})


if __name__ == "__main__":
    main()
