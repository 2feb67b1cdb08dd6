"""A day in the life: one domain whose DNS a person looks after, from its first key to its second
rotation. Prints what the person types and sees; months are seconds, by [policy].

    DKIMKEEPERD=… DKIMKEEPER=… tests/e2e/day_in_the_life.py
"""

import shlex
import tempfile
from pathlib import Path

import dns.query
import dns.tsigkeyring
import dns.update
from keeper import SENDER, Keeper
from nameserver import NameServer

DOMAIN = "example.test"
MAIL = b"From: joe@example.test\r\nSubject: hello\r\n\r\nHi.\r\n"
POLICY = """mode = "auto"
publisher = "manual"
record_ttl = "1s"
rotation_period = "40s"
handover_window = "3s"
drain = "6s"
revoked_retention = "3s"
watch_interval = "1s"
"""


class Day:
    def __init__(self, folder):
        self.server = NameServer(Path(folder) / "ns", [DOMAIN])
        (Path(folder) / "keeper").mkdir()
        self.keeper = Keeper(Path(folder) / "keeper")
        self.keeper.write_config(policy=POLICY, dns='resolvers = []\ntime_limit = "1s"',
                                 extra=self.server.authorities)

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

    # What is printed

    def say(self, words):
        print(f"\n# {words}", flush=True)

    def type(self, line, **options):
        """Runs and shows a command line as the operator, or as `who`."""
        print(f"$ dkimkeeper {line}")
        finished = self.keeper.run(*shlex.split(line), check=False, **options)
        for shown in (finished.stdout + finished.stderr).decode().rstrip().splitlines():
            print("  " + (shown if len(shown) <= 170 else shown[:167] + "..."), flush=True)

    # What the person does in the zone, and waits for

    def edit(self, selector, value):
        """The zone gets this one record of the selector; None: none."""
        update = dns.update.Update(DOMAIN, keyalgorithm="hmac-sha256",
                                   keyring=dns.tsigkeyring.from_text({"upd": self.server.secret}))
        name = f"{selector}._domainkey"
        update.delete(name, "TXT")
        if value is not None:
            parts = [value[at:at + 255] for at in range(0, len(value), 255)]
            update.add(name, 1, "TXT", " ".join(f'"{part}"' for part in parts))
        dns.query.tcp(update, "127.0.0.1", port=self.server.port, timeout=10)

    def keys(self):
        return self.keeper.json("key", "list", DOMAIN)["keys"]

    def wait_for(self, **wanted):
        """The first key that is as wanted: state="ACTIVE", selector=…"""
        taken = 0
        while True:  # after each step of the executor
            for key in self.keys():
                if all(key.get(name) == value for name, value in wanted.items()):
                    return key
            taken = max(taken + 1, self.keeper.log.read_text().count("event=rotation.") + 1)
            if not self.keeper.logged(r"event=rotation\.", count=taken, seconds=90):
                break
        raise RuntimeError(f"no key came to {wanted}\n{self.keys()}\n{self.keeper.log.read_text()}")

    # The day

    def first_key(self):
        self.say("Monday. A new domain: the service makes its first key, and needs our DNS.")
        self.type(f"domain add {DOMAIN}")
        self.type(f"grant add {SENDER} sign {DOMAIN}")
        selector = self.wait_for(state="PENDING", record_state="asked")["selector"]
        self.type(f"next {DOMAIN}")
        self.publish(selector)
        self.type(f"dns check {DOMAIN} {selector}")
        self.wait_for(selector=selector, state="ACTIVE")
        self.say("Every server shows the key, and so it signs.")
        self.type(f"key list {DOMAIN}")
        self.type(f"sign --domain {DOMAIN}", who="sender", stdin=MAIL)
        return selector

    def publish(self, selector):
        self.say("The record, for the zone file; we put it there.")
        self.type(f"dns record {DOMAIN} {selector} --format zone")
        self.edit(selector, self.wait_for(selector=selector)["record_value"])

    def standby(self):
        self.say("The next key is made at once, to be there in an emergency. Same again.")
        selector = self.wait_for(state="PENDING", record_state="asked")["selector"]
        self.publish(selector)
        self.wait_for(selector=selector, state="PUBLISHED")
        self.type(f"next {DOMAIN}")
        return selector

    def rotate(self, new):
        self.say("First rotation, because we want to.")
        self.type(f"rotate {DOMAIN} --wait")
        self.wait_for(selector=new, state="ACTIVE")
        self.type(f"key list {DOMAIN}")

    def bury(self, old):
        self.wait_for(selector=old, state="REVOKED")
        self.say("The old key has drained; its record is to say so.")
        self.type(f"next {DOMAIN}")
        self.type(f"dns record {DOMAIN} {old} --format zone")
        self.edit(old, self.wait_for(selector=old)["record_value"].split("p=")[0] + "p=")
        self.wait_for(selector=old, record_state="withdrawn")
        self.say("Some time later the record may go.")
        self.keeper.logged(f"event=rotation.remove_record .*selector={old}", seconds=90)
        self.type(f"next {DOMAIN}")
        self.edit(old, None)
        self.wait_for(selector=old, state="DESTROYED")
        self.type(f"key show {DOMAIN} {old}")

    def second_rotation(self, new):
        self.say("Second rotation: its time has come, and nobody does anything.")
        self.wait_for(selector=new, state="ACTIVE")
        self.type(f"key list {DOMAIN}")
        self.type(f"sign --domain {DOMAIN}", who="sender", stdin=MAIL)

    def live(self):
        first = self.first_key()
        second = self.standby()
        self.rotate(second)
        third = self.standby()
        self.bury(first)
        self.second_rotation(third)


def main():
    with tempfile.TemporaryDirectory() as folder, Day(folder) as day:
        day.live()


if __name__ == "__main__":
    main()
