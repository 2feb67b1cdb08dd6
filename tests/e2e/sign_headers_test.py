"""A grant that demands the header: what the programs make of it, and what the service lets be signed."""

import subprocess
import tempfile
import time

import api
import messages
import pytest
from agent import Agent
from keeper import SENDER, Refused, verify
from milter_edges_test import SCRIPTS

DOMAIN = "example.test"
BOTH = ("rsa-sha256", "ed25519-sha256")
SIGN = (SENDER, "sign", DOMAIN)
# Of all kinds of mail, those whose headers are not plain.
HEADERS = ("8-bit header", "folded subject", "repeated To", "tabs after colon", "signed before",
           "quoted local part", "comment in From", "long header")


@pytest.fixture(scope="module")
def selector(keeper):
    chosen = keeper.add_domain(DOMAIN, algorithms=BOTH)["rsa-sha256"]
    keeper.run("grant", "add", *SIGN, "--require-headers")
    return chosen


@pytest.fixture
def signing(keeper, selector):
    with api.channel(keeper, "sender") as channel:
        yield api.signing_pb2_grpc.SigningStub(channel)


def block(selector, fields=f"from:ann@{DOMAIN}\r\nto:bob@dest.example\r\n", names="from:from:to", **tags):
    """A header to sign in relaxed form; a tag that is None is left out."""
    values = {"v": "1", "a": "rsa-sha256", "c": "relaxed/relaxed", "d": DOMAIN, "s": selector,
              "t": str(int(time.time())), **tags, "h": names, "bh": "A" * 43 + "=", "b": ""}
    text = "; ".join(f"{name}={value}" for name, value in values.items() if value is not None)
    return f"{fields}dkim-signature:{text}".encode()


def request(selector, header_block, domain=DOMAIN):
    return api.signing_pb2.SignHeadersRequest(
        domain=domain, selector=selector, algorithm="ALGORITHM_RSA_SHA256",
        header_block=header_block, note="queue 7")


def passes(keeper, message, tmp_path):
    path = tmp_path / "message.eml"
    path.write_bytes(message)
    _, verdicts = verify("dkimpy_verify.py", path, keeper.records())
    return len([line for line in verdicts if f"d={DOMAIN}" in line and " pass " in line])


@pytest.mark.parametrize("form", ["relaxed/relaxed", "simple/simple"])
def test_the_command_line_sends_the_header(keeper, selector, tmp_path, form):
    mails = messages.small()
    for name in HEADERS:
        signed = keeper.run("sign", "--canonicalization", form, stdin=mails[name], who="sender").stdout
        assert passes(keeper, signed, tmp_path) == 2, name
    assert keeper.audited(act="sign.headers", result="ok", selector=selector)
    assert not keeper.audited(act="sign", result="HEADERS_REQUIRED", seconds=0.1), "a digest was tried"


def test_the_agent_sends_the_header(keeper, selector, tmp_path):
    with tempfile.TemporaryDirectory(prefix="dkimkeeper-milter-") as folder:
        agent = Agent(folder, keeper, milter=f'socket = "{folder}/milter.sock"').start()
        try:
            fields = subprocess.run(
                ["miltertest", "-D", f"SOCKET={agent.milter}", "-D", f"SCRIPTS={SCRIPTS}", "-s",
                 str(SCRIPTS / "one.lua")], capture_output=True, text=True, timeout=300, check=True).stdout
            assert f"{selector} rsa-sha256 tempfail - headers\n" in agent.keys_file.read_text(encoding="utf-8")
        finally:
            assert agent.stop() == 0, agent.log.read_text()
    fields = fields.strip().replace("\\n", "\r\n").replace("\nDKIM", "\r\nDKIM").encode()
    plain = b"From: Joe <joe@example.test>\r\nTo: sue@dest.example\r\nSubject: hello\r\n\r\nHi.\r\n"
    assert passes(keeper, fields + b"\r\n" + plain, tmp_path) == 2


