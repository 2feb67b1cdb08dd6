#!/usr/bin/python3
"""What rights and their record add to a signature: CPU of daemon and workers, ways in turns of one run.

    tests/bench/record_cost.py BUILD-FOLDER [--rounds N] [--count N] [--callers N] [--no-log DAEMON]

Ways: the audit log buffered (the default) and durable, SignHeaders in place of SignDigest, and 10,000
grants in place of 10. Each has a daemon of its own. `--no-log` names a dkimkeeperd that was built without
an audit log: there is no such setting. Medians over the rounds, in µs a signature with RSA-2048.
"""

import argparse
import contextlib
import json
import sqlite3
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))
from keeper import Keeper  # noqa: E402
from service_bench import cpu_seconds_of, use_programs_of  # noqa: E402

DOMAIN = "example.test"


def grant(keeper, count):
    """So many more rights of others, written into the store of a daemon that does not run."""
    with contextlib.closing(sqlite3.connect(keeper.folder / "store.sqlite")) as store, store:
        store.executemany(
            "INSERT INTO grants (identity, verb, domain, sender) VALUES (?, 'sign', ?, 'default')",
            ((f"dns:mx{i % 100}.example.net", f"customer{i}.example") for i in range(count)))


class Way:
    """A running daemon; what its signatures cost."""

    def __init__(self, name, folder, *, log="", options=(), grants=10):
        self.name, self.options, self.costs = name, options, []
        self.keeper = Keeper(folder)
        self.keeper.write_config(audit=f'directory = "{self.keeper.audit}"\n{log}')
        self.keeper.start()
        self.keeper.add_domain(DOMAIN)
        self.keeper.stop()
        grant(self.keeper, grants)
        self.keeper.start()

    def spent(self):
        keeper = self.keeper
        return cpu_seconds_of(keeper.daemon_pid), sum(map(cpu_seconds_of, keeper.worker_pids))

    def run(self, callers, count):
        before = self.spent()
        made = json.loads(self.keeper.run("--json", "bench", "sign", "--domain", DOMAIN, "--callers", callers,
                                          "--count", count, *self.options, who="sender",
                                          seconds=600).stdout)
        assert made["failed"] == 0, made
        self.costs.append([(after - begin) / made["signatures"] * 1e6
                           for begin, after in zip(before, self.spent())])

    def cost(self):
        """Daemon and workers, each a median."""
        return [statistics.median(part) for part in zip(*self.costs)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--count", type=int, default=800)
    parser.add_argument("--callers", type=int, default=4)
    parser.add_argument("--no-log", type=Path, metavar="DAEMON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, contextlib.ExitStack() as stack:
        def way(name, **how):
            folder = Path(home) / str(len(ways))
            folder.mkdir()
            made = Way(name, folder, **how)
            stack.callback(made.keeper.stop)
            ways.append(made)
        ways = []
        use_programs_of(options.build, daemon=options.no_log)
        if options.no_log:
            way("SignDigest, no audit log")
        use_programs_of(options.build)
        way("SignDigest, buffered")
        way("SignDigest, durable", log='signatures = "durable"')
        way("SignHeaders, buffered", options=("--headers",))
        way("SignDigest, 10,000 grants", grants=10_000)
        for turn in range(options.rounds + 1):
            for each in ways:
                each.run(options.callers, options.count)
                if turn == 0:
                    each.costs.clear()  # warms up
        base = sum(ways[1 if options.no_log else 0].cost())
        print(f"{options.callers} callers over mutual TLS; µs of CPU a signature, and × buffered")
        for each in ways:
            daemon, workers = each.cost()
            print(f"{each.name:28}{daemon + workers:7.0f} (daemon {daemon:.0f}, workers {workers:.0f})"
                  f"{(daemon + workers) / base:7.2f}")


if __name__ == "__main__":
    main()
