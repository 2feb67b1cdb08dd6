#!/usr/bin/python3
"""kill -9 of launcher, daemon and workers at each effect of a full rotation, then a new start: the
end must be that of a rotation which nobody disturbed, random names apart.

    DKIMKEEPERD=… DKIMKEEPER=… tests/e2e/rotation_kill.py [--kind bind] [--random N] [--seed N] [POINT…]

Points, of both keys that are replaced, `n` counts from 1:
    event:STEP:n   when the log says that STEP was taken
    update:n       when the name server takes the n-th update: what it says back is lost
    token:n        when the n-th object of the token appears or goes: the store knows nothing of it
    store:n        when the store is written the n-th time
    random:SEED    at some moment of the rotation
Without points: all of these, and --random of the last. Prints a table; fails if any end differs.
"""

import argparse
import collections
import concurrent.futures
import random
import re
import sys
import tempfile
import time

import grpc

import api
from custody import DOMAIN, Custody

STEPS = ("generate", "publish", "prove", "activate", "await_stop", "revoke", "withdraw",
         "prove_withdrawn", "remove_record", "prove_removed", "destroy")
LASTS = 7.0  # seconds of an undisturbed rotation
LIMIT = 60
POLL = 0.0005


def named_points():
    # The steps of the first keys are in the log already: two of each until they sign.
    points = [f"event:{step}:{n}" for step in STEPS for n in (1, 2)]
    points += [f"update:{n}" for n in range(1, 7)]
    points += [f"token:{n}" for n in range(1, 5)]
    return points + [f"store:{n}" for n in range(1, 41, 3)]


class Point:
    """Where to kill, as seen from before the rotation."""

    def __init__(self, custody, text):
        self.custody = custody
        self.kind, *self.words = text.split(":")
        keeper = custody.keeper
        if self.kind == "event":
            self.pattern = f"event=rotation.{self.words[0]} .*result=ok"
            self.before = len([line for line in keeper.log.read_text().splitlines()
                               if f"event=rotation.{self.words[0]} " in line])
        elif self.kind == "update":
            self.log = custody.server.folder / "log"
            self.pattern = "DDNS, processing|updating zone"
            self.before = len(re.findall(self.pattern, self.log.read_text()))
        elif self.kind == "token":
            self.seen = self._objects()
        elif self.kind == "store":
            self.seen = self._store()

    def _objects(self):
        return {path.name for path in (self.custody.keeper.folder / "tokens").glob("*/*.object")}

    def _store(self):
        return (self.custody.keeper.folder / "store.sqlite-wal").stat().st_mtime_ns

    def wait(self):
        """Whether it was reached."""
        if self.kind == "random":
            time.sleep(random.Random(int(self.words[0])).uniform(0, LASTS))
            return True
        if self.kind == "event":
            count = self.before + int(self.words[1])
            return self.custody.keeper.logged(self.pattern, LIMIT, count=count)
        count = int(self.words[0])
        if self.kind == "update":
            return self.custody.keeper.logged(self.pattern, LIMIT, self.log, self.before + count)
        look = self._objects if self.kind == "token" else self._store
        return self._changes(look, count)

    def _changes(self, look, count):
        end = time.monotonic() + LIMIT
        while count > 0 and time.monotonic() < end:
            now = look()
            count -= now != self.seen
            self.seen = now
            time.sleep(POLL)
        return count == 0


def picture(custody):
    """All that an end consists of, random names apart."""
    keys = custody.keys().values()
    records = collections.Counter(
        "revoked" if value.endswith("p=") else "key" for value in custody.server.key_records().values())
    known = {key["record_name"] for key in keys}
    strangers = set(custody.server.key_records()) - known
    return {
        "keys": sorted((key["algorithm"], key["state"], key["record_state"]) for key in keys),
        "records": dict(records), "strangers": len(strangers),
        "in the token": custody.token_objects(), "alarms": sorted(custody.alarms()),
        "findings": [one for one in custody.keeper.json("status")["reconcile_findings"]
                     if not one.startswith(("undone: ", "finished: "))],  # of the kill itself
        "signs": sorted(custody.verdicts(custody.sign()).values()),
    }


def is_over(custody):
    states = collections.Counter(key["state"] for key in custody.keys().values())
    return states["DESTROYED"] >= 2 and states["PUBLISHED"] == 2 and states["ACTIVE"] == 2


def ask(custody):
    """Whether the rotation was asked for and the answer came. The same request each time, so it may
    be asked again when a kill took the answer along, and maybe the commit."""
    request = api.rotation_pb2.RotateKeysRequest(domain=DOMAIN, request_id="rotation-of-the-kill")
    with api.channel(custody.keeper, who="operator") as channel:
        try:
            api.rotation_pb2_grpc.RotationStub(channel).RotateKeys(request, timeout=30)
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.UNAVAILABLE:
                raise
            return False
    return True


def run(kind, text):
    """(picture of the end, seconds, whether the point was reached)."""
    with tempfile.TemporaryDirectory() as folder, Custody(folder, kind=kind) as custody:
        custody.add()
        custody.wait_standbys()
        began = time.monotonic()
        reached = True
        if text:
            point = Point(custody, text)
            with concurrent.futures.ThreadPoolExecutor(1) as watcher:
                waiting = watcher.submit(lambda: point.wait() and (custody.keeper.kill() or True))
                answered = ask(custody)
                reached = waiting.result()
            if reached:
                custody.keeper.start()
            if not answered and not ask(custody):
                raise AssertionError("a daemon that was started again does not answer")
        elif not ask(custody):
            raise AssertionError("the daemon does not answer")
        while not is_over(custody) and time.monotonic() < began + LIMIT:
            time.sleep(0.2)
        return picture(custody), time.monotonic() - began, reached


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("points", nargs="*")
    parser.add_argument("--kind", default="knot", choices=["knot", "bind"])
    parser.add_argument("--random", type=int, default=30, help="kills at random moments")
    parser.add_argument("--seed", type=int, default=1, help="of the first of them")
    parser.add_argument("--parallel", type=int, default=3)
    options = parser.parse_args()
    points = options.points or named_points() + [
        f"random:{options.seed + n}" for n in range(options.random)]
    undisturbed, seconds, _ = run(options.kind, None)
    print(f"undisturbed, {options.kind}: {seconds:.1f} s, {undisturbed}", flush=True)
    bad = missed = 0
    with concurrent.futures.ThreadPoolExecutor(options.parallel) as pool:
        runs = [(text, pool.submit(run, options.kind, text)) for text in points]
        for text, one in runs:
            end, seconds, reached = one.result()
            same = end == undisturbed
            bad += not same
            missed += not reached
            verdict = "the same end" if same else "ANOTHER END"
            print(f"{text:26}{'killed' if reached else 'not reached':13}{seconds:6.1f} s  {verdict}",
                  flush=True)
            for name in end if not same else ():
                if end[name] != undisturbed[name]:
                    print(f"    {name}: {end[name]}, not {undisturbed[name]}", flush=True)
    print(f"{len(points)} runs, {missed} not reached, {bad} with another end")
    return 1 if bad or missed else 0


if __name__ == "__main__":
    sys.exit(main())
