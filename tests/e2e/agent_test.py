"""Mail of a real Postfix, signed by dkimkeeper-agent, is valid for verifiers that nobody here wrote."""

import concurrent.futures
import os
import pathlib
import signal
import smtplib
import tempfile

import messages
import pytest
from agent import Agent
from keeper import SENDER, verify
from postfix import Postfix

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="Postfix starts as root only")

VERIFIERS = ("dkimpy_verify.py", "opendkim_verify.sh", "mail_dkim_verify.pl")
BOTH = ("rsa-sha256", "ed25519-sha256")


@pytest.fixture(scope="module")
def home():
    """A folder that Postfix's users can get to."""
    with tempfile.TemporaryDirectory(prefix="dkimkeeper-mail-") as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)


@pytest.fixture(scope="module")
def domains(keeper):
    """example.test with both algorithms; other.test of another customer; easy.test fails open."""
    keeper.add_domain("example.test", algorithms=BOTH)
    keeper.add_domain("other.test", algorithms=("ed25519-sha256",))
    keeper.add_domain("bücher.test", algorithms=BOTH)
    keeper.run("apply", "--yes", "-", stdin=b'[[domain]]\nname = "easy.test"\nfail_policy = "unsigned"\n')
    keeper.add_key("easy.test", "ed25519-sha256")
    keeper.run("grant", "add", SENDER, "sign", "easy.test")
    return keeper.records()


@pytest.fixture(scope="module")
def running_agent(keeper, domains, home):
    running = Agent(home / "agent", keeper).start()
    yield running
    assert running.stop() == 0, running.log.read_text()


@pytest.fixture(scope="module")
def mail_server(running_agent, home):
    with Postfix(home / "postfix", running_agent.milter) as running:
        yield running


@pytest.fixture
def agent(running_agent):
    running_agent.begin()
    return running_agent


def mail(author="Joe <joe@example.test>", body="Hi.\r\n", extra=""):
    return (f"From: {author}\r\nTo: Sue <sue@dest.example>\r\nSubject: hello\r\n"
            f"Date: Fri, 11 Jul 2003 21:00:37 -0700\r\nMessage-ID: <1@example.test>\r\n{extra}\r\n{body}").encode()


def judge(message, records, tmp_path, domain="example.test", signatures=2, verifiers=VERIFIERS):
    """Every verifier finds every signature of ours valid (Mail::DKIM knows no Ed25519)."""
    path = tmp_path / "message.eml"
    path.write_bytes(message)
    for verifier in verifiers:
        _, verdicts = verify(verifier, path, records)
        ours = [line for line in verdicts if f"d={domain}" in line]
        assert len(ours) == signatures, (verdicts, message)
        known = [line for line in ours if "ed25519" not in line or "mail_dkim" not in verifier]
        assert all(" pass " in line for line in known), (verifier, verdicts, message)


def test_mail_of_this_host_gets_both_signatures(agent, mail_server, domains, tmp_path):
    mail_server.send(mail())
    judge(mail_server.delivered()[0], domains, tmp_path)
    assert agent.counted("signed") == 1
    assert agent.logged(r"event=mail.signed queue=\w+ origin=network author=example.test")


def test_mail_of_every_kind(agent, mail_server, domains, tmp_path):
    # Postfix takes lines of any length, and breaks them in delivery: those are not this test's.
    mails = {name: text for name, text in messages.small().items() if name not in ("long line", "NUL in the body")}
    for text in mails.values():
        mail_server.send(text)
    delivered = mail_server.delivered(len(mails))
    assert agent.counted("signed") == len(mails)
    assert agent.counted("eight_bit", "transit_risks") > 0
    for message in delivered:
        judge(message, domains, tmp_path)


def test_large_mail(agent, mail_server, domains, tmp_path):
    mail_server.send(messages.large()["1 MB"])
    judge(mail_server.delivered()[0], domains, tmp_path)


def test_mail_without_a_body(agent, mail_server, domains, tmp_path):
    mail_server.send(mail().split(b"\r\n\r\n", maxsplit=1)[0] + b"\r\n")
    judge(mail_server.delivered()[0], domains, tmp_path)


def test_simple_canonicalization(agent, mail_server, domains, tmp_path):
    agent.reload(signature='canonicalization = "simple/simple"')
    mail_server.send(mail(extra="X-Folded: a\r\n\tb \r\nReply-To:   joe@example.test  \r\n"))
    message = mail_server.delivered()[0]
    assert b"c=simple/simple" in message
    # OpenDKIM's test mode takes one space after each colon for granted.
    judge(message, domains, tmp_path, verifiers=[v for v in VERIFIERS if "opendkim" not in v])


