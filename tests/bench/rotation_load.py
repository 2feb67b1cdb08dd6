#!/usr/bin/python3
"""A rotation under load: senders sign real messages through all of it, and dkimpy verifies each.

    DKIMKEEPERD=… DKIMKEEPER=… tests/bench/rotation_load.py [--kind knot|bind] [--senders N]

Each sender follows WatchSigningKeys, signs a new message with every algorithm at once, and fetches
the records from the name server, over TCP: those are the records as they stood at delivery. All
messages are verified with them, and again with the records as they stand when the daemon's clock
has moved by six days (libfaketime), one day before the old keys' drain of seven days is over. To the
daemon that is a clock that jumped, so its waits move along: it must not withdraw anything.
Needs the generated Python API on PYTHONPATH, as the tests of tests/e2e get it.
"""

import argparse
import base64
import concurrent.futures
import hashlib
import itertools
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import dkim

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))
import api  # noqa: E402
from custody import DOMAIN, QUIET, Custody  # noqa: E402
from keeper import Keeper  # noqa: E402

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
SIGNED = (b"from", b"to", b"subject")
POLICY = {"handover_window": "6s", "drain": "7d", "revoked_retention": "30d", "watch_interval": "5s"}
BEFORE, AFTER = 4, 3  # seconds of load around the rotation


class Movable(Keeper):
    """A daemon whose wall clock can be moved, and nobody else's."""

    @property
    def environment(self):
        (self.folder / "clock").touch()
        return dict(super().environment, LD_PRELOAD=FAKETIME, FAKETIME_NO_CACHE="1",
                    FAKETIME_TIMESTAMP_FILE=str(self.folder / "clock"),
                    FAKETIME_DONT_FAKE_MONOTONIC="1")

    def move_clock(self, by):
        (self.folder / "clock").write_text(by)


def unsigned_field(message, key, algorithm):
    """(DKIM-Signature up to b=, the digest that it needs): RFC 6376 §3.7, relaxed/relaxed."""
    headers, body = dkim.rfc822_parse(message)
    policy = dkim.CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    body_hash = base64.b64encode(hashlib.sha256(policy.canonicalize_body(body)).digest())
    value = (f" v=1; a={algorithm}; c=relaxed/relaxed; d={DOMAIN}; s={key.selector}; "
             f"t={int(time.time())}; h={b':'.join(SIGNED).decode()}; "
             f"bh={body_hash.decode()}; b=").encode()
    named = [field for field in headers if field[0].lower() in SIGNED]
    hashed = policy.canonicalize_headers(named + [(b"dkim-signature", value)])
    text = b"".join(name + b":" + field for name, field in hashed)
    return b"DKIM-Signature:" + value, hashlib.sha256(text.removesuffix(b"\r\n")).digest()


class Load:
    """Senders that sign until they are told to stop."""

    NAMES = {api.common_pb2.ALGORITHM_RSA_SHA256: "rsa-sha256",
             api.common_pb2.ALGORITHM_ED25519_SHA256: "ed25519-sha256"}

    def __init__(self, custody, channel):
        self.custody = custody
        self.signing = api.signing_pb2_grpc.SigningStub(channel)
        self.watch = self.signing.WatchSigningKeys(api.signing_pb2.WatchSigningKeysRequest())
        self.keys = next(self.watch).keys
        self.numbers = itertools.count(1)
        self.over = threading.Event()
        self.delivered = []  # (message, {name: record})
        self.failed = []
        self.lists = 1

    def follow(self):
        try:
            for answer in self.watch:
                self.keys = answer.keys
                self.lists += 1
        except api.grpc.RpcError:
            pass  # cancelled

    def send(self):
        while not self.over.is_set():
            message = (f"From: joe@{DOMAIN}\r\nTo: ann@dest.example\r\n"
                       f"Subject: message {next(self.numbers)}\r\n\r\nHi.\r\n").encode()
            keys = [key for key in self.keys if not key.signs_until_ms]
            fields = [unsigned_field(message, key, self.NAMES[key.algorithm]) for key in keys]
            items = [api.signing_pb2.SignDigestRequest(
                domain=DOMAIN, selector=key.selector, algorithm=key.algorithm, digest=digest)
                for key, (_, digest) in zip(keys, fields)]
            try:
                results = self.signing.SignDigests(
                    api.signing_pb2.SignDigestsRequest(items=items), timeout=30).results
            except api.grpc.RpcError as error:
                self.failed.append(error.details())
                continue
            self.failed += [result.message for result in results if result.code]
            for (field, _), result in zip(fields, results):
                message = field + base64.b64encode(result.signature) + b"\r\n" + message
            names = [self.custody.name(key.selector) for key in keys]
            self.delivered.append((message, {name: self.custody.server.txt(name)
                                             for name in names}))


