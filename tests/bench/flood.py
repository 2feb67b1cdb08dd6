#!/usr/bin/python3
"""One sender floods: what another one sees of it.

    tests/bench/flood.py BUILD-FOLDER [--seconds N] [--rounds N]

Another sender makes one signature after the other; its latencies are measured before and during
each flood, and printed as medians of the rounds. The floods: digests at 10 times the flooder's
quota, one a call and ten a call; and without a quota, as fast as 64 callers can, where only the
turns in front of the token (FairLine) protect the other. Flooders share this machine's processors
with the daemon and run at the lowest priority: the server's part is what is measured. Figures depend
on the machine; what counts are the ratio and that the other sender has no failures.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))
from keeper import Keeper  # noqa: E402
from service_bench import use_programs_of  # noqa: E402

FLOODER = "uri:spiffe://example.test/flooder"
QUIET, FLOODED = "quiet.test", "flooded.test"
QUOTA = 20  # signatures a second


def measure(keeper, seconds):
    """The quiet sender's run of `dkimkeeper bench sign`."""
    return json.loads(keeper.run("--json", "bench", "sign", "--domain", QUIET, "--seconds", seconds,
                                 who="sender").stdout)


class PacedFlood:
    """10 times the quota, whatever becomes of it, from a process of its own."""

    def __init__(self, keeper, selector, batch):
        self.batch, self.seconds = batch, 0.0
        self.stop = multiprocessing.Event()
        self.answers = multiprocessing.Queue()
        self.process = multiprocessing.Process(target=self._run, args=(keeper, selector),
                                               daemon=True)
        self.process.start()
        self.answers.get(timeout=30)  # connected

    def _run(self, keeper, selector):
        os.nice(19)
        import api  # pylint: disable=import-outside-toplevel  # gRPC does not survive a fork
        pb2 = api.signing_pb2
        with api.channel(keeper, "flooder") as channel:
            call = api.signing_pb2_grpc.SigningStub(channel).SignDigests
            request = pb2.SignDigestsRequest(items=[pb2.SignDigestRequest(
                domain=FLOODED, selector=selector, digest=bytes(32),
                algorithm="ALGORITHM_RSA_SHA256")] * self.batch)
            call(request, timeout=10)
            self.answers.put("connected")
            begun, calls = time.monotonic(), []
            while not self.stop.is_set():
                calls.append(call.future(request, timeout=10))
                due = begun + len(calls) * self.batch / (10 * QUOTA)
                threading.Event().wait(max(0.0, due - time.monotonic()))
            seconds = time.monotonic() - begun
            results = [one for answer in calls for one in answer.result().results]
        made = sum(1 for one in results if one.signature)
        self.answers.put((len(results) / seconds, made / seconds,
                          sorted({one.detail.reason for one in results if not one.signature})))

    def finish(self):
        """Digests a second, signatures a second, reasons of refusals."""
        self.stop.set()
        asked = self.answers.get(timeout=60)
        self.process.join()
        return asked


class FullFlood:
    """As much as 64 callers can, from `dkimkeeper bench sign`."""

    def __init__(self, keeper, seconds):
        tls = keeper.folder / "tls"
        environment = dict(os.environ, DKIMKEEPER_SERVER=f"127.0.0.1:{keeper.port}",
                           DKIMKEEPER_CA=f"{tls}/ca.pem", DKIMKEEPER_CERT=f"{tls}/flooder.pem",
                           DKIMKEEPER_KEY=f"{tls}/flooder.key")
        self.process = subprocess.Popen(
            ["nice", "-n", "19", os.environ["DKIMKEEPER"], "--json", "bench", "sign", "--domain",
             FLOODED, "--callers", "64", "--seconds", str(seconds + 2)],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        threading.Event().wait(1)

    def finish(self):
        answer = json.loads(self.process.communicate(timeout=120)[0])
        asked = answer["signatures"] + answer["failed"]
        rate = answer["per_second"]
        return rate * asked / max(1, answer["signatures"]), rate, []


def row(keeper, name, make_flood, options):
    """Rounds of before and during, one line of the table."""
    rounds = []
    for _ in range(options.rounds):
        before = measure(keeper, options.seconds)
        flood = make_flood()
        during = measure(keeper, options.seconds)
        rounds.append((before, during, flood.finish()))

    def median(pick):
        return statistics.median(pick(*one) for one in rounds)
    p99 = [median(lambda before, _d, _f: before["p99_us"]),
           median(lambda _b, during, _f: during["p99_us"])]
    p50 = [median(lambda before, _d, _f: before["p50_us"]),
           median(lambda _b, during, _f: during["p50_us"])]
    failed = sum(before["failed"] + during["failed"] for before, during, _ in rounds)
    reasons = ", ".join(sorted({reason for *_, (_a, _m, all_) in rounds for reason in all_}))
    print(f"{name:28}{median(lambda *one: one[2][0]):9.0f}{median(lambda *one: one[2][1]):9.0f}"
          f"{p50[0]:9.0f}{p50[1]:9.0f}{p99[0]:9.0f}{p99[1]:9.0f}{p99[1] / p99[0]:7.2f}"
          f"{failed:8}  {reasons}", flush=True)


def measure_floods(keeper, options):
    """The whole table."""
    keeper.add_domain(QUIET)
    selector = keeper.add_domain(FLOODED)["rsa-sha256"]
    print(f"{'':28}{'asked/s':>9}{'signed/s':>9}{'p50 µs':>9}{'flooded':>9}{'p99 µs':>9}"
          f"{'flooded':>9}{'ratio':>7}{'failed':>8}  the flooder is told")
    keeper.run("grant", "add", FLOODER, "sign", FLOODED, "--per-second", QUOTA)
    for batch in (1, 10):
        row(keeper, f"10 × quota, {batch} a call",
            lambda batch=batch: PacedFlood(keeper, selector, batch), options)
    keeper.run("grant", "add", FLOODER, "sign", FLOODED)
    row(keeper, "no quota, 64 callers", lambda: FullFlood(keeper, options.seconds), options)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=Path, help="a build folder with tests: "
                        "cmake --preset release -B build/bench -DBUILD_TESTING=ON")
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="of each row")
    options = parser.parse_args()
    use_programs_of(options.build)
    sys.path.insert(0, str(options.build / "tests/e2e/python"))

    with tempfile.TemporaryDirectory() as folder:
        keeper = Keeper(folder)
        keeper.authority.issue("flooder", uri=["spiffe://example.test/flooder"])
        keeper.start()
        try:
            measure_floods(keeper, options)
        finally:
            keeper.stop()


if __name__ == "__main__":
    main()
