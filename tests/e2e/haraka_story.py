#!/usr/bin/python3
"""Haraka signs with keys in custody through deploy/mail-servers/haraka/dkimkeeper.js; by hand, because npm
brings Haraka and its 90 packages.

    DKIMKEEPERD=… DKIMKEEPER=… DKIMKEEPER_AGENT=… tests/e2e/haraka_story.py [--haraka VERSION]

Real Haraka, agent, daemon and token; smtp-sink takes what Haraka forwards, and others' verifiers judge it.
Then the agent is away, and comes back. Runs as root (smtp-sink becomes nobody).
"""

import argparse
import os
import pathlib
import shutil
import smtplib
import subprocess
import sys
import tempfile

import messages
from agent import Agent
from keeper import Keeper, verify
from postfix import free_port
from sink import Sink

PLUGIN = pathlib.Path(__file__).resolve().parents[2] / "deploy/mail-servers/haraka/dkimkeeper.js"
VERIFIERS = ("dkimpy_verify.py", "opendkim_verify.sh", "mail_dkim_verify.pl")
MAILS = ("plain", "dots", "8-bit body", "white space runs", "folded subject", "trailing blank lines")
ALGORITHMS = ("rsa-sha256", "ed25519-sha256")


class Haraka:
    """`with Haraka(…) as port:` forwards what it takes there to the sink's port."""

    def __init__(self, folder, version, forward_to, socket):
        self.folder, self.port = folder, free_port()
        subprocess.run(["npm", "install", "--prefix", str(folder), "--omit=optional", "--ignore-scripts",
                        "--no-audit", "--no-fund", "--loglevel=error", f"Haraka@{version}", "haraka-plugin-relay"], check=True)
        self.package = folder / "node_modules/Haraka"
        config = {
            "smtp.ini": f"listen=127.0.0.1:{self.port}\nnodes=0\n",
            "connection.ini": (self.package / "config/connection.ini").read_text(encoding="utf-8"),
            "relay.ini": "[relay]\nacl=true\n",
            "relay_acl_allow": "127.0.0.0/8\n",
            "plugins": "relay\ndkimkeeper\nqueue/smtp_forward\n",
            "smtp_forward.ini": f"host=127.0.0.1\nport={forward_to}\nenable_outbound=true\n",
            "loglevel": "LOGINFO\n",
            "dkimkeeper.ini": f"program={os.environ['DKIMKEEPER']}\nsocket={socket}\n",
        }
        (folder / "config").mkdir()
        for name, text in config.items():
            (folder / "config" / name).write_text(text, encoding="utf-8")
        (folder / "plugins").mkdir()
        shutil.copy(PLUGIN, folder / "plugins")
        self.log = folder / "log"

    def __enter__(self):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(["node", str(self.package / "bin/haraka"), "-c", str(self.folder)],
                                            stdout=log, stderr=subprocess.STDOUT)
        with subprocess.Popen(["timeout", "60", "tail", "-n", "+1", "-F", str(self.log)],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as tail:
            if not any("Listening on" in line for line in tail.stdout):
                sys.exit(self.log.read_text(encoding="utf-8"))
            tail.terminate()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=60)

    def send(self, message):
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as session:
            session.sendmail("joe@example.test", ["sue@dest.example"], message, ["BODY=8BITMIME"])


def judge(message, records, folder):
    """All signatures that a verifier knows are valid, one of each algorithm."""
    file = folder / "message.eml"
    file.write_bytes(message)
    for verifier in VERIFIERS:
        _, verdicts = verify(verifier, file, records)
        print("  ", verifier, *verdicts, sep="  ")
        known = [line for line in verdicts if "ed25519" not in line or "mail_dkim" not in verifier]
        assert len(verdicts) == len(ALGORITHMS) and all(" pass " in line for line in known), verdicts


def run(folder, version):
    keeper = Keeper(folder / "keeper")
    keeper.start()
    keeper.add_domain("example.test", algorithms=ALGORITHMS)
    records = keeper.records()
    socket = folder / "reference.sock"
    agent = Agent(folder / "agent", keeper, milter=f'listen = "127.0.0.1:{free_port()}"',
                  local=f'listen = "{socket}"\n[[local.access]]\nuser = "{os.getuid()}"\ndomain = "*"\n')
    agent.start()
    with Sink(folder / "sink") as sink, Haraka(folder / "haraka", version, sink.port, socket) as haraka:
        for name in MAILS:
            haraka.send(messages.small()[name])
            print(name)
            judge(sink.take()[0], records, folder)
        agent.stop()
        try:
            haraka.send(messages.small()["plain"])
            sys.exit("mail was taken that nobody signed")
        except smtplib.SMTPDataError as refusal:
            print("agent away:", refusal.smtp_code, refusal.smtp_error.decode())
            assert 400 <= refusal.smtp_code < 500 and sink.take() == []
        agent.start()
        haraka.send(messages.small()["plain"])
        judge(sink.take()[0], records, folder)
    agent.stop()
    keeper.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--haraka", default="3.3.4", help="its version")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dkimkeeper-haraka-") as folder:
        os.chmod(folder, 0o755)
        for name in ("keeper", "haraka"):
            (pathlib.Path(folder) / name).mkdir(mode=0o755)
        run(pathlib.Path(folder), options.haraka)
    print("every message was signed; none while the agent was away")


if __name__ == "__main__":
    main()