def test_mail_submitted_on_this_host(agent, mail_server, domains, tmp_path):
    mail_server.submit(mail().replace(b"\r\n", b"\n"))
    judge(mail_server.delivered()[0], domains, tmp_path)


def test_mail_from_elsewhere_is_left_alone(agent, mail_server):
    agent.reload(origin="networks = []\nlocal = false")
    mail_server.send(mail())
    assert b"DKIM-Signature" not in mail_server.delivered()[0]
    assert agent.counted("inbound") == 1


def test_the_listener_decides_by_its_name(agent, mail_server):
    agent.reload(origin='networks = []\nlocal = false\nmacros = ["{daemon_name}=ORIGINATING"]')
    mail_server.send(mail())
    assert b"DKIM-Signature" in mail_server.delivered()[0]
    agent.reload(origin='networks = []\nlocal = false\nmacros = ["{daemon_name}=SUBMISSION"]')
    mail_server.send(mail())
    assert b"DKIM-Signature" not in mail_server.delivered()[0]


def test_malformed_mail_is_refused(agent, mail_server):
    with pytest.raises(smtplib.SMTPDataError) as refused:
        mail_server.send(mail(author="joe@example.test, sue@example.test"))
    assert refused.value.smtp_code == 550
    agent.reload(author='malformed = "unsigned"')
    mail_server.send(mail(author="joe@example.test, sue@example.test"))
    assert b"DKIM-Signature" not in mail_server.delivered()[0]
    assert agent.counted("malformed") == 2


def test_an_unknown_domain_goes_unsigned(agent, mail_server):
    mail_server.send(mail(author="joe@elsewhere.test"))
    assert b"DKIM-Signature" not in mail_server.delivered()[0]
    assert agent.counted("unknown_domain") == 1


def test_a_provider_signs_beside_its_customer(agent, mail_server, domains, tmp_path):
    agent.reload(signature='second_domain = "other.test"')
    mail_server.send(mail())
    message = mail_server.delivered()[0]
    assert message.count(b"DKIM-Signature:") == 3
    judge(message, domains, tmp_path)
    judge(message, domains, tmp_path, domain="other.test", signatures=1)


def test_a_configuration_that_is_wrong_changes_nothing(agent, mail_server):
    agent.reload(origin='networks = ["nowhere"]')
    assert agent.logged("event=config.refused")
    mail_server.send(mail())
    assert b"DKIM-Signature" in mail_server.delivered()[0]


def test_who_logged_in_gets_no_other_customers_signature(agent, mail_server, domains, tmp_path):
    agent.reload(origin="networks = []\nlocal = false")
    joe = {"client": "198.51.100.7", "login": "joe@example.test"}
    mail_server.send(mail(), **joe)
    judge(mail_server.delivered()[0], domains, tmp_path)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        mail_server.send(mail(author="sue@other.test"), **joe)
    assert refused.value.smtp_code == 550
    agent.reload(origin="networks = []\nlocal = false", author='foreign = "unsigned"')
    mail_server.send(mail(author="sue@other.test"), **joe)
    assert b"DKIM-Signature" not in mail_server.delivered()[0]
    assert agent.counted("foreign_author") == 2
    mail_server.send(mail(), client="198.51.100.7")
    assert b"DKIM-Signature" not in mail_server.delivered()[0], "nobody logged in"


def test_several_messages_of_one_session(agent, mail_server, domains, tmp_path):
    with mail_server.session() as session:
        for author in ("joe@example.test", "joe@elsewhere.test", "joe@other.test"):
            session.sendmail("joe@example.test", ["sue@dest.example"], mail(author=author))
            session.docmd("MAIL", "FROM:<joe@example.test>")
            session.rset()
    ours, unsigned, other = mail_server.delivered(3)
    judge(ours, domains, tmp_path)
    assert b"DKIM-Signature" not in unsigned
    judge(other, domains, tmp_path, domain="other.test", signatures=1)


def test_an_author_in_unicode(agent, mail_server, domains, tmp_path):
    # Not asked for as SMTPUTF8, which smtp-sink has not; the header is the same.
    mail_server.send(mail(author="Jörg <jörg@bücher.test>"))
    message = mail_server.delivered()[0]
    # Neither OpenDKIM nor Mail::DKIM is made for RFC 6532.
    judge(message, domains, tmp_path, domain="xn--bcher-kva.test", verifiers=["dkimpy_verify.py"])