def test_a_digest_is_refused(keeper, selector, signing):
    digest = api.signing_pb2.SignDigestRequest(domain=DOMAIN, selector=selector, digest=bytes(32),
                                               algorithm="ALGORITHM_RSA_SHA256")
    refused = ("PERMISSION_DENIED", "HEADERS_REQUIRED")
    assert api.refusal(signing.SignDigest, digest) == refused
    batch = api.signing_pb2.SignDigestsRequest(items=[digest, digest])
    assert [one.detail.reason for one in signing.SignDigests(batch, timeout=10).results] == [refused[1]] * 2
    with pytest.raises(Refused) as told:
        keeper.run("sign-digest", "--domain", DOMAIN, "--selector", selector, "--algorithm", "rsa-sha256",
                   "00" * 32, who="sender")
    assert told.value.reason == refused[1]
    keys = signing.ListSigningKeys(api.signing_pb2.ListSigningKeysRequest(), timeout=10).keys
    assert [key.headers_required for key in keys] == [True, True]
    shown = keeper.run("grant", "explain", *SIGN).stdout.decode() + keeper.run("grant", "list").stdout.decode()
    assert "headers only" in shown
    assert keeper.json("whoami", who="sender")["grants"][0]["limits"]["headers_required"]

    # Another grant that takes digests decides.
    keeper.run("grant", "add", *SIGN, "--sender", "*")
    signing.SignDigest(digest, timeout=10)
    keys = signing.ListSigningKeys(api.signing_pb2.ListSigningKeysRequest(), timeout=10).keys
    assert [key.headers_required for key in keys] == [False, False]
    keeper.run("grant", "remove", *SIGN, "--sender", "*")
    assert api.refusal(signing.SignDigest, digest) == refused


def test_what_is_good_is_signed(keeper, selector, signing):
    answer = signing.SignHeaders(request(selector, block(selector)), timeout=10)
    assert len(answer.signature) == 256
    assert keeper.audited(act="sign.headers", claimed="queue 7", result="ok")["selector"] == selector


@pytest.mark.parametrize("changes, reason", [
    ({"d": "other.test"}, "BAD_HEADERS"),
    ({"s": "s9"}, "BAD_HEADERS"),
    ({"a": "ed25519-sha256"}, "BAD_HEADERS"),
    ({"l": "0"}, "BAD_TAG_LIST"),
    ({"i": "@other.test"}, "BAD_TAG_LIST"),
    ({"t": "99999999999"}, "BAD_HEADERS"),
    ({"x": "99999999999"}, "BAD_HEADERS"),
    ({"fields": "from:ann@other.test\r\n", "names": "from"}, "BAD_HEADERS"),
    ({"fields": f"to:ann@{DOMAIN}\r\n"}, "BAD_HEADERS"),
    ({"names": "from"}, "BAD_HEADERS"),
])
def test_what_says_something_else_is_refused(keeper, selector, signing, changes, reason):
    wrong = request(selector, block(selector, **changes))
    assert api.refusal(signing.SignHeaders, wrong) == ("INVALID_ARGUMENT", reason)
    record = keeper.audited(act="sign.headers", result=reason)
    assert record["detail"] and "ann@" not in record["detail"]


def test_the_policy_of_the_line_holds(keeper, selector, signing):
    below = request(selector, block(selector, fields=f"from:ann@mail.{DOMAIN}\r\n", names="from"))
    strict = request(selector, block(selector, i=f"@mail.{DOMAIN}"))
    for one in (below, strict):
        signing.SignHeaders(one, timeout=10)
    keeper.run("policy", "set", DOMAIN, "from_alignment=equal", "record_strict=true")
    for one in (below, strict):
        assert api.refusal(signing.SignHeaders, one) == ("INVALID_ARGUMENT", "BAD_HEADERS")
    keeper.run("policy", "unset", DOMAIN, "from_alignment", "record_strict")


def test_both_ways_can_be_measured(keeper, selector):
    done = keeper.json("bench", "sign", "--domain", DOMAIN, "--headers", "--count", "10", who="sender")
    assert done["signatures"] == 10 and done["failed"] == 0
