#!/usr/bin/python3
"""Mail through a Postfix while the daemon is killed and started again: none is lost, none unsigned.

    DKIMKEEPERD=… DKIMKEEPER=… DKIMKEEPER_AGENT=… tests/e2e/mail_through_kills.py
        [--messages 10000] [--kills 3] [--sessions 10]

Runs as root (Postfix). Clients hand over the messages, ten at once, and again what is deferred with
4xx, as mail servers do. At equal distances launcher, daemon and workers get kill -9, and are started
when so many messages as there are sessions were deferred. Each delivered message is verified with
dkimpy, both signatures. Prints the counts; fails if they differ.
"""

import argparse
import concurrent.futures
import os
import pathlib
import queue
import re
import smtplib
import sys
import tempfile
import threading

import dkim

from agent import Agent
from keeper import Keeper
from postfix import Postfix

DOMAIN = "example.test"
MAIL = (f"From: Joe <joe@{DOMAIN}>\r\nTo: Sue <sue@dest.example>\r\nSubject: number {{0}}\r\n"
        f"Date: Fri, 11 Jul 2003 21:00:37 -0700\r\nMessage-ID: <{{0}}@{DOMAIN}>\r\n\r\nHi, {{0}}.\r\n")


class Deliveries:
    """Hands messages to a Postfix until it took each. Thread-safe."""

    def __init__(self, mail_server, count):
        self.mail_server = mail_server
        self.todo = queue.SimpleQueue()
        for number in range(count):
            self.todo.put(number)
        self.count = count
        self.taken = self.deferred = 0
        self.changed = threading.Condition()

    def run(self):
        """One client; returns when every message is taken."""
        session = None
        while True:
            with self.changed:
                if self.taken == self.count:
                    return
            try:
                number = self.todo.get(timeout=1)
            except queue.Empty:
                continue  # one that another client has may come back
            try:
                session = session or self.mail_server.session()
                session.sendmail(f"joe@{DOMAIN}", ["sue@dest.example"], MAIL.format(number).encode())
            except smtplib.SMTPResponseException as refused:
                assert 400 <= refused.smtp_code < 500, refused
                session = None
                self._count(number, deferred=1)
            except (smtplib.SMTPException, OSError):
                session = None
                self._count(number, deferred=1)
            else:
                self._count(number, taken=1)

    def _count(self, number, taken=0, deferred=0):
        if deferred:
            self.todo.put(number)
        with self.changed:
            self.taken += taken
            self.deferred += deferred
            self.changed.notify_all()

    def wait(self, taken=0, deferred=0):
        with self.changed:
            assert self.changed.wait_for(
                lambda: self.taken >= taken and self.deferred >= deferred, timeout=600), self.taken


class Record:
    """Key records for dkimpy, from the file that stands in for DNS."""

    def __init__(self, path):
        lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
        self.values = dict(line.split(" ", 1) for line in lines)

    def __call__(self, name, timeout=0):
        return self.values.get(name.decode().rstrip("."), "").encode()


def verdict(message, record):
    """(how many signatures, how many of them are valid)."""
    verifier = dkim.DKIM(message)
    count = sum(name.lower() == b"dkim-signature" for name, _ in verifier.headers)
    return count, sum(verifier.verify(idx=i, dnsfunc=record) for i in range(count))


def run(folder, messages, kills, sessions):
    """The counts, by name."""
    (folder / "keeper").mkdir()
    keeper = Keeper(folder / "keeper").start()
    keeper.add_domain(DOMAIN, algorithms=("rsa-sha256", "ed25519-sha256"))
    record = Record(keeper.records())
    # It comes back at the port where the agent knows it.
    keeper.write_config(server=f'listen = ["127.0.0.1:{keeper.port}"]')
    agent = Agent(folder / "agent", keeper).start()
    with Postfix(folder / "postfix", agent.milter) as mail_server:
        deliveries = Deliveries(mail_server, messages)
        with concurrent.futures.ThreadPoolExecutor(sessions) as clients:
            running = [clients.submit(deliveries.run) for _ in range(sessions)]
            for kill in range(1, kills + 1):
                deliveries.wait(taken=kill * messages // (kills + 1))
                keeper.kill()
                deliveries.wait(deferred=deliveries.deferred + sessions)
                keeper.start()
            for client in running:
                client.result()
        delivered = mail_server.delivered(messages)
    assert agent.stop() == 0, agent.log.read_text()
    keeper.stop()

    numbers = {re.search(rb"Subject: number (\d+)", message).group(1) for message in delivered}
    verdicts = [verdict(message, record) for message in delivered]
    return {"handed over": messages, "killed": kills, "deferred": deliveries.deferred,
            "delivered": len(numbers),
            "signed twice": sum(count == 2 for count, _ in verdicts),
            "verified twice": sum(valid == 2 for _, valid in verdicts)}


def whole(counts):
    """Nothing is lost, nothing unsigned, nothing invalid."""
    return all(counts[what] == counts["handed over"] for what in ("delivered", "signed twice", "verified twice"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--sessions", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dkimkeeper-kills-") as folder:
        os.chmod(folder, 0o755)
        counts = run(pathlib.Path(folder), options.messages, options.kills, options.sessions)
    for what, count in counts.items():
        print(f"{what:16}{count:8}")
    return 0 if whole(counts) else 1


if __name__ == "__main__":
    sys.exit(main())
