#!/usr/bin/python3
"""What a signature costs: the bare token and the whole service over mutual TLS, in one run.

    tests/bench/service_bench.py BUILD-FOLDER [--count N] [--memory N]

Prints, for RSA-2048 and Ed25519, for 1, 4 and 16 concurrent callers, one by one and in batches of 8:
signatures a second, median and 99th percentile of the latency, the CPU of daemon and workers for a
signature, that of a bare C_Sign loop (measured before and after the row), and the ratio of the two.
Then the daemon's and a worker's resident memory: idle, under load, and after --memory signatures
(default 200,000). Figures depend on the machine; the ratios are what counts.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))
from keeper import Keeper  # noqa: E402

ALGORITHMS = ("rsa-sha256", "ed25519-sha256")
BARE_COUNT = 500


def use_programs_of(build, daemon=None):
    """Those of a build folder, or another daemon, for Keeper and Agent."""
    os.environ["DKIMKEEPERD"] = str(daemon or build / "bin/dkimkeeperd")
    os.environ["DKIMKEEPER"] = str(build / "client/cli/dkimkeeper")
    os.environ["DKIMKEEPER_AGENT"] = str(build / "client/agent/dkimkeeper-agent")


def cpu_seconds_of(pid):
    """What a process has used so far, by its CPU clock: /proc counts in hundredths of a second."""
    return time.clock_gettime(((~pid) << 3) | 2)  # clock_getcpuclockid(3)


def cpu_seconds(keeper):
    """User and system time of the daemon and its workers so far."""
    return sum(map(cpu_seconds_of, (keeper.daemon_pid, *keeper.worker_pids)))


def resident_mib(pid):
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def bench(keeper, algorithm, callers, batch, count):
    """One run of `dkimkeeper bench sign`, with the CPU for a signature in µs."""
    before = cpu_seconds(keeper)
    answer = json.loads(keeper.run(
        "--json", "bench", "sign", "--domain", "example.test", "--algorithm", algorithm,
        "--callers", callers, "--batch", batch, "--count", count, who="sender", seconds=1800).stdout)
    spent = cpu_seconds(keeper) - before
    assert answer["failed"] == 0, answer
    answer["cpu_us"] = spent / answer["signatures"] * 1e6
    return answer


def bare_cpu_us(build, algorithm):
    """µs of CPU of the bare C_Sign loop, from token_bench."""
    printed = subprocess.run([str(build / "tests/bench/token_bench"), str(BARE_COUNT)],
                             capture_output=True, text=True, check=True).stdout
    line = next(line for line in printed.splitlines() if line.startswith(algorithm))
    return float(re.search(r"bare C_Sign\s+([\d.]+)", line).group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=Path, help="a build folder with tests: "
                        "cmake --preset release -B build/bench -DBUILD_TESTING=ON")
    parser.add_argument("--count", type=int, default=4000, help="signatures of each row")
    parser.add_argument("--memory", type=int, default=200_000,
                        help="signatures of the memory run; 0: leave it out")
    options = parser.parse_args()
    use_programs_of(options.build)

    with tempfile.TemporaryDirectory() as folder:
        keeper = Keeper(folder).start()
        keeper.add_domain("example.test", algorithms=ALGORITHMS)
        idle = resident_mib(keeper.daemon_pid)
        print(f"{'':16}{'callers':>8}{'batch':>7}{'sig/s':>9}{'p50 µs':>9}{'p99 µs':>9}"
              f"{'CPU µs':>9}{'bare µs':>9}{'× bare':>8}")
        peak = idle
        for algorithm in ALGORITHMS:
            before = bare_cpu_us(options.build, algorithm)
            for batch in (1, 8):
                for callers in (1, 4, 16):
                    row = bench(keeper, algorithm, callers, batch, options.count)
                    # Before and after the row: the machine's speed changes by the minute.
                    after = bare_cpu_us(options.build, algorithm)
                    bare, before = (before + after) / 2, after
                    peak = max(peak, resident_mib(keeper.daemon_pid))
                    print(f"{algorithm:16}{callers:8}{batch:7}{row['per_second']:9.0f}"
                          f"{row['p50_us']:9.0f}{row['p99_us']:9.0f}{row['cpu_us']:9.0f}"
                          f"{bare:9.0f}{row['cpu_us'] / bare:8.2f}", flush=True)
        print(f"resident memory: {idle:.1f} MiB idle, {peak:.1f} MiB under load", flush=True)
        if options.memory:
            pids = (keeper.daemon_pid, keeper.worker_pids[0])
            steps = [[resident_mib(pid) for pid in pids]]
            for _ in range(4):
                bench(keeper, "ed25519-sha256", 16, 8, options.memory // 4)
                steps.append([resident_mib(pid) for pid in pids])
            for name, sizes in zip(("daemon", "worker"), zip(*steps)):
                print(f"{name}, over {options.memory} signatures: "
                      + ", ".join(f"{size:.1f}" for size in sizes) + " MiB")
        keeper.stop()


if __name__ == "__main__":
    main()
