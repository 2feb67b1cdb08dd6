"""Callers that ask for signatures all the time, and an account of what they got."""

import os
import secrets
import threading
import time
from typing import NamedTuple

import api
import grpc
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, utils

DEADLINE = 15  # seconds that a caller waits
CALLERS = 8
WRONG = "WRONG SIGNATURE"
SMALL_KEY = "0bad"  # CKA_ID of a key of 1024 bits in the token
DOMAINS = ("one.test", "two.test")  # two keys of each algorithm, so that they can be mixed up
ALGORITHMS = {"rsa-sha256": api.common_pb2.ALGORITHM_RSA_SHA256,
              "ed25519-sha256": api.common_pb2.ALGORITHM_ED25519_SHA256}


class Call(NamedTuple):
    kind: str       # "sign", "generate", "find"
    caller: int
    begin: float    # time.monotonic()
    end: float
    reason: str     # "" for a good answer, else CODE/REASON


class SigningKey:
    """One of the daemon's keys, and its public half for somebody else's cryptography."""

    def __init__(self, domain, selector, algorithm, public_key):
        self.request = dict(domain=domain, selector=selector, algorithm=ALGORITHMS[algorithm])
        self.rsa = algorithm == "rsa-sha256"
        self.public_key = (serialization.load_der_public_key(public_key) if self.rsa
                           else ed25519.Ed25519PublicKey.from_public_bytes(public_key))

    def verifies(self, signature, digest):
        try:
            if self.rsa:
                self.public_key.verify(signature, digest, padding.PKCS1v15(),
                                       utils.Prehashed(hashes.SHA256()))
            else:
                self.public_key.verify(signature, digest)
            return True
        except InvalidSignature:
            return False


def make_keys(keeper):
    """Two domains, each with an RSA and an Ed25519 key that sign."""
    keys = []
    for domain in DOMAINS:
        selectors = keeper.add_domain(domain, algorithms=tuple(ALGORITHMS))
        with api.channel(keeper, "operator") as channel:
            stub = api.keys_pb2_grpc.KeysStub(channel)
            for algorithm, selector in selectors.items():
                shown = stub.GetKey(api.keys_pb2.GetKeyRequest(domain=domain, selector=selector))
                keys.append(SigningKey(domain, selector, algorithm, shown.public_key))
    return keys


def reason_of(error):
    """CODE/REASON of a call that failed."""
    detail = api.detail(error)
    return f"{error.code().name}/{detail.reason if detail else '?'}"


class Load:
    """Eight callers that sign, and others that make or find keys; from `with` to its end."""

    def __init__(self, keeper, keys, *, generators=0, finders=0):
        self._calls = []
        self._mark = 0
        self._stop = threading.Event()
        self._channels = [api.channel(keeper), api.channel(keeper), api.channel(keeper, "operator")]
        self._operator = api.keys_pb2_grpc.KeysStub(self._channels[2])
        acts = [("sign", self._signer(i % 2, keys[i % len(keys)])) for i in range(CALLERS)]
        acts += [("generate", self._generate)] * generators + [("find", self._find)] * finders
        self._threads = [threading.Thread(target=self._run, args=(i, *act))
                         for i, act in enumerate(acts)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for channel in self._channels:
            channel.close()

    def begin(self):
        """Forgets the calls until now."""
        self._mark = len(self._calls)

    @property
    def calls(self):
        """The calls that ended since `begin`."""
        return self._calls[self._mark:]

    def wait(self, holds, seconds=60):
        """Waits until `holds()`, but not longer than that; what it said last."""
        until = time.monotonic() + seconds
        while not holds() and time.monotonic() < until:
            self._stop.wait(0.01)
        return holds()

    def everybody(self, since, is_it=lambda call: not call.reason, kind=""):
        """Whether each caller (of a kind) has had such a call (a good one) begun after `since`."""
        return len({call.caller for call in self.calls if call.begin > since and is_it(call)
                    and call.kind.startswith(kind)}) == (CALLERS if kind else len(self._threads))

    # What the callers do

    def _run(self, caller, kind, act):
        while not self._stop.is_set():
            begin = time.monotonic()
            try:
                reason = act()
            except grpc.RpcError as error:
                reason = reason_of(error)
            self._calls.append(Call(kind, caller, begin, time.monotonic(), reason))
            if reason:
                self._stop.wait(0.02)  # who is refused at once does not spin

    def _signer(self, channel, key):
        stub = api.signing_pb2_grpc.SigningStub(self._channels[channel])

        def sign():
            digest = os.urandom(32)
            request = api.signing_pb2.SignDigestRequest(digest=digest, **key.request)
            answer = stub.SignDigest(request, timeout=DEADLINE)
            return "" if key.verifies(answer.signature, digest) else WRONG
        return sign

    def _generate(self):
        self._operator.GenerateKey(api.keys_pb2.GenerateKeyRequest(
            request_id=secrets.token_hex(8), domain=DOMAINS[0],
            algorithm=ALGORITHMS["ed25519-sha256"]), timeout=DEADLINE)
        self._stop.wait(0.1)  # tokens in software become slow with many keys
        return ""

    def _find(self):
        """A key that must be found and read before it can be refused: that is the good answer."""
        try:
            self._operator.AdoptKey(api.keys_pb2.AdoptKeyRequest(
                request_id=secrets.token_hex(8), domain=DOMAINS[0], selector="small",
                token_key_id=SMALL_KEY), timeout=DEADLINE)
        except grpc.RpcError as error:
            found = reason_of(error)
            return "" if found.endswith("/KEY_TOO_SMALL") else found
        return "ADOPTED"
