#!/usr/bin/python3
"""The fault table: what callers notice of every answer and every mishap of a PKCS#11 module.

    fault_table.py [--columns sign,login] [--faults CKR_DEVICE_ERROR,crash] [--gone 10] [--times]

A row is one fault, met while eight callers sign with a deadline of 15 s (and two make keys, or look
for one, where the column says so). Every signature is verified by Python's cryptography. Exits with
1 when a row is not as hsm/pkcs11/ckr.cc says; with --times also when it took too long.

Needs DKIMKEEPERD, DKIMKEEPER, DKIMKEEPER_FAULTMODULE and PYTHONPATH as the ctest "faults: table" sets
them.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from faulty_keeper import FaultyKeeper, kill
from load import SMALL_KEY, WRONG, Load, make_keys
from rows import COLUMNS, FUNCTION, ckr_row, ckr_rows, mishap_rows

PATIENCE = 60  # seconds until a row counts as one that never ends


class Outcome(NamedTuple):
    calls: int
    failures: Counter      # CODE/REASON of the calls that failed
    wrong: int             # signatures that were released and do not verify
    logins: int            # C_Login calls until the fault ended
    first_good: float      # seconds from the fault's end to the next good signature
    slowest: float         # seconds of the signature that took longest
    met: bool              # by as many calls as it was meant for
    recovered: bool


def meet(row, keeper, load):
    """Waits until the fault is over; whether it was met."""
    def all_refused(since):
        return load.everybody(since, lambda call: call.reason == row.reason)
    if row.stops:
        # And once more by everybody, so that who would try the PIN again has done so.
        return (load.wait(lambda: all_refused(0), PATIENCE)
                and load.wait(lambda since=time.monotonic(): all_refused(since), PATIENCE))
    if row.lasts:
        load.wait(lambda: False, row.lasts)
        return keeper.faulted()[row.watched] > 0 or row.watched[0] == "*"
    return load.wait(lambda: keeper.faulted()[row.watched] >= row.acts, PATIENCE)


def run(row, keeper, load):
    load.begin()
    (keeper.begin_anew if row.kills else keeper.set_faults)(*row.rules)
    met = meet(row, keeper, load)
    logins = keeper.faulted()["C_Login", "log"]
    if row.lasts or row.stops:
        keeper.set_faults()
    ended = time.monotonic()
    if row.renews:
        keeper.allow_login()
    if row.blocks:
        load.wait(lambda: any(call.reason for call in load.calls), PATIENCE)
        ended = time.monotonic()
        recovered = load.wait(lambda: load.everybody(ended, kind="sign"), PATIENCE)
    else:
        recovered = (load.wait(lambda: load.everybody(ended), PATIENCE)
                     and load.wait(lambda: keeper.ready_workers == 2, PATIENCE))
    calls = load.calls
    signatures = [call for call in calls if call.kind == "sign"]
    good = [call.end for call in signatures if not call.reason]
    return Outcome(
        calls=len(calls), wrong=sum(call.reason == WRONG for call in calls),
        failures=Counter(call.reason for call in calls if call.reason not in ("", WRONG)),
        logins=logins, first_good=min((end for end in good if end > ended), default=float("inf")) - ended,
        slowest=max(call.end - call.begin for call in signatures), met=met, recovered=recovered)


def complaints(row, outcome, times):
    """What is not as the table of failures says."""
    failed = outcome.failures.total()
    if outcome.wrong:
        yield "a wrong signature was released"
    if not outcome.met:
        yield "the fault was not met"
    if not outcome.recovered:
        yield "it did not recover"
    if row.reason is None and failed:
        yield "no call should fail"
    if row.reason and any(not reason.startswith(row.reason) for reason in outcome.failures):
        yield f"only {row.reason} was expected"
    if row.stops and outcome.logins != 1:
        yield "exactly one C_Login was expected"
    if row.reason and not row.stops and not row.blocks and not 1 <= failed <= row.acts:
        yield "the calls that met it should fail, no others"
    if times and outcome.first_good > row.within:
        yield f"the first good signature came after more than {row.within:g} s"
    if times and row.slowest and outcome.slowest > row.slowest:
        yield f"a call took more than {row.slowest:g} s"


def show(row, outcome, wrongs):
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(outcome.failures.items()))
    print(f"{row.column:9}{row.fault:36}{outcome.calls:6}{outcome.failures.total():7}"
          f"{outcome.first_good * 1e3:9.0f}{outcome.slowest * 1e3:9.0f}{outcome.wrong:6}"
          f"{outcome.logins:7}  {reasons}{''.join(f' <-- {wrong}' for wrong in wrongs)}", flush=True)


def rows_of(column, options):
    rows = [ckr_row(column, ckr, treatment) for ckr, treatment in ckr_rows()]
    rows += mishap_rows(column, options.gone)
    return [row for row in rows
            if not options.faults or any(row.fault.startswith(name) for name in options.faults)]


def run_column(column, options):
    """A column with a daemon of its own; how many rows were not as they should be."""
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        keeper = FaultyKeeper(Path(folder))
        keeper.import_small_key(SMALL_KEY)
        keeper.start()
        keys = make_keys(keeper)
        acts = {"generate": {"generators": 2}, "find": {"finders": 2}}.get(column, {})
        with Load(keeper, keys, **acts) as load:
            load.wait(lambda: load.everybody(0), PATIENCE)
            for row in rows_of(column, options):
                outcome = run(row, keeper, load)
                if row.reason and outcome.recovered and not outcome.failures:
                    outcome = run(row, keeper, load)  # the daemon's own health check had met it
                wrongs = list(complaints(row, outcome, options.times))
                bad += bool(wrongs)
                show(row, outcome, wrongs)
                if not outcome.recovered:
                    break
        log = keeper.log.read_text(errors="replace")
        kill(keeper.worker_pids)  # the one that hangs may do so for two minutes
        if keeper.stop() != 0:
            print(log)
            bad += 1
        if options.log:
            Path(f"{options.log}.{column}").write_text(log, encoding="utf-8")
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--columns", type=lambda text: text.split(","), default=COLUMNS)
    parser.add_argument("--faults", type=lambda text: text.split(","), default=(),
                        help="rows whose name begins so; default: all")
    parser.add_argument("--gone", type=float, default=10, help="seconds that a token is away")
    parser.add_argument("--times", action="store_true", help="judge the times, too")
    parser.add_argument("--log", help="keep the daemon's log of each column as LOG.COLUMN")
    options = parser.parse_args()
    print(f"{'call':9}{'fault':36}{'calls':>6}{'failed':>7}{'good ms':>9}{'slow ms':>9}{'wrong':>6}"
          f"{'logins':>7}  reasons")
    begin = time.monotonic()
    bad = sum(run_column(column, options) for column in options.columns)
    print(f"{bad} rows are not as they should be; {time.monotonic() - begin:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
