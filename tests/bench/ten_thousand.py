#!/usr/bin/python3
"""What 10,000 domains cost, each with an Ed25519 key of its own in SoftHSM, beside what ten cost.

    DKIMKEEPERD=… DKIMKEEPER=… tests/bench/ten_thousand.py [--domains N] [--rounds N]

Prints how long the daemon takes from its start to listening and to the first signature, the resident
memory of daemon and worker, a pass that signs once with every key, what the planner takes (the CPU of
the idle daemon, a page of the steps of all domains, all pages), and how fast digests are signed over
ten keys and over all of them: rounds of one and the other in turn, so that both have the same machine;
last how many workers were lost, of which there should be none.

SoftHSM looks at every object for each one that it is asked for, so making so many keys through the
daemon takes hours, and making is not what is measured: the first ten are made by the daemon, the
others by the token alone, and the store comes to know them as it does after a loss: from a copy
(--backup, --restore). Needs python3-pykcs11, and the generated Python API on PYTHONPATH.
"""

import argparse
import base64
import concurrent.futures
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

import PyKCS11
from PyKCS11 import LowLevel

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))
import api  # noqa: E402
from keeper import MODULE, SENDER, Keeper  # noqa: E402
from service_bench import cpu_seconds, resident_mib  # noqa: E402

FEW = 10
ALGORITHM = "ed25519-sha256"
POLICY = (f'mode = "manual"\nallow_activation_without_dns_proof = true\n'
          f'algorithms = ["{ALGORITHM}"]')
CKK_EC_EDWARDS, CKM_EC_EDWARDS_KEY_PAIR_GEN = 0x40, 0x1055
CURVE = bytes.fromhex("130c") + b"edwards25519"
CALLERS, BATCH, DIGESTS = 4, 8, 4000  # of a round
# Passes over all keys before the rounds: each worker reads a key when it first signs with it, and a
# pass shows a key to one of the workers.
WARMING = 6
IDLE = 10  # seconds


def make_few(keeper):
    for number in range(FEW):
        domain = f"d{number}.test"
        keeper.run("domain", "add", domain)
        keeper.run("grant", "add", SENDER, "sign", domain)
        key = keeper.json("key", "generate", domain, "--algorithm", ALGORITHM)
        keeper.run("key", "activate", domain, key["selector"], "--without-dns-proof", "a bench")


class Token:
    """The keeper's token, without the keeper."""

    def __init__(self, keeper):
        os.environ["SOFTHSM2_CONF"] = str(keeper.folder / "softhsm2.conf")
        library = PyKCS11.PyKCS11Lib()
        library.load(MODULE)
        slot = library.getSlotList(tokenPresent=True)[0]
        self._session = library.openSession(slot, LowLevel.CKF_SERIAL_SESSION | LowLevel.CKF_RW_SESSION)
        self._session.login(keeper.pin.read_text())

    def make(self, key_id, label):
        """The 32 bytes of the public key of a new pair, with the attributes of one born here."""
        private = [(name, True) for name in (LowLevel.CKA_TOKEN, LowLevel.CKA_PRIVATE,
                                             LowLevel.CKA_SENSITIVE, LowLevel.CKA_SIGN)]
        private += [(name, False) for name in (
            LowLevel.CKA_EXTRACTABLE, LowLevel.CKA_DECRYPT, LowLevel.CKA_UNWRAP,
            LowLevel.CKA_DERIVE, LowLevel.CKA_SIGN_RECOVER)]
        public = [(LowLevel.CKA_TOKEN, True), (LowLevel.CKA_PRIVATE, False),
                  (LowLevel.CKA_VERIFY, True), (LowLevel.CKA_EC_PARAMS, CURVE)]
        named = [(LowLevel.CKA_KEY_TYPE, CKK_EC_EDWARDS), (LowLevel.CKA_ID, key_id),
                 (LowLevel.CKA_LABEL, label)]
        public_half, _ = self._session.generateKeyPair(
            public + named, private + named,
            mecha=PyKCS11.Mechanism(CKM_EC_EDWARDS_KEY_PAIR_GEN, None))
        point = self._session.getAttributeValue(public_half, [LowLevel.CKA_EC_POINT])[0]
        return bytes(point)[-32:]

    def close(self):
        self._session.closeSession()


