"""RFC 8463 appendix A.3, byte for byte, with the RFC's own private key inside the token.

The RSA keys of RFC 6376 and RFC 8463 have 1024 bits and are not adopted by design; their vectors are
reproduced by the message signer's own tests with a key file."""

import hashlib
import re
import subprocess
from pathlib import Path

import pytest
from keeper import SENDER, Refused

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
DOMAIN = "football.example.com"


def fields_of(message):
    """[(name, value)] of the header, values with their folds."""
    head = message.replace("\r\n", "\n").split("\n\n", 1)[0]
    return [tuple(field.split(":", 1)) for field in re.split(r"\n(?![ \t])", head)]


def relaxed(name, value):
    """RFC 6376 §3.4.2."""
    unfolded = re.sub(r"[ \t]+", " ", value.replace("\n", "")).strip()
    return f"{name.lower().strip()}:{unfolded}"


def header_digest(message, algorithm):
    """(digest, b=) of the signature with that algorithm: RFC 6376 §3.7."""
    fields = fields_of(message)
    signature = next(v for n, v in fields if n.lower() == "dkim-signature" and algorithm in v)
    compact = re.sub(r"\s+", "", signature)
    names = re.search(r";h=([^;]*)", compact).group(1).split(":")
    below = [f for f in fields if f[0].lower() != "dkim-signature"]
    hashed = ""
    for name in names:
        found = next((f for f in reversed(below) if f[0].lower() == name.lower()), None)
        if found:
            below.remove(found)
            hashed += relaxed(*found) + "\r\n"
    hashed += relaxed("DKIM-Signature", re.sub(r"(;\s*b=)[^;]*$", r"\1", signature))
    return hashlib.sha256(hashed.encode()).hexdigest(), re.search(r";b=([^;]*)$", compact).group(1)


@pytest.fixture(scope="module")
def domain(keeper):
    keeper.run("domain", "add", DOMAIN)
    keeper.run("grant", "add", SENDER, "sign", DOMAIN)
    keeper.grant_operator()
    return DOMAIN


def test_rfc_8463_ed25519_from_the_token(keeper, domain):
    keeper.import_key(VECTORS / "rfc8463_ed.pem", "8463")
    keeper.run("key", "adopt", domain, "--selector", "brisbane", "--token-key-id", "8463")
    keeper.run("key", "activate", domain, "brisbane", "--without-dns-proof", "RFC 8463 A.2")
    record = keeper.json("key", "show", domain, "brisbane")["record_value"]
    assert "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=" in record  # RFC 8463 A.2
    digest, expected = header_digest((VECTORS / "rfc8463.msg").read_text(), "ed25519-sha256")
    printed = keeper.run("sign-digest", "--domain", domain, "--selector", "brisbane",
                         "--algorithm", "ed25519-sha256", digest, who="sender").stdout
    assert printed.decode().strip() == expected


@pytest.mark.parametrize("pem, key_id", [("rfc8463_rsa.pem", "1024"), ("rfc6376_rsa.pem", "6376")])
def test_the_rfcs_rsa_keys_are_too_small(keeper, domain, tmp_path, pem, key_id):
    pkcs8 = tmp_path / "key.pem"
    subprocess.run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", str(VECTORS / pem), "-out",
                    str(pkcs8)], check=True, capture_output=True)
    keeper.import_key(pkcs8, key_id)
    with pytest.raises(Refused) as refused:
        keeper.run("key", "adopt", domain, "--selector", "small", "--token-key-id", key_id)
    assert refused.value.reason == "KEY_TOO_SMALL"
