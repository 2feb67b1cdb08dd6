#!/usr/bin/python3
"""kill -9 of one token worker every 500 ms under load, then of all workers at once, five times.

    kill_story.py [SECONDS]      (default 60)

Needs DKIMKEEPERD, DKIMKEEPER and PYTHONPATH as the ctest "faults: kills" sets them. Exits with 1 when
a call failed or a signature was wrong.
"""

import sys
import tempfile
import threading
import time
from pathlib import Path

from faulty_keeper import kill
from keeper import Keeper
from load import CALLERS, DEADLINE, WRONG, Load, make_keys

PERIOD = 0.5
ALL_AT_ONCE = 5


def report(what, kills, calls, seconds):
    """Prints a line; whether every call was a good one."""
    times = sorted(call.end - call.begin for call in calls)
    failed = [call.reason for call in calls if call.reason and call.reason != WRONG]
    wrong = sum(call.reason == WRONG for call in calls)
    print(f"{what:32}{kills:6}{len(calls):8}{len(failed):8}{wrong:7}{len(calls) / seconds:8.0f}"
          f"{times[len(times) // 2] * 1e3:9.1f}{times[len(times) * 99 // 100] * 1e3:9.1f}"
          f"{times[-1] * 1e3:9.0f}", *sorted(set(failed)), flush=True)
    return not failed and not wrong


def kill_one_after_the_other(keeper, load, seconds):
    load.begin()
    begin = time.monotonic()
    kills = 0
    while time.monotonic() < begin + seconds:
        threading.Event().wait(PERIOD)
        # The older one: the younger may not be ready yet.
        kills += kill(sorted(keeper.worker_pids)[:1])
    ended = time.monotonic()
    load.wait(lambda: load.everybody(since=ended))
    return report(f"one every {PERIOD * 1e3:.0f} ms", kills, load.calls, time.monotonic() - begin)


def kill_all(keeper, load):
    load.begin()
    begin = time.monotonic()
    kills = 0
    for _ in range(ALL_AT_ONCE):
        kills += kill(keeper.worker_pids)
        ended = time.monotonic()
        load.wait(lambda ended=ended: load.everybody(since=ended))
        load.wait(lambda: len(keeper.worker_pids) == 2)
        threading.Event().wait(PERIOD)
    return report(f"all at once, {ALL_AT_ONCE} times", kills, load.calls, time.monotonic() - begin)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as folder:
        keeper = Keeper(Path(folder)).start()
        print(f"{CALLERS} callers, deadline {DEADLINE} s, 2 workers, RSA-2048 and Ed25519; "
              "every signature verified")
        print(f"{'SIGKILL':32}{'kills':>6}{'calls':>8}{'failed':>8}{'wrong':>7}{'sig/s':>8}"
              f"{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}")
        with Load(keeper, make_keys(keeper)) as load:
            load.wait(lambda: load.everybody(since=0))
            good = kill_one_after_the_other(keeper, load, seconds)
            good = kill_all(keeper, load) and good
        code = keeper.stop()
    return 0 if good and code == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
