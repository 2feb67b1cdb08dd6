"""The examples of client/examples sign with a real daemon; openssl and mail verifiers judge what they made."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import messages
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from keeper import verify

DIGEST = hashlib.sha256(b"headers").digest()
BOTH = ("rsa-sha256", "ed25519-sha256")
EXAMPLES = Path(os.environ["EXAMPLES"])  # client/examples
NODE = Path(os.environ["NODE_FOLDER"])  # where the packages of the example in Node go, below build/


@pytest.fixture(scope="session")
def node_example():
    """The example beside the packages that its lock file names, brought by npm when they are not there."""
    NODE.mkdir(parents=True, exist_ok=True)
    lock = (EXAMPLES / "node/package-lock.json").read_bytes()
    brought = NODE / "brought"  # the lock file that npm came to the end of
    for name in ("package.json", "package-lock.json", "sign_digest.js"):
        shutil.copy(EXAMPLES / "node" / name, NODE)
    if not brought.exists() or brought.read_bytes() != lock:
        brought.unlink(missing_ok=True)
        npm = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier",
             "--prefer-offline", "--cache", str(NODE.parent / "npm-cache")],
            cwd=NODE, capture_output=True, text=True, timeout=300, check=False)
        if npm.returncode != 0:
            pytest.fail("npm cannot bring the packages of client/examples/node/package-lock.json; its "
                        "registry must be reachable once (npm config get registry): " + npm.stderr,
                        pytrace=False)
        brought.write_bytes(lock)
    return NODE / "sign_digest.js"


@pytest.fixture(name="program", params=["c", "python", "node"])
def program_that_signs_digests(request):
    """The words of its command, before the domain."""
    if request.param == "c":
        return [os.environ["SIGN_DIGEST"]]
    if request.param == "python":
        return ["/usr/bin/python3", str(EXAMPLES / "python/sign_digest.py")]
    return ["node", str(request.getfixturevalue("node_example")), os.path.relpath(os.environ["PROTO_FOLDER"])]


@pytest.fixture(scope="module")
def selectors(keeper):
    return keeper.add_domain("example.test", algorithms=BOTH)


def run(keeper, command, stdin=b"", server=None):
    tls = keeper.folder / "tls"
    environment = dict(os.environ, DKIMKEEPER_SERVER=server or f"localhost:{keeper.port}",
                       DKIMKEEPER_CA=f"{tls}/ca.pem", DKIMKEEPER_CERT=f"{tls}/sender.pem",
                       DKIMKEEPER_KEY=f"{tls}/sender.key")
    return subprocess.run(command, input=stdin, env=environment, capture_output=True, timeout=60,
                          check=False)


def openssl_verifies(folder, algorithm, public_key, signature):
    """`public_key` as p= has it."""
    key = (ed25519.Ed25519PublicKey.from_public_bytes(public_key) if algorithm == "ed25519-sha256"
           else serialization.load_der_public_key(public_key))
    (folder / "key.pem").write_bytes(key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    (folder / "digest").write_bytes(DIGEST)
    (folder / "signature").write_bytes(signature)
    how = ["-rawin"] if algorithm == "ed25519-sha256" else ["-pkeyopt", "digest:sha256"]
    return subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-sigfile", "signature",
         "-in", "digest", *how], cwd=folder, capture_output=True, check=False).returncode == 0


def test_signs_a_digest_with_each_key(keeper, selectors, program, tmp_path):
    done = run(keeper, [*program, "example.test", DIGEST.hex()])
    assert (done.returncode, done.stderr) == (0, b"")
    rows = [line.split() for line in done.stdout.decode().splitlines()]
    assert {algorithm: selector for selector, algorithm, *_ in rows} == selectors
    for _, algorithm, public_key, signature in rows:
        bytes_of_key = bytes.fromhex(public_key)
        assert openssl_verifies(tmp_path, algorithm, bytes_of_key, bytes.fromhex(signature))
        spoilt = "00" * 8 + signature[16:]
        assert not openssl_verifies(tmp_path, algorithm, bytes_of_key, bytes.fromhex(spoilt))


def test_a_refusal_has_its_reason(keeper, selectors, program):
    done = run(keeper, [*program, "other.test", DIGEST.hex()])
    assert done.returncode not in (0, 2) and done.stdout == b""
    assert re.search(rb"\[PERMISSION_DENIED NO_GRANT\]\n$", done.stderr), done.stderr


def sign_mail(keeper, mail, server=None):
    return run(keeper, [os.environ["SIGN_MAIL"]], stdin=mail, server=server)


@pytest.mark.parametrize("name", ["plain", "folded subject", "no final line end", "signed before"])
def test_mail_signed_in_c_is_valid(keeper, selectors, tmp_path, name):
    mail = messages.small()[name]
    done = sign_mail(keeper, mail)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.endswith(mail), "the message itself is untouched"
    message = tmp_path / "message.eml"
    message.write_bytes(done.stdout if done.stdout.endswith(b"\r\n") else done.stdout + b"\r\n")
    for verifier in ("dkimpy_verify.py", "opendkim_verify.sh"):
        _, verdicts = verify(verifier, message, keeper.records())
        ours = [line for line in verdicts if "d=example.test" in line]
        assert len(ours) == 2 and all(" pass " in line for line in ours), verdicts


@pytest.mark.parametrize("mail, reason", [
    (b"Subject: no author\r\n\r\nHi.\r\n", b"BAD_MESSAGE"),
    (b"From: joe@other.test\r\n\r\nHi.\r\n", b"NO_GRANT"),
    (b"From: joe@example.test\r\n\r\nbare\nline end\r\n", b"BAD_MESSAGE"),
])
def test_mail_that_is_not_signed_in_c_is_not_written(keeper, selectors, mail, reason):
    done = sign_mail(keeper, mail)
    assert done.returncode == 70 and done.stdout == b"" and reason in done.stderr, done


def test_mail_in_c_waits_while_the_server_is_away(keeper, selectors):
    done = sign_mail(keeper, messages.small()["plain"], server="localhost:9")
    assert done.returncode == 75 and done.stdout == b"", done
    assert b"[UNAVAILABLE SERVER_AWAY]" in done.stderr
