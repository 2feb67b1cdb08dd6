#!/usr/bin/python3
"""What signing a mail costs in front of a real Postfix: no milter, OpenDKIM with a key file, and
dkimkeeper-agent with the key in SoftHSM, over mutual TLS and over a Unix socket, in turns of one run.

    tests/bench/milter_bench.py BUILD-FOLDER [--messages N] [--rounds N] [--sessions N] [--size N]

Runs as root (Postfix). Prints, for each way, messages a second from the first byte until the last
message is delivered to smtp-sink, and the CPU of the signer for a message: of opendkim, or of agent,
daemon and workers together and apart. Medians over the rounds; then the ratios, which are what counts.
Each delivered message has to bear a signature, and the last of each way is verified by dkimpy.
"""

import argparse
import contextlib
import pathlib
import select
import statistics
import subprocess
import sys
import tempfile
import time

E2E = pathlib.Path(__file__).resolve().parent.parent / "e2e"
sys.path.insert(0, str(E2E))
from agent import Agent  # noqa: E402
from keeper import Keeper, verify  # noqa: E402
from postfix import Postfix  # noqa: E402
from service_bench import cpu_seconds_of, use_programs_of  # noqa: E402

DOMAIN = "example.test"
SELECTOR = "file"


@contextlib.contextmanager
def opendkim(home):
    """A running OpenDKIM; yields its milter address, its process and the record of its key."""
    home.mkdir()
    home.chmod(0o755)
    key, socket = home / "key.pem", home / "milter.sock"
    subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
    public = subprocess.run(["openssl", "rsa", "-in", str(key), "-pubout"], check=True,
                            capture_output=True, text=True).stdout
    config = home / "opendkim.conf"
    config.write_text(f"Mode s\nDomain {DOMAIN}\nSelector {SELECTOR}\nKeyFile {key}\nSocket local:{socket}\n"
                      "Canonicalization relaxed/relaxed\nSignatureAlgorithm rsa-sha256\nUMask 000\n"
                      "InternalHosts 0.0.0.0/0\nRequireSafeKeys no\nBackground no\nSyslog no\n",
                      encoding="ascii")
    with subprocess.Popen(["opendkim", "-f", "-x", str(config)], stderr=subprocess.PIPE) as process:
        # What it says, or its end, is heard at once; the socket is all that a good start shows.
        while not socket.exists():
            if select.select([process.stderr], [], [], 0.05)[0]:
                raise RuntimeError(f"opendkim did not start: {process.stderr.read().decode()}")
        record = "v=DKIM1; k=rsa; p=" + "".join(public.splitlines()[1:-1])
        yield f"unix:{socket}", process.pid, f"{SELECTOR}._domainkey.{DOMAIN}", record
        process.kill()


class Way:
    """A Postfix and the processes that sign for it: {what: pid, …}."""

    def __init__(self, name, postfix, processes):
        self.name, self.postfix, self.processes = name, postfix, processes
        self.rates, self.costs = [], []

    def run(self, options):
        """One round; returns what the sink got."""
        before = {what: cpu_seconds_of(pid) for what, pid in self.processes.items()}
        begun = time.monotonic()
        subprocess.run(["smtp-source", "-s", str(options.sessions), "-l", str(options.size),
                        "-m", str(options.messages), "-f", f"joe@{DOMAIN}", "-t", "sue@dest.example",
                        f"127.0.0.1:{self.postfix.port}"], check=True)
        messages = self.postfix.delivered(options.messages)
        self.rates.append(options.messages / (time.monotonic() - begun))
        self.costs.append({what: (cpu_seconds_of(pid) - before[what]) / options.messages * 1e6
                           for what, pid in self.processes.items()})
        return messages

    def cost(self):
        return statistics.median(sum(costs.values()) for costs in self.costs)

    def report(self):
        parts = {what: statistics.median(costs[what] for costs in self.costs) for what in self.processes}
        apart = ", ".join(f"{what} {part:.0f}" for what, part in parts.items())
        print(f"{self.name:24}{statistics.median(self.rates):8.0f} messages/s"
              + (f"{self.cost():8.0f} µs of CPU a message ({apart})" if parts else ""), flush=True)


def check(way, messages, records):
    """Every message is signed, and the last one verifies."""
    if not way.processes:
        return
    unsigned = sum(b"DKIM-Signature:" not in message for message in messages)
    assert unsigned == 0, f"{way.name}: {unsigned} of {len(messages)} messages are unsigned"
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        pathlib.Path(file.name).write_bytes(messages[-1])
        _, verdicts = verify("dkimpy_verify.py", pathlib.Path(file.name), records)
    assert verdicts and all(" pass " in line for line in verdicts), f"{way.name}: {verdicts}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path, help="a build folder with tests: "
                        "cmake --preset release -B build/bench -DBUILD_TESTING=ON")
    parser.add_argument("--messages", type=int, default=1000, help="messages of a round and way")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--sessions", type=int, default=8, help="SMTP sessions at once")
    parser.add_argument("--size", type=int, default=4000, help="octets of a body")
    options = parser.parse_args()
    use_programs_of(options.build.resolve())

    with contextlib.ExitStack() as stack:
        home = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dkimkeeper-bench-")))
        home.chmod(0o755)
        (home / "keeper").mkdir()
        keeper = Keeper(home / "keeper")
        api = keeper.folder / "api.sock"
        keeper.write_config(extra=f'[[socket]]\npath = "{api}"\nidentity = "unix:agent"\nmode = "0600"\n')
        keeper.start()
        stack.callback(keeper.stop)
        keeper.add_domain(DOMAIN)
        keeper.run("grant", "add", "unix:agent", "sign", DOMAIN)
        socket, pid, name, record = stack.enter_context(opendkim(home / "opendkim"))
        records = home / "records"
        records.write_text(pathlib.Path(keeper.records()).read_text(encoding="utf-8")
                           + f"{name} {record}\n", encoding="utf-8")

        def way(name, milter, processes):
            folder = home / f"postfix-{len(ways)}"
            ways.append(Way(name, stack.enter_context(Postfix(folder, milter)), processes))

        def agent_way(name, folder, **sections):
            agent = Agent(home / folder, keeper, **sections).start()
            stack.callback(agent.stop)
            processes = {"agent": agent.process.pid, "daemon": keeper.daemon_pid}
            processes |= {f"worker {i}": worker for i, worker in enumerate(keeper.worker_pids, 1)}
            way(name, agent.milter, processes)

        ways = []
        way("no milter", "", {})
        way("OpenDKIM, key file", socket, {"opendkim": pid})
        agent_way("agent, mutual TLS", "agent-tls")
        agent_way("agent, Unix socket", "agent-unix",
                  server=f'addresses = ["unix:{api}"]\ntime_budget = "3s"')
        for turn in range(options.rounds + 1):
            for way in ways:
                check(way, way.run(options), records)
                if turn == 0:  # warms up
                    way.rates.clear()
                    way.costs.clear()
        for way in ways:
            way.report()
        theirs = ways[1]
        for mine in ways[2:]:
            rates = statistics.median(mine.rates) / statistics.median(theirs.rates)
            print(f"{mine.name} / OpenDKIM: CPU a message {mine.cost() / theirs.cost():.2f}, "
                  f"messages a second {rates:.2f}")


if __name__ == "__main__":
    main()
