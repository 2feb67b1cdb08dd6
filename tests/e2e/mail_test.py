"""Mail signed through the daemon is valid for verifiers that nobody here wrote."""

import base64
import re

import messages
import pytest
from keeper import verify

CANONICALIZATIONS = ["simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"]
VERIFIERS = ("dkimpy_verify.py", "opendkim_verify.sh", "mail_dkim_verify.pl")
BOTH = ("rsa-sha256", "ed25519-sha256")


# Mail that OpenDKIM's test mode does not see as it stands: it ends a body at NUL, and takes one space
# after each colon for granted, which shows where the header is canonicalised "simple".
OPENDKIM_MISREADS = {
    "NUL in the body": CANONICALIZATIONS,
    "empty value": ("simple/simple", "simple/relaxed"),
    "no space after colon": ("simple/simple", "simple/relaxed"),
    "tabs after colon": ("simple/simple", "simple/relaxed"),
}


@pytest.fixture(scope="module")
def domain(keeper):
    keeper.add_domain("example.test", algorithms=BOTH)
    return "example.test"


@pytest.fixture(scope="module")
def records(keeper, domain):
    return keeper.records()


def sign(keeper, mail, *options):
    return keeper.run("sign", *options, who="sender", stdin=mail).stdout


def judge(records, signed, tmp_path, signatures=2, verifiers=VERIFIERS):
    """Every verifier finds every signature of ours valid (Mail::DKIM knows no Ed25519)."""
    message = tmp_path / "message.eml"
    # SMTP gives every message a last line end (RFC 5321 §4.1.1.4), and verifiers count on it.
    message.write_bytes(signed if signed.endswith(b"\r\n") else signed + b"\r\n")
    for verifier in verifiers:
        _, verdicts = verify(verifier, message, records)
        ours = [line for line in verdicts if "d=example.test" in line]
        assert len(ours) == signatures, verdicts
        known = [line for line in ours if "ed25519" not in line or "mail_dkim" not in line]
        assert known and all(" pass " in line for line in known), verdicts


@pytest.mark.parametrize("canonicalization", CANONICALIZATIONS)
@pytest.mark.parametrize("name", sorted(messages.small()))
def test_every_verifier_accepts(keeper, domain, records, tmp_path, name, canonicalization):
    mail = messages.small()[name]
    signed = sign(keeper, mail, "--domain", domain, "--canonicalization", canonicalization)
    assert signed.endswith(mail), "the message itself is untouched"
    misread = canonicalization in OPENDKIM_MISREADS.get(name, ())
    verifiers = [v for v in VERIFIERS if not (misread and v == "opendkim_verify.sh")]
    judge(records, signed, tmp_path, verifiers=verifiers)


@pytest.mark.parametrize("name", sorted(messages.large()))
def test_every_verifier_accepts_large_mail(keeper, domain, records, tmp_path, name):
    mail = messages.large()[name]
    signed = sign(keeper, mail, "--domain", domain)
    assert signed.endswith(mail)
    judge(records, signed, tmp_path)


@pytest.mark.parametrize("algorithm", BOTH)
def test_one_algorithm_gives_one_signature(keeper, domain, records, tmp_path, algorithm):
    signed = sign(keeper, messages.small()["plain"], "--algorithm", algorithm)
    assert signed.count(b"DKIM-Signature:") == 1
    assert f"a={algorithm}".encode() in signed
    if algorithm == "rsa-sha256":
        judge(records, signed, tmp_path, signatures=1)


def test_time_expiry_and_identity_are_written(keeper, domain):
    signed = sign(keeper, messages.small()["plain"], "--time", "4000000000", "--expires-in", "3600",
                  "--identity", "joe@example.test")
    unfolded = re.sub(rb"\r\n[ \t]+", b" ", signed)
    assert b"t=4000000000" in unfolded and b"x=4000003600" in unfolded
    assert b"i=joe@example.test" in unfolded
    assert b" l=" not in unfolded


def test_no_line_of_a_signature_is_over_78_columns(keeper, domain):
    signed = sign(keeper, messages.small()["plain"])
    fields = signed[: signed.index(b"From:")]
    assert all(len(line) <= 78 for line in fields.split(b"\r\n"))


def test_a_changed_body_fails_everywhere(keeper, domain, records, tmp_path):
    signed = sign(keeper, messages.small()["plain"]).replace(b"lost", b"won!")
    message = tmp_path / "changed.eml"
    message.write_bytes(signed)
    for verifier in VERIFIERS:
        code, verdicts = verify(verifier, message, records)
        assert code == 1 and not any(" pass " in line for line in verdicts), verdicts


def test_a_second_from_added_later_fails(keeper, domain, records, tmp_path):
    signed = b"From: evil@other.example\r\n" + sign(keeper, messages.small()["plain"])
    message = tmp_path / "second.eml"
    message.write_bytes(signed)
    code, verdicts = verify("dkimpy_verify.py", message, records)
    assert code == 1, verdicts


def test_sign_digest_prints_base64_of_the_modulus_length(keeper, domain):
    keys = keeper.json("key", "list")["keys"]
    for key in keys:
        printed = keeper.run("sign-digest", "--domain", domain, "--selector", key["selector"],
                             "--algorithm", key["algorithm"], "ab" * 32, who="sender").stdout
        expected = 256 if key["algorithm"] == "rsa-sha256" else 64
        assert len(base64.b64decode(printed.strip(), validate=True)) == expected
