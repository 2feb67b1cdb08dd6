"""Programs of others sign with key references: the openssl command, and one that calls the library.

A reference_agent answers for keys in files; what it signs is verified without the provider.
"""

import os
import subprocess

import pytest
from references import PROGRAM, PROVIDER


def succeeded(done):
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def refused(done, *texts):
    """It failed, and the error says why."""
    said = done.stderr.decode() if isinstance(done.stderr, bytes) else done.stderr
    assert done.returncode != 0
    for text in texts:
        assert text in said, said


def test_needs_nothing_but_libcrypto_and_shows_one_function():
    needed = subprocess.run(["objdump", "-p", PROVIDER], capture_output=True, check=True, text=True).stdout
    libraries = {line.split()[1] for line in needed.splitlines() if "NEEDED" in line}
    assert libraries <= {"libcrypto.so.3", "libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"}
    symbols = subprocess.run(["nm", "-D", "--defined-only", PROVIDER], capture_output=True, check=True,
                             text=True).stdout
    assert [line.split()[-1] for line in symbols.splitlines()] == ["OSSL_provider_init"]


@pytest.mark.parametrize("key", ["file", "uri"])
@pytest.mark.parametrize("name", ["rsa", "ed25519"])
def test_pubout(host, name, key):
    source = host.reference(name) if key == "file" else f"dkimkeeper:example.com/{name}"
    assert succeeded(host.openssl("pkey", "-in", source, "-pubout")) == host.file(f"{name}.pub").read_bytes()


@pytest.mark.parametrize("key", ["file", "uri", "der"])
def test_dgst_signs_with_rsa(host, key):
    source = host.reference("rsa") if key == "file" else "dkimkeeper:example.com/rsa"
    if key == "der":
        pem = host.reference("rsa").read_text().splitlines()
        host.file("body").write_text("".join(pem[1:-1]))
        host.file("rsa.der").write_bytes(host.plain("base64", "-d", "-A", "-in", host.file("body")))
        source = host.file("rsa.der")
    succeeded(host.openssl("dgst", "-sha256", "-sign", source, "-out", host.file("made"), host.file("message")))
    assert host.plain("dgst", "-sha256", "-verify", host.file("rsa.pub"), "-signature",
                      host.file("made"), host.file("message")) == b"Verified OK\n"
    host.plain("dgst", "-sha256", "-sign", host.file("rsa.pem"), "-out", host.file("plain"), host.file("message"))
    assert host.file("made").read_bytes() == host.file("plain").read_bytes()


def test_pkeyutl_signs_a_digest_with_rsa(host):
    signature = succeeded(host.openssl("pkeyutl", "-sign", "-inkey", host.reference("rsa"), "-in",
                                       host.file("digest"), "-pkeyopt", "digest:sha256"))
    assert host.verifies("rsa", signature)


def test_pkeyutl_signs_a_digest_with_ed25519(host):
    signature = succeeded(host.openssl("pkeyutl", "-sign", "-rawin", "-inkey", host.reference("ed25519"),
                                       "-in", host.file("digest")))
    assert host.verifies("ed25519", signature)


def test_makes_a_certificate(host):
    succeeded(host.openssl("req", "-new", "-x509", "-key", host.reference("rsa"), "-subj", "/CN=x",
                           "-out", host.file("certificate")))
    host.plain("verify", "-CAfile", host.file("certificate"), host.file("certificate"))


