"""Mail servers that people run today sign with keys in custody; the agent and the daemon are real.

rspamd, OpenDKIM and OpenSMTPD's filter sign with a key reference, Exim pipes through `dkimkeeper sign`,
Sendmail speaks to the agent's milter. Others' verifiers judge what is delivered.
"""

import os
import pathlib
import shutil
import smtplib
import tempfile

import messages
import pytest
from agent import Agent
from dkimsign import filter_dkimsign
from exim import Exim
from keeper import verify
from opendkim_reference_test import ACCEPT, REPLY_CODE, opendkim, sent
from postfix import Postfix, free_port
from references import Host
from rspamd import NEVER_UNSIGNED, rspamd
from sendmail import Sendmail
from sink import Sink

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="takes root: Postfix, and Exim as nobody")

VERIFIERS = ("dkimpy_verify.py", "opendkim_verify.sh", "mail_dkim_verify.pl")
NOBODY = 65534
MILTER_PORT = free_port()
DOMAINS = ("example.test", "example.com")  # of messages.py, and of milter_mail.lua
MAILS = ("plain", "dots", "8-bit body", "white space runs", "folded subject", "trailing blank lines")


@pytest.fixture(scope="module")
def home():
    """A folder that every user can get to."""
    with tempfile.TemporaryDirectory(prefix="dkimkeeper-servers-") as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)


@pytest.fixture(scope="module")
def records(keeper):
    """Keys of both algorithms, their selectors named for them."""
    for domain in DOMAINS:
        keeper.add_domain(domain, algorithms=())
        for name in ("rsa", "ed25519"):
            keeper.add_key(domain, f"{name}-sha256", "--selector", name)
    return keeper.records()


@pytest.fixture(scope="module")
def host(keeper, records, home):
    """With references to keys: example.test.rsa, for one."""
    made = Host(home)
    made.socket = home / "agent/reference.sock"
    for domain in DOMAINS:
        for name in ("rsa", "ed25519"):
            (home / f"{domain}.{name}").write_bytes(keeper.run("key", "reference", domain, name).stdout)
    return made


@pytest.fixture(scope="module")
def running_agent(keeper, host, home):
    may = "".join(f'[[local.access]]\nuser = "{user}"\ndomain = "*"\n'
                  for user in (os.getuid(), NOBODY))
    # Sendmail takes no socket below a folder that all may write to, such as /tmp.
    running = Agent(home / "agent", keeper, milter=f'listen = "127.0.0.1:{MILTER_PORT}"',
                    local=f'listen = "{host.socket}"\ngroup = "{NOBODY}"\n{may}').start()
    yield running
    assert running.stop() == 0, running.log.read_text()


@pytest.fixture
def agent(running_agent):
    running_agent.begin()
    return running_agent


@pytest.fixture
def sink(tmp_path_factory, home):
    with Sink(home / tmp_path_factory.mktemp("sink").name) as running:
        yield running


def judge(records, message, tmp_path, algorithms):
    """Every verifier finds every signature valid (Mail::DKIM knows no Ed25519)."""
    file = tmp_path / "message.eml"
    file.write_bytes(message)
    for verifier in VERIFIERS:
        _, verdicts = verify(verifier, file, records)
        assert sorted(f"{name}-sha256" for name in algorithms) == sorted(
            line.split(" a=")[1].split()[0] for line in verdicts), verdicts
        known = [line for line in verdicts if "ed25519" not in line or "mail_dkim" not in line]
        assert all(" pass " in line for line in known), verdicts


def test_rspamd_signs_behind_postfix_with_a_reference(host, agent, records, home, tmp_path):
    environment = host.environment(rsa_bridge="yes")
    with (rspamd(home / "rspamd", environment, "example.test", "rsa", home / "example.test.rsa") as socket,
          Postfix(home / "postfix", f"unix:{socket}") as mail_server):
        for name in MAILS:
            mail_server.send(messages.small()[name])
        for message in mail_server.delivered(len(MAILS)):
            judge(records, message, tmp_path, ["rsa"])
    assert agent.counted("signed", "program_calls") == len(MAILS)


@pytest.mark.parametrize("name, bridge", [("rsa", "yes"), ("ed25519", "no")])
def test_opendkim_signs_behind_postfix_with_a_reference(host, agent, records, home, tmp_path, name, bridge):
    host.reference(name).write_bytes((home / f"example.com.{name}").read_bytes())
    with (opendkim(host, name, "UMask 000", bridge=bridge) as socket,
          Postfix(home / f"postfix-{name}", f"unix:{socket}") as mail_server):
        for mail in MAILS:
            mail_server.send(messages.small()[mail].replace(b"example.test", b"example.com"))
        for message in mail_server.delivered(len(MAILS)):
            judge(records, message, tmp_path, [name])
    assert agent.counted("signed", "program_calls") == len(MAILS)


def test_rspamd_defers_where_a_rule_says_so(host, agent, home):
    environment = host.environment(rsa_bridge="yes")
    with rspamd(home / "deferring", environment, "example.com", "rsa", home / "example.com.rsa",
                NEVER_UNSIGNED) as socket:
        assert sent(socket)[0] == ACCEPT
        agent.stop()
        assert sent(socket) == (REPLY_CODE, "nil")
        agent.start()
        assert "s=rsa" in sent(socket)[1]