def test_a_key_that_is_revoked_while_a_message_comes_in(keeper, agent, mail_server, tmp_path):
    first = keeper.add_domain("rotating.test", algorithms=("ed25519-sha256",))["ed25519-sha256"]
    with mail_server.session() as session:
        mail_server.send(mail(author="joe@rotating.test"))
        assert first.encode() in mail_server.delivered()[0]
        session.docmd("MAIL", "FROM:<joe@rotating.test>")
        session.docmd("RCPT", "TO:<sue@dest.example>")
        session.docmd("DATA")
        head, body = mail(author="joe@rotating.test").split(b"\r\n\r\n")
        session.send(head + b"\r\n\r\n")
        second = keeper.add_key("rotating.test", "ed25519-sha256")
        keeper.run("key", "revoke", "rotating.test", first, "--compromised")
        session.send(body + b".\r\n")
        assert session.getreply()[0] == 250
    message = mail_server.delivered()[0]
    assert second.encode() in message
    judge(message, keeper.records(), tmp_path, domain="rotating.test", signatures=1)


def test_a_rotation_while_ten_sessions_send(keeper, agent, mail_server, tmp_path):
    keeper.add_domain("busy.test", algorithms=BOTH)
    each = 30

    def send(session):
        for _ in range(each):
            session.sendmail("joe@busy.test", ["sue@dest.example"], mail(author="joe@busy.test"))
        session.quit()

    with concurrent.futures.ThreadPoolExecutor(10) as senders:
        done = [senders.submit(send, mail_server.session()) for _ in range(10)]
        for algorithm in BOTH:
            keeper.add_key("busy.test", algorithm)
        for one in done:
            one.result()
    delivered = mail_server.delivered(10 * each)
    assert all(message.count(b"DKIM-Signature:") == 2 for message in delivered)
    records = keeper.records()
    for message in delivered[::60]:
        judge(message, records, tmp_path, domain="busy.test")


def test_while_the_server_is_away_domains_fail_as_they_say(keeper, domains, agent, mail_server, tmp_path):
    mail_server.send(mail(author="joe@easy.test"))
    mail_server.delivered()
    agent.reload(signature='unsigned_note = "X-Unsigned"')
    keeper.stop()
    try:
        mail_server.send(mail(author="joe@easy.test"))
        with pytest.raises(smtplib.SMTPDataError) as deferred:
            mail_server.send(mail())
        assert deferred.value.smtp_code == 451
        unsigned = mail_server.delivered()[0]
        assert b"DKIM-Signature" not in unsigned
        assert b"\r\nX-Unsigned: SERVER_AWAY\r\n" in unsigned
        # From its list on disk it knows which domains are whose.
        agent.stop()
        agent.start()
        mail_server.send(mail(author="joe@easy.test"))
        assert b"DKIM-Signature" not in mail_server.delivered()[0]
        with pytest.raises(smtplib.SMTPDataError):
            mail_server.send(mail())
        # With no list at all nothing of this host goes out.
        agent.stop()
        agent.keys_file.unlink()
        agent.start()
        with pytest.raises(smtplib.SMTPDataError):
            mail_server.send(mail(author="joe@easy.test"))
    finally:
        keeper.write_config(server=f'listen = ["127.0.0.1:{keeper.port}"]')
        keeper.start()
    assert agent.logged("event=keys.listed")
    mail_server.send(mail())
    judge(mail_server.delivered()[0], domains, tmp_path)


def test_an_expired_certificate_defers_mail_until_it_is_replaced(keeper, agent, mail_server, domains, tmp_path):
    def issue(days):
        keeper.authority.issue("sender", uri=[SENDER.removeprefix("uri:")], days=days)

    issue(days=-1)
    try:
        agent.stop()
        agent.start()
        with pytest.raises(smtplib.SMTPDataError) as deferred:
            mail_server.send(mail())
        assert deferred.value.smtp_code == 451
        mail_server.submit(mail())  # waits in the queue
    finally:
        issue(days=30)
    # The agent reads it anew by itself, and Postfix comes back.
    judge(mail_server.delivered()[0], domains, tmp_path)


def test_an_agent_that_is_away_defers_mail_and_comes_back(agent, mail_server, domains, tmp_path):
    agent.stop(signal.SIGKILL)
    mail_server.submit(mail())
    with pytest.raises(smtplib.SMTPException):
        mail_server.send(mail())
    agent.start()
    judge(mail_server.delivered()[0], domains, tmp_path)
