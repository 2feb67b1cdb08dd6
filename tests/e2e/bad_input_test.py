"""What people get wrong, the sentence they get, and that nothing is lost by it."""

import messages
import pytest
from keeper import SENDER, Refused

PLAIN = messages.small()["plain"]


@pytest.fixture(scope="module")
def selectors(keeper):
    return keeper.add_domain("example.test", algorithms=("rsa-sha256", "ed25519-sha256"))


def refused(keeper, *arguments, who="operator", stdin=b""):
    with pytest.raises(Refused) as caught:
        keeper.run(*arguments, who=who, stdin=stdin)
    assert caught.value.stdout == b"", "a refusal prints nothing on standard output"
    return caught.value


@pytest.mark.parametrize("arguments, reason", [
    (["domain", "add", "no_domain.test"], "BAD_DOMAIN"),
    (["domain", "add", "nodots"], "BAD_DOMAIN"),
    (["domain", "add", "example.test"], "DOMAIN_EXISTS"),
    (["domain", "show", "unknown.test"], "DOMAIN_UNKNOWN"),
    (["domain", "remove", "unknown.test"], "DOMAIN_UNKNOWN"),
    (["sender", "add", "example.test", "bad_name"], "BAD_SENDER"),
    (["sender", "add", "example.test", "default"], "SENDER_EXISTS"),
    (["sender", "remove", "example.test", "nobody"], "SENDER_UNKNOWN"),
    (["sender", "remove", "example.test", "default"], "SENDER_IN_USE"),
    (["key", "generate", "unknown.test"], "DOMAIN_UNKNOWN"),
    (["key", "generate", "example.test", "--sender", "nobody"], "SENDER_UNKNOWN"),
    (["key", "generate", "example.test", "--selector", "under_score"], "BAD_SELECTOR"),
    (["key", "generate", "example.test", "--bits", "1024"], "BAD_KEY_SIZE"),
    (["key", "generate", "example.test", "--algorithm", "ed25519-sha256", "--bits", "2048"],
     "BAD_KEY_SIZE"),
    (["key", "show", "example.test", "nosuch"], "KEY_UNKNOWN"),
    (["key", "activate", "example.test", "nosuch", "--without-dns-proof", "x"], "KEY_UNKNOWN"),
    (["grant", "add", "nonsense", "sign", "example.test"], "BAD_IDENTITY"),
    (["grant", "add", SENDER, "sign", "unknown.test"], "DOMAIN_UNKNOWN"),
    (["grant", "remove", SENDER, "rotate", "example.test"], "GRANT_UNKNOWN"),
])
def test_operators_are_told_what_is_wrong(keeper, selectors, arguments, reason):
    said = refused(keeper, *arguments)
    assert said.code == 1 and said.reason == reason
    assert len(str(said).splitlines()) == 1


@pytest.mark.parametrize("arguments", [
    [], ["nonsense"], ["key"], ["key", "generate"], ["key", "generate", "example.test", "--bogus"],
    ["grant", "add", SENDER, "fly", "example.test"],
    ["sign-digest", "--domain", "example.test", "--selector", "s", "--algorithm", "md5", "00"],
])
def test_usage_errors_exit_with_2(keeper, selectors, arguments):
    finished = keeper.run(*arguments, check=False)
    assert finished.returncode == 2 and finished.stdout == b""


def test_the_last_active_key_is_not_retired(keeper, selectors):
    said = refused(keeper, "key", "retire", "example.test", selectors["rsa-sha256"])
    assert said.reason == "LAST_ACTIVE_KEY"


def test_an_active_key_is_not_activated_again(keeper, selectors):
    said = refused(keeper, "key", "activate", "example.test", selectors["rsa-sha256"],
                   "--without-dns-proof", "again")
    assert said.reason == "WRONG_STATE"


def test_activation_needs_proof_or_a_reason(keeper, selectors):
    selector = keeper.json("key", "generate", "example.test")["selector"]
    assert refused(keeper, "key", "activate", "example.test", selector).reason == \
        "DNS_PROOF_MISSING"


def test_a_selector_is_used_once(keeper, selectors):
    said = refused(keeper, "key", "generate", "example.test", "--selector",
                   selectors["rsa-sha256"])
    assert said.reason == "SELECTOR_EXISTS"