class Copy:
    """A copy of the store (server/store/dump.h), to which domains are added."""

    def __init__(self, text):
        self._lines = text.splitlines()[:-1]

    def rows(self, table):
        """The numbers of the table's lines of the first of the few."""
        at = next(n for n, line in enumerate(self._lines) if line.startswith(f"table {table} "))
        return [n for n, line in enumerate(self._lines[at + 1:], at + 1) if "\td0.test\t" in line][:1]

    def add(self, domains):
        """`domains`: (domain, key id, public key) of each."""
        for table in ("grants", "keys", "senders", "domains"):
            for at in self.rows(table):
                self._lines[at + 1:at + 1] = [self._like(self._lines[at], table, *one) for one in domains]

    @staticmethod
    def _like(line, table, domain, key_id, public_key):
        cells = line.replace("\td0.test\t", f"\t{domain}\t").split("\t")
        if table == "domains":
            cells[-1] = secrets.token_hex(8)
        if table == "keys":
            cells[3], cells[9] = key_id.hex(), base64.b64encode(public_key).decode()
        return "\t".join(cells)

    def text(self):
        body = "".join(f"{line}\n" for line in self._lines)
        count = sum(line.startswith("row\t") for line in self._lines)
        return f"{body}end {count} {zlib.crc32(body.encode()):08x}\n"


def daemon(keeper, *arguments):
    subprocess.run([os.environ["DKIMKEEPERD"], "--config", str(keeper.config), *map(str, arguments)],
                   check=True, env=keeper.environment)


def make_many(keeper, count):
    """The other domains, in token and store; the daemon is stopped."""
    began = time.monotonic()
    token, made = Token(keeper), []
    for number in range(FEW, count):
        domain, key_id = f"d{number}.test", secrets.token_bytes(16)
        made.append((domain, key_id, token.make(key_id, f"dkim:{domain}:bench")))
        if number % 1000 == 0:
            print(f"  {number} key pairs made", flush=True)
    token.close()
    copied = keeper.folder / "copy"
    daemon(keeper, "--backup", copied)
    copy = Copy(copied.read_text(encoding="utf-8"))
    copy.add(made)
    copied.write_text(copy.text(), encoding="utf-8")
    for file in keeper.folder.glob("store.sqlite*"):
        file.unlink()
    daemon(keeper, "--restore", copied)
    print(f"  {count} domains in token and store after {time.monotonic() - began:.0f} s", flush=True)


class Signer:
    """Signs over the API, in batches, by several callers at once."""

    def __init__(self, keeper):
        self.keeper = keeper
        self._channels = [api.channel(keeper) for _ in range(CALLERS)]
        self._stubs = [api.signing_pb2_grpc.SigningStub(one) for one in self._channels]
        listed = self._stubs[0].ListSigningKeys(api.signing_pb2.ListSigningKeysRequest(),
                                                timeout=60).keys
        self.keys = sorted(listed, key=lambda key: int(key.domain[1:].split(".")[0]))

    def close(self):
        for channel in self._channels:
            channel.close()

    def batch(self, stub, keys):
        items = [api.signing_pb2.SignDigestRequest(
            domain=key.domain, selector=key.selector, algorithm=key.algorithm,
            digest=secrets.token_bytes(32)) for key in keys]
        answer = stub.SignDigests(api.signing_pb2.SignDigestsRequest(items=items), timeout=120)
        for result in answer.results:
            assert result.code == 0, result

    def sign(self, keys):
        """(signatures a second, µs of CPU of daemon and workers for each), once with each of `keys`."""
        batches = [keys[at:at + BATCH] for at in range(0, len(keys), BATCH)]
        spent, began = cpu_seconds(self.keeper), time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(CALLERS) as pool:
            list(pool.map(lambda job: self.batch(self._stubs[job[0] % CALLERS], job[1]),
                          enumerate(batches)))
        seconds = time.monotonic() - began
        return len(keys) / seconds, (cpu_seconds(self.keeper) - spent) / len(keys) * 1e6