def valid_signatures(delivery):
    """(signatures, those that dkimpy passes) of a message by these records."""
    message, records = delivery

    def look_up(name, timeout=0):  # dkimpy gives the time-out by name
        found = records.get(name.decode().rstrip("."), [])
        return found[0].encode() if len(found) == 1 else None

    count = message.count(b"DKIM-Signature:")
    passed = 0
    for index in range(count):
        try:
            passed += dkim.DKIM(message, logger=QUIET).verify(idx=index, dnsfunc=look_up)
        except dkim.DKIMException:
            pass
    return count, passed


def verified(title, deliveries):
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        counts = list(pool.map(valid_signatures, deliveries, chunksize=64))
    signatures, passed = (sum(column) for column in zip(*counts))
    good = sum(count == ok == 2 for count, ok in counts)
    print(f"  {title}: {good} of {len(counts)} messages, {passed} of {signatures} signatures pass",
          flush=True)
    return good == len(counts)


def rotate_under_load(custody, senders):
    old = set(custody.keys("ACTIVE"))
    with api.channel(custody.keeper) as channel:
        load = Load(custody, channel)
        threads = [threading.Thread(target=load.follow)]
        threads += [threading.Thread(target=load.send) for _ in range(senders)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        time.sleep(BEFORE)  # so long is the load before, not a wait for something
        custody.keeper.run("rotate", DOMAIN, "--no-wait")
        for selector in old:
            custody.wait("await_stop", selector)
        time.sleep(AFTER)
        load.over.set()
        for thread in threads[1:]:
            thread.join()
        seconds = time.monotonic() - began
        load.watch.cancel()
        threads[0].join()
    signatures = sum(message.count(b"DKIM-Signature:") for message, _ in load.delivered)
    print(f"  {seconds:.1f} s, {senders} senders: {len(load.delivered)} messages, {signatures} "
          f"signatures, {signatures / seconds:.0f} signatures/s, {len(load.failed)} failed, "
          f"{load.lists} key lists", flush=True)
    for reason in sorted(set(load.failed)):
        print(f"    {reason}")
    by_key = {key: sum(f"s={key};".encode() in message for message, _ in load.delivered)
              for key in sorted(old | set(custody.keys("ACTIVE")))}
    for selector, count in by_key.items():
        print(f"    {selector} {'old' if selector in old else 'new'}: {count}")
    return load, all(by_key.values()) and len(by_key) == 4


def rotation(kind, senders):
    """Whether not a signature failed, and each was valid both times."""
    with tempfile.TemporaryDirectory() as folder, \
            Custody(folder, kind=kind, keeper=Movable, **POLICY) as custody:
        custody.add()
        custody.wait_standbys()
        load, used = rotate_under_load(custody, senders)
        good = used and not load.failed and verified("at delivery", load.delivered)
        custody.keeper.move_clock("+6d")
        custody.wait_event("event=rotation.waits_moved", seconds=120)
        names = {name for _, records in load.delivered for name in records}
        standing = {name: custody.server.txt(name) for name in names}
        usable = sum(len(value) == 1 and not value[0].endswith("p=") for value in standing.values())
        now = custody.keeper.json("status")["now_ms"]
        print(f"  the daemon's clock is {(now / 1000 - time.time()) / 86400:.2f} days ahead; "
              f"{usable} of {len(names)} records stand")
        return good & verified("six days later", [(message, standing)
                                                  for message, _ in load.delivered])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--kind", choices=["knot", "bind"], action="append")
    parser.add_argument("--senders", type=int, default=4)
    options = parser.parse_args()
    good = True
    for kind in options.kind or ["knot", "bind"]:
        print(f"{kind}, {os.cpu_count()} cores", flush=True)
        good &= rotation(kind, options.senders)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