# Bounds of rspamd 3.4, as deploy/mail-servers/rspamd.md tells them.
def test_rspamd_alone_sends_unsigned(host, agent, home):
    environment = host.environment(rsa_bridge="yes")
    with rspamd(home / "alone", environment, "example.com", "rsa", home / "example.com.rsa") as socket:
        agent.stop()
        assert sent(socket) == (ACCEPT, "nil")
        agent.start()
        assert "s=rsa" in sent(socket)[1]


@pytest.mark.parametrize("name, bridge", [("rsa", "no"), ("ed25519", "yes")])
def test_rspamd_cannot_sign_without_the_bridge_nor_with_ed25519(host, agent, home, name, bridge):
    environment = host.environment(rsa_bridge=bridge)
    with rspamd(home / f"cannot-{name}", environment, "example.com", name,
                home / f"example.com.{name}") as socket:
        assert sent(socket) == (ACCEPT, "nil")
    assert "cannot extract rsa key from evp key" in (home / f"cannot-{name}/log").read_text()


@pytest.mark.parametrize("name", ["rsa", "ed25519"])
def test_the_filter_of_opensmtpd_signs_with_a_reference(host, agent, records, home, tmp_path, name):
    key = home / f"example.test.{name}"
    with filter_dkimsign(host.environment(), "example.test", name, key, f"{name}-sha256") as running:
        for mail in MAILS:
            message, answer = running.send(messages.small()[mail])
            assert answer == "proceed"
            judge(records, message, tmp_path, [name])
        agent.stop()
        message, answer = running.send(messages.small()["plain"])
        assert (message, answer[:14]) == (b"", "disconnect|421")
        agent.start()
        judge(records, running.send(messages.small()["plain"])[0], tmp_path, [name])


def filter_of(host):
    program = shutil.copy(os.environ["DKIMKEEPER"], host.folder)  # for any user
    return [program, "sign", "--agent", str(host.socket), "--fix-newlines"]


def test_exim_signs_with_a_transport_filter(host, agent, records, sink, home, tmp_path):
    exim = Exim(home / "exim", sink.port, filter_of(host), NOBODY)
    for name in MAILS:
        exim.submit(messages.small()[name])
    delivered = sink.take()
    assert len(delivered) == len(MAILS), exim.log()
    for message in delivered:
        judge(records, message, tmp_path, ["rsa", "ed25519"])
    assert agent.counted("signed", "program_calls") == 2 * len(MAILS)


def test_exim_keeps_mail_while_the_agent_is_away(host, agent, records, sink, home, tmp_path):
    exim = Exim(home / "exim-away", sink.port, filter_of(host), NOBODY)
    agent.stop()
    exim.submit(messages.small()["plain"])
    assert (sink.take(), exim.waiting()) == ([], 1), exim.log()
    agent.start()
    exim.run_queue()
    judge(records, sink.take()[0], tmp_path, ["rsa", "ed25519"])
    assert exim.waiting() == 0


def test_sendmail_signs_with_the_milter(agent, records, sink, home, tmp_path):
    sendmail = Sendmail(home / "sendmail", sink.port, MILTER_PORT)
    for name in MAILS:
        sendmail.send(messages.small()[name])
    delivered = sink.take()
    assert len(delivered) == len(MAILS)
    for message in delivered:
        judge(records, message, tmp_path, ["rsa", "ed25519"])
    agent.stop()
    with pytest.raises(smtplib.SMTPResponseException) as refusal:
        sendmail.send(messages.small()["plain"])
    assert 400 <= refusal.value.smtp_code < 500
    assert sink.take() == []
    agent.start()


# What deploy/mail-servers/postfix.md warns of: Postfix does it after the milter has signed.
CHANGES = """\
smtp_generic_maps = inline:{ {jim@example.test = renamed@example.test} }
smtp_header_checks = regexp:{ {/^Subject: replace/ REPLACE Subject: replaced} }
smtp_discard_ehlo_keywords = 8bitmime
smtp_line_length_limit = 998
"""
MIME_8BIT = (b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
             b"Content-Transfer-Encoding: 8bit\r\n")


def test_what_postfix_changes_after_signing_breaks_signatures(agent, records, home, tmp_path):
    plain = messages.small()["plain"]
    broken = {"generic map": plain.replace(b"Joe <joe@", b"Jim <jim@"),
              "header check": plain.replace(b"Subject: ", b"Subject: replace "),
              "8-bit mail to a server without 8BITMIME": MIME_8BIT + messages.small()["8-bit body"],
              "line over 998 octets": messages.small()["long line"]}
    with Postfix(home / "changing", f"inet:127.0.0.1:{MILTER_PORT}", more=CHANGES) as mail_server:
        mail_server.send(plain)
        judge(records, mail_server.delivered()[0], tmp_path, ["rsa", "ed25519"])
        for name, message in broken.items():
            mail_server.send(message)
            (tmp_path / "message.eml").write_bytes(mail_server.delivered()[0])
            _, verdicts = verify("dkimpy_verify.py", tmp_path / "message.eml", records)
            assert [" fail " in line for line in verdicts] == [True, True], (name, verdicts)