REFUSALS = {
    "private key": (["pkey", "-in", "@rsa"], "the private key is in custody"),
    "SHA-1": (["dgst", "-sha1", "-sign", "@rsa", "message"], "SHA-256 digests only, not sha1"),
    "SHA-512": (["dgst", "-sha512", "-sign", "@rsa", "message"], "SHA-256 digests only, not sha512"),
    "PSS": (["dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sign", "@rsa", "message"],
            "PKCS#1 v1.5 only"),
    "no padding": (["pkeyutl", "-sign", "-inkey", "@rsa", "-in", "digest", "-pkeyopt",
                    "rsa_padding_mode:none"], "PKCS#1 v1.5 only"),
    "undeclared digest": (["pkeyutl", "-sign", "-inkey", "@rsa", "-in", "digest"], "digest:sha256"),
    "declared another digest": (["pkeyutl", "-sign", "-inkey", "@rsa", "-in", "digest", "-pkeyopt",
                                 "digest:sha512"], "SHA-256 digests only, not sha512"),
    "long input": (["pkeyutl", "-sign", "-rawin", "-inkey", "@ed25519", "-in", "@rsa"],
                   "signs the 32 bytes of a SHA-256 digest (RFC 8463), not "),
    "short input": (["pkeyutl", "-sign", "-rawin", "-inkey", "@ed25519", "-in", "message"], "not 10 bytes"),
    "unknown key": (["dgst", "-sha256", "-sign", "dkimkeeper:example.com/other", "message"], "KEY_UNKNOWN"),
    "other domain": (["dgst", "-sha256", "-sign", "dkimkeeper:example.net/rsa", "message"], "NO_GRANT"),
    "bad URI": (["dgst", "-sha256", "-sign", "dkimkeeper:example.com", "message"], "bad key reference"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refuses(host, case):
    words, text = REFUSALS[case]
    files = {"@rsa": host.reference("rsa"), "@ed25519": host.reference("ed25519"),
             "message": host.file("message"), "digest": host.file("digest")}
    refused(host.openssl(*(files.get(word, word) for word in words)), text)


def test_leaves_ordinary_keys_alone(host):
    for name in ("rsa", "ed25519"):
        assert succeeded(host.openssl("pkey", "-in", host.file(f"{name}.pem"))) == \
            host.file(f"{name}.pem").read_bytes()
    succeeded(host.openssl("genpkey", "-algorithm", "ed25519"))
    succeeded(host.openssl("dgst", "-sha512", "-sign", host.file("rsa.pem"), "-sigopt",
                           "rsa_padding_mode:pss", host.file("message")))
    succeeded(host.openssl("req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                           host.file("new"), "-subj", "/CN=x"))


def test_refuses_whom_no_rule_names(host):
    host.stop()
    host.start("uid=54321")
    refused(host.openssl("dgst", "-sha256", "-sign", host.reference("rsa"), host.file("message")),
            "NO_GRANT", f"uid={os.getuid()}")


def test_says_that_the_agent_is_away(host):
    host.stop()
    refused(host.openssl("dgst", "-sha256", "-sign", host.reference("rsa"), host.file("message")),
            "AGENT_AWAY", str(host.socket))


def test_takes_the_socket_of_the_environment(host):
    environment = {**host.environment(agent_socket="/nowhere"), "DKIMKEEPER_AGENT_SOCKET": str(host.socket)}
    assert succeeded(host.openssl("pkey", "-in", "dkimkeeper:example.com/rsa", "-pubout",
                                  environment=environment))


@pytest.mark.parametrize("setting", ["rsa_bridge = perhaps", "limit_ms = 0", "agent_socket = relative"])
def test_refuses_a_bad_setting(host, setting):
    name, value = setting.split(" = ")
    done = host.openssl("dgst", "-sha256", "-sign", host.reference("rsa"), host.file("message"),
                        environment=host.environment(**{name: value}))
    assert done.returncode != 0


# The file names a key that the agent has, and holds the public half of another one.
def test_refuses_a_signature_of_another_key(host):
    host.stop()
    host.plain("genpkey", "-quiet", "-algorithm", "rsa", "-out", host.file("other.pem"))
    old = host.reference("rsa").read_bytes()
    host.keys["dkimkeeper:example.com/rsa"] = host.file("other.pem")
    host.start()
    host.reference("rsa").write_bytes(old)
    refused(host.openssl("dgst", "-sha256", "-sign", host.reference("rsa"), host.file("message")),
            "BAD_SIGNATURE")


def lines_of(text):
    return [bytes.fromhex(line) for line in text.split()]


@pytest.mark.parametrize("name", ["rsa", "ed25519"])
def test_signs_in_the_children_of_a_program(host, name):
    done = host.run(PROGRAM, host.reference(name), "evp", "children", 6)
    signatures = lines_of(succeeded(done).decode())
    assert len(signatures) == 1 + 2 * 6 + 1
    assert set(signatures) == {signatures[0]}
    assert host.verifies(name, signatures[0])
    assert len(set(host.stop())) == 7, "each process has connections of its own"


def test_goes_on_with_an_agent_that_was_started_anew(host):
    with host.program(host.reference("ed25519"), "evp", "lines") as program:
        def sign():
            program.stdin.write("\n")
            program.stdin.flush()
            return program.stdout.readline().strip()

        first = sign()
        assert host.verifies("ed25519", bytes.fromhex(first))
        host.stop()
        host.start()
        assert sign() == first
        host.stop()
        assert sign() == "failed"
        host.start()
        assert sign() == first


def test_rsa_sign_needs_the_bridge(host):
    refused(host.run(PROGRAM, host.reference("rsa"), "rsa", "sign"), "rsa_bridge = yes")


def test_rsa_sign_signs_over_the_bridge(host):
    bridged = host.environment(rsa_bridge="yes")
    for way in ("rsa", "evp"):
        done = host.run(PROGRAM, host.reference("rsa"), way, "children", 3, environment=bridged)
        signatures = lines_of(succeeded(done).decode())
        assert len(signatures) == 8
        assert set(signatures) == {signatures[0]}
        assert host.verifies("rsa", signatures[0])
    done = host.run(PROGRAM, host.file("rsa.pem"), "rsa", "sign", environment=bridged)
    assert lines_of(succeeded(done).decode()) == signatures[:1], "ordinary keys sign by themselves"
    assert len(set(host.stop())) == 8, "not for the ordinary key"


def test_the_bridge_refuses_what_the_provider_refuses(host):
    bridged = host.environment(rsa_bridge="yes")
    for words in (["dgst", "-sha512"], ["dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss"]):
        refused(host.openssl(*words, "-sign", host.reference("rsa"), host.file("message"), environment=bridged),
                "dkimkeeper")
    done = host.openssl("pkey", "-in", host.reference("rsa"), environment=bridged)
    assert b"PRIVATE KEY" not in done.stdout
    host.stop()
    refused(host.run(PROGRAM, host.reference("rsa"), "rsa", "sign", environment=bridged), "AGENT_AWAY")