def test_a_revoked_selector_names_its_successor(keeper, selectors):
    old = keeper.add_key("example.test", "ed25519-sha256")
    new = keeper.add_key("example.test", "ed25519-sha256")
    keeper.run("key", "revoke", "example.test", old, "--compromised")
    said = refused(keeper, "sign-digest", "--domain", "example.test", "--selector", old,
                   "--algorithm", "ed25519-sha256", "00" * 32, who="sender")
    assert said.reason == "SELECTOR_NOT_ACTIVE" and new in str(said)


@pytest.mark.parametrize("name, mail", [
    ("no From", PLAIN.replace(b"From: ", b"X-From: ")),
    ("two From", b"From: a@example.test\r\n" + PLAIN),
    ("two authors", PLAIN.replace(b"<joe@example.test>", b"<joe@example.test>, b@example.test")),
    ("no colon", PLAIN.replace(b"Subject: hello", b"Subject hello")),
    ("bare CR", PLAIN.replace(b"Hi.", b"Hi\r.")),
    ("mixed line ends", PLAIN.replace(b"Hi.\r\n", b"Hi.\n")),
    ("empty", b""),
])
def test_mail_that_must_not_be_signed(keeper, selectors, name, mail):
    said = refused(keeper, "sign", "--domain", "example.test", who="sender", stdin=mail)
    assert said.code == 1 and said.reason in ("BAD_MESSAGE", "BAD_MAILBOX")
    assert "Hi" not in str(said), "no mail content in an error"


def test_a_domain_without_a_grant_is_refused(keeper, selectors):
    mail = PLAIN.replace(b"joe@example.test", b"joe@other.test")
    assert refused(keeper, "sign", who="sender", stdin=mail).code == 1


def test_no_certificate_file(keeper, selectors):
    said = refused(keeper, "--cert", "/nowhere/cert.pem", "whoami")
    assert said.code == 1 and "/nowhere/cert.pem" in str(said)


def test_no_server(keeper, selectors):
    said = refused(keeper, "--server", "127.0.0.1:1", "whoami")
    assert said.code == 1 and said.reason == "SERVER_AWAY" and "127.0.0.1:1" in str(said)


def test_u_labels_are_taken_and_a_labels_are_stored(keeper, selectors):
    assert keeper.json("domain", "add", "bücher.test")["domain"] == "xn--bcher-kva.test"
    assert keeper.json("domain", "show", "BÜCHER.test")["unicode"] == "bücher.test"


def test_a_domain_may_allow_underscores_with_a_warning(keeper, selectors):
    keeper.run("domain", "add", "under.test", "--allow-underscore")
    key = keeper.json("key", "generate", "under.test", "--selector", "a_b")
    assert any("underscore" in warning for warning in key["warnings"])


def test_a_taken_away_grant_ends_signing_at_once(keeper, selectors):
    sign = ("sign-digest", "--domain", "example.test", "--selector", selectors["rsa-sha256"],
            "--algorithm", "rsa-sha256", "00" * 32)
    keeper.run(*sign, who="sender")
    keeper.run("grant", "remove", SENDER, "sign", "example.test")
    assert refused(keeper, *sign, who="sender").reason == "NO_GRANT"
    keeper.run("grant", "add", SENDER, "sign", "example.test")
    keeper.run(*sign, who="sender")


@pytest.mark.parametrize("sections, expected", [
    (dict(server='listen = "not a list"\nbogus = 1'), ["server.listen", "server.bogus"]),
    (dict(policy='drain = "soon"', signing="queue_limit = -1"),
     ["policy.drain", "signing.queue_limit"]),
    (dict(extra="[nonsense]\n"), ["nonsense"]),
])
def test_all_config_problems_are_said_at_once(keeper, tmp_path, sections, expected):
    keeper.write_config(**sections)
    bad = tmp_path / "bad.toml"
    bad.write_text(keeper.config.read_text())
    keeper.write_config()
    finished = keeper.run_to_end("--check-config", "--config", str(bad))
    assert finished.returncode == 1
    for key in expected:
        assert key in finished.stderr, finished.stderr
    assert finished.stderr.count(f"{bad}:") >= len(expected)


def test_a_good_config_is_ok(keeper, selectors):
    finished = keeper.run_to_end("--check-config", "--config", str(keeper.config))
    assert finished.returncode == 0 and finished.stdout == f"{keeper.config}: ok\n"
