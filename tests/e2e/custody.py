"""A domain in custody: a keeper whose keys live for seconds, and the name server of its zone."""

import collections
import logging
import re
import time
from pathlib import Path

import audit_records
import dkim
from keeper import SENDER, Keeper
from nameserver import NameServer

DOMAIN = "example.test"
ALGORITHMS = ("rsa-sha256", "ed25519-sha256")
MAIL = b"From: joe@example.test\r\nTo: ann@dest.example\r\nSubject: hello\r\n\r\nHi.\r\n"
# The same life as with the defaults, in seconds.
TIMES = {"record_ttl": "1s", "handover_window": "2s", "drain": "2s", "revoked_retention": "2s",
         "watch_interval": "1s"}

# dkimpy logs each revoked key as an error.
QUIET = logging.getLogger("custody.dkimpy")
QUIET.setLevel(logging.CRITICAL + 1)


def words(settings):
    """Lines of [policy]."""
    return "".join(f'{name} = {value if value[:1] == "[" else chr(34) + value + chr(34)}\n'
                   for name, value in settings.items())


class Custody:
    """A context; `policy` replaces words of [policy], `keeper` is a class of daemons."""

    def __init__(self, folder, kind="knot", keeper=Keeper, **policy):
        folder = Path(folder)
        self.server = NameServer(folder / "ns", [DOMAIN], kind=kind)
        (folder / "keeper").mkdir()
        self.keeper = keeper(folder / "keeper")
        listed = ", ".join(f'"{name}"' for name in ALGORITHMS)
        settings = dict(TIMES, mode="auto", publisher="ns", algorithms=f"[{listed}]")
        settings.update(policy)
        self.keeper.write_config(policy=words(settings), dns="resolvers = []",
                                 extra=self.server.authorities + self.server.publisher)

    def __enter__(self):
        self.server.start()
        try:
            self.keeper.start()
        except BaseException:
            self.server.stop()
            raise
        self.keeper.grant_operator()
        return self

    def __exit__(self, *_):
        self.keeper.stop()
        self.server.stop()

    def add(self):
        """The domain, and a sender that may sign for it; returns when every key signs."""
        self.keeper.run("domain", "add", DOMAIN)
        self.keeper.run("grant", "add", SENDER, "sign", DOMAIN)
        self.wait("activate", count=len(ALGORITHMS))

    # Keys

    def keys(self, state=None):
        """{selector: key} of the keys in `state`, or all."""
        listed = self.keeper.json("key", "list")["keys"]
        return {key["selector"]: key for key in listed if state in (None, key["state"])}

    def active(self, algorithm="rsa-sha256"):
        """The selector that signs."""
        return next(selector for selector, key in self.keys("ACTIVE").items()
                    if key["algorithm"] == algorithm)

    def wait(self, step, selector="", count=1, seconds=30):
        """Until the daemon logged that it took `step`, of this key, so many times."""
        pattern = rf"event=rotation\.{step} .*selector={selector}.*result=ok"
        if not self.keeper.logged(pattern, seconds, count=count):
            raise AssertionError(f"no {step} {selector}: {self.keeper.log.read_text()}")

    def wait_standbys(self):
        """Until a proven key stands by for each that signs, its waits over."""
        self.wait("prove", count=2 * len(ALGORITHMS))
        while not all(key["usable_from_ms"] <= time.time() * 1000
                      for key in self.keys("PUBLISHED").values()):
            pass  # each question takes a process

    def wait_event(self, pattern, seconds=30):
        if not self.keeper.logged(pattern, seconds):
            raise AssertionError(f"no {pattern}: {self.keeper.log.read_text()}")

    def alarms(self):
        return {(one["name"], one["subject"]) for one in self.keeper.json("status")["alarms"]}

    def private_keys(self):
        """How many the token holds, the daemon's own apart."""
        listed = self.keeper.pkcs11_tool("--list-objects", "--type", "privkey").stdout
        return len(re.findall(r"label:\s+(?!health:|audit:|\s)", listed))

    def token_objects(self):
        """{"Private Key": how many, "Public Key": how many} of those that are somebody's, by their
        label: one that SoftHSM was killed over before it was written whole has neither label nor id."""
        listed = self.keeper.pkcs11_tool("--list-objects").stdout
        return dict(collections.Counter(
            re.findall(r"^(\w+ Key) Object.*\n\s+label: +\S", listed, re.MULTILINE)))

    def audited(self):
        """The acts of the audit log, in its order; the daemon is stopped, so that all are written."""
        self.keeper.stop()
        return [record["act"] for record in audit_records.records(self.keeper.audit)]

    def name(self, selector):
        return f"{selector}._domainkey.{DOMAIN}"

    # Mail

    def sign(self, mail=MAIL):
        return self.keeper.run("sign", who="sender", stdin=mail).stdout

    def verdicts(self, signed):
        """{selector: whether dkimpy passes it} with the records as the name server shows them."""
        fields = [value for name, value in dkim.rfc822_parse(signed)[0]
                  if name.lower() == b"dkim-signature"]
        return {re.search(rb"s=\s*([^;\s]+)", field).group(1).decode():
                self._passes(signed, index) for index, field in enumerate(fields)}

    def _passes(self, signed, index):
        def look_up(name, timeout=0):  # dkimpy gives the time-out by name
            found = self.server.txt(name.decode())
            return found[0].encode() if len(found) == 1 else None

        try:
            return dkim.DKIM(signed, logger=QUIET).verify(idx=index, dnsfunc=look_up)
        except dkim.DKIMException:
            return False