def start(keeper):
    began = time.monotonic()
    keeper.start()
    listening = time.monotonic() - began
    signer = Signer(keeper)
    signer.sign(signer.keys[:1])
    print(f"  {len(signer.keys):6} keys: listens after {listening:.2f} s, the first signature after "
          f"{time.monotonic() - began:.2f} s")
    return signer


def show_memory(keeper, what):
    workers = ", ".join(f"{resident_mib(pid):.1f}" for pid in keeper.worker_pids)
    print(f"  resident, {what}: daemon {resident_mib(keeper.daemon_pid):.1f} MiB, "
          f"workers {workers} MiB", flush=True)


def list_steps(keeper, page_size=0, whole=True):
    """(steps, seconds)."""
    request, steps = api.rotation_pb2.ListStepsRequest(page_size=page_size), 0
    began = time.monotonic()
    with api.channel(keeper, who="operator") as channel:
        stub = api.rotation_pb2_grpc.RotationStub(channel)
        while True:
            answer = stub.ListSteps(request, timeout=300)
            steps += len(answer.steps)
            request.page_token = answer.next_page_token
            if not whole or not request.page_token:
                return steps, time.monotonic() - began


def show_planner(keeper):
    spent = cpu_seconds(keeper)
    time.sleep(IDLE)
    idle = (cpu_seconds(keeper) - spent) / IDLE
    print(f"  the idle daemon and its workers take {idle * 100:.1f} % of a core")
    page = min(list_steps(keeper, 1, whole=False)[1] for _ in range(5))
    print(f"  all domains are planned, and a page with one step answered, in {page * 1e3:.0f} ms")
    steps, seconds = list_steps(keeper)
    print(f"  all {steps} steps, page by page: {seconds:.2f} s", flush=True)


def show_ratio(what, ratios):
    print(f"  {what}: {statistics.median(ratios):.3f} (median of {len(ratios)} rounds, "
          f"{min(ratios):.3f} to {max(ratios):.3f})")


def compare(signer, rounds):
    for _ in range(WARMING):
        signer.sign(signer.keys)
    few, rates = signer.keys[:FEW], {FEW: [], len(signer.keys): []}
    for _ in range(rounds):
        for count, results in rates.items():
            keys = few if count == FEW else signer.keys
            results.append(signer.sign(random.choices(keys, k=DIGESTS)))
    middle = {count: [statistics.median(column) for column in zip(*results)]
              for count, results in rates.items()}
    for count, (rate, cpu) in middle.items():
        print(f"  {count:6} keys: {rate:7.0f} signatures/s, {cpu:5.0f} µs of CPU a signature")
    few_rounds, all_rounds = rates.values()
    show_ratio("speed over all keys / over ten", [a[0] / f[0] for f, a in zip(few_rounds, all_rounds)])
    # Says more than the speed on a machine that has something else to do.
    show_ratio("CPU over ten keys / over all", [f[1] / a[1] for f, a in zip(few_rounds, all_rounds)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--domains", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        keeper = Keeper(Path(folder))
        keeper.write_config(policy=POLICY)
        keeper.start()
        keeper.grant_operator()
        make_few(keeper)
        keeper.stop()
        start(keeper).close()
        show_memory(keeper, f"{FEW} keys")
        keeper.stop()
        make_many(keeper, options.domains)
        signer = start(keeper)
        show_memory(keeper, "after the start")
        rate, cpu = signer.sign(signer.keys)
        print(f"  once with every key: {rate:.0f} signatures/s, {cpu:.0f} µs of CPU a signature")
        show_memory(keeper, "after that")
        show_planner(keeper)
        compare(signer, options.rounds)
        show_memory(keeper, "in the end")
        signer.close()
        # The daemon still runs. It tells token.worker_lost once, however many follow.
        lost = keeper.log.read_text(encoding="utf-8").count("event=worker.ended")
        print(f"  workers that were lost: {lost}")
        keeper.stop()


if __name__ == "__main__":
    main()
