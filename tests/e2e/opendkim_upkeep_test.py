"""Stock OpenDKIM signs through rotations: the agent keeps its tables, every message is signed."""

import os
import pathlib
import re
import tempfile
import time

import dkim
import pytest
from agent import Agent
from keeper import SENDER
from opendkim_reference_test import ACCEPT, MAIL, sent, signer
from references import Host

DOMAIN = "example.com"


@pytest.fixture(name="host")
def host_in_a_folder():
    with tempfile.TemporaryDirectory(prefix="dkimkeeper-upkeep-") as folder:
        os.chmod(folder, 0o755)
        made = Host(pathlib.Path(folder))
        made.socket = made.file("agent/reference.sock")
        made.file("references").mkdir()
        yield made


@pytest.fixture(name="agent")
def agent_that_keeps_tables(keeper, host):
    keeper.run("domain", "add", DOMAIN)
    keeper.run("grant", "add", SENDER, "sign", DOMAIN)
    keeper.grant_operator()
    keeper.add_key(DOMAIN, "rsa-sha256", "--selector", "first")
    reload = f"test ! -e {host.folder}/opendkim.pid || kill -USR1 $(cat {host.folder}/opendkim.pid)"
    agent = Agent(
        host.file("agent"), keeper, milter=f'socket = "{host.folder}/agent/milter.sock"',
        local=f'listen = "{host.socket}"\n[[local.access]]\nuser = "{os.getuid()}"\n'
              f'domain = "{DOMAIN}"',
        opendkim=f'key_table = "{host.folder}/KeyTable"\nsigning_table = "{host.folder}/SigningTable"\n'
                 f'references = "{host.folder}/references"\n'
                 f'reload_command = ["/bin/sh", "-c", "{reload}"]').start()
    assert agent.logged("event=opendkim.updated"), agent.log.read_text()
    yield agent
    assert agent.stop() == 0, agent.log.read_text()


def signed(keeper, socket):
    """The selector that a message was signed with; the signature verifies."""
    reply, field = sent(socket)
    assert reply == ACCEPT and field != "nil"
    records = {key["record_name"]: key["record_value"] for key in keeper.json("key", "list")["keys"]}
    header = b"DKIM-Signature: " + field.replace("\n", "\r\n").encode() + b"\r\n"
    assert dkim.DKIM(header + MAIL).verify(
        dnsfunc=lambda name, timeout=0: records[name.decode().rstrip(".")].encode())
    return re.search(r"\bs=([^;\s]+)", field).group(1)


def test_every_message_is_signed_through_two_rotations(keeper, host, agent):
    messages = 0
    with signer(host, f"KeyTable {host.folder}/KeyTable",
                f"SigningTable refile:{host.folder}/SigningTable") as socket:
        assert signed(keeper, socket) == "first"
        before = "first"
        for selector in ("second", "third"):
            keeper.add_key(DOMAIN, "rsa-sha256", "--selector", selector)
            give_up = time.monotonic() + 60
            while (used := signed(keeper, socket)) != selector:
                messages += 1
                assert used == before
                assert time.monotonic() < give_up, agent.log.read_text()
            keeper.run("key", "revoke", DOMAIN, before)  # nobody needs it any more
            assert signed(keeper, socket) == selector
            messages += 2
            before = selector
    print(f"{messages} messages, 0 unsigned")
    assert agent.counted("updated", "opendkim_updates") >= 2
    give_up = time.monotonic() + 60
    while [file.name for file in host.file("references").iterdir()] != [
            f"third._domainkey.{DOMAIN}.dkimkeeper.pem"]:
        assert time.monotonic() < give_up, "references of revoked keys go"
