#!/usr/bin/python3
"""kill -9 of the whole service under load, once for each way of auditing: which signatures were returned
to callers and are not in the audit log, and how long until the service signs again.

    audit_kill_story.py [ROUNDS] [SECONDS]      (default 5, 2)

Needs DKIMKEEPERD, DKIMKEEPER and PYTHONPATH as the ctest "faults: audit kills" sets them. Exits with 1
when a signature is missing that was promised to be there ("durable"), or one is missing that was older
than what may be behind ("buffered"), or the log has a gap.
"""

import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import api
import audit_records
import grpc
from keeper import Keeper
from load import CALLERS, make_keys

BUFFER = 0.05     # seconds, as [audit] buffer says
PATIENCE = 1.0    # what a busy machine takes on top of it


class Callers:
    """Eight that sign, each remembering what it was answered and when."""

    def __init__(self, keeper, keys):
        self.answered = {}  # digest: time.monotonic() of the answer
        self._stop = threading.Event()
        self._channels = [api.channel(keeper) for _ in range(2)]
        self._threads = [threading.Thread(target=self._run, args=(self._channels[i % 2], keys[i % len(keys)]))
                         for i in range(CALLERS)]
        for thread in self._threads:
            thread.start()

    def _run(self, channel, key):
        stub = api.signing_pb2_grpc.SigningStub(channel)
        while not self._stop.is_set():
            digest = os.urandom(32)
            try:
                stub.SignDigest(api.signing_pb2.SignDigestRequest(digest=digest, **key.request), timeout=5)
            except grpc.RpcError:
                self._stop.wait(0.01)
                continue
            self.answered[digest] = time.monotonic()

    def end(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for channel in self._channels:
            channel.close()
        return self.answered


def signs_again(keeper, key):
    """Seconds from the order to start until the first signature."""
    begin = time.monotonic()
    keeper.start()
    with api.channel(keeper) as channel:
        stub = api.signing_pb2_grpc.SigningStub(channel)
        stub.SignDigest(api.signing_pb2.SignDigestRequest(digest=os.urandom(32), **key.request),
                        timeout=30, wait_for_ready=True)
    return time.monotonic() - begin


def one_round(keeper, keys, seconds):
    """(answers, how old each was that is missing, seconds to the first signature)"""
    callers = Callers(keeper, keys)
    threading.Event().wait(seconds)
    killed = time.monotonic()
    keeper.kill()
    answered = {digest: at for digest, at in callers.end().items()}
    again = signs_again(keeper, keys[0])
    logged = {record.get("digest") for record in audit_records.records(keeper.audit)}
    return answered, [killed - at for digest, at in answered.items() if digest not in logged], again


def tell(mode, rounds, seconds):
    """Prints a line; whether the promise was kept."""
    with tempfile.TemporaryDirectory() as folder:
        keeper = Keeper(Path(folder))
        keeper.write_config(audit=f'directory = "{keeper.audit}"\nsignatures = "{mode}"\n'
                                  'checkpoint_interval = "200ms"')
        keys = make_keys(keeper.start())
        answers, missing, times = 0, [], []
        for _ in range(rounds):
            answered, lost, again = one_round(keeper, keys, seconds)
            answers += len(answered)
            missing += lost
            times.append(again)
        keeper.stop()
        records = audit_records.records(keeper.audit)
    gaps = [record["sequence"] for record in records] != list(range(len(records)))
    print(f"{mode:10}{rounds:7}{answers:9}{len(records):9}{len(missing):9}"
          f"{max(missing, default=0) * 1e3:14.0f}{max(times):12.2f}{'  GAPS' if gaps else ''}", flush=True)
    late = BUFFER + PATIENCE
    kept = not missing if mode == "durable" else all(age < late for age in missing)
    return kept and not gaps and answers > 0


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 2
    print(f"{CALLERS} callers, RSA-2048 and Ed25519; kill -9 of launcher, daemon and workers")
    print(f"{'signatures':10}{'kills':>7}{'answers':>9}{'records':>9}{'missing':>9}"
          f"{'oldest, ms':>14}{'again, s':>12}")
    return 0 if all([tell(mode, rounds, seconds) for mode in ("durable", "buffered")]) else 1


if __name__ == "__main__":
    sys.exit(main())
