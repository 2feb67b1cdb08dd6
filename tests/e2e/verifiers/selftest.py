#!/usr/bin/python3
"""Each verifier passes a good message and refuses every kind of bad one."""

import base64
import pathlib
import subprocess
import tempfile
import unittest

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from nacl.signing import SigningKey

HERE = pathlib.Path(__file__).parent
VERIFIERS = ("dkimpy_verify.py", "opendkim_verify.sh", "mail_dkim_verify.pl")
MESSAGE = (b"From: a@example.test\r\nTo: b@example.test\r\nSubject: lunch\r\n"
           b"Date: Fri, 11 Jul 2003 21:00:37 -0700\r\nMessage-ID: <1@example.test>\r\n\r\nAt noon.\r\n")
RSA = rsa.generate_private_key(65537, 2048)
ED25519 = SigningKey.generate()


def record_lines():
    spki = RSA.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    point = ED25519.verify_key.encode()
    return (f"s1._domainkey.example.test v=DKIM1; k=rsa; p={base64.b64encode(spki).decode()}\n"
            f"s2._domainkey.example.test v=DKIM1; k=ed25519; p={base64.b64encode(point).decode()}\n")


def signed(message=MESSAGE, with_ed25519=True):
    pem = RSA.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
                            serialization.NoEncryption())
    fields = dkim.sign(message, b"s1", b"example.test", pem)
    if with_ed25519:
        seed = base64.b64encode(ED25519.encode())
        fields = dkim.sign(message, b"s2", b"example.test", seed,
                           signature_algorithm=b"ed25519-sha256") + fields
    return fields + message


class VerifierTest(unittest.TestCase):
    def check(self, message, expected_status, expected_text, records=None, verifiers=VERIFIERS):
        with tempfile.TemporaryDirectory() as work:
            mail = pathlib.Path(work, "message.eml")
            mail.write_bytes(message)
            dns = pathlib.Path(work, "records")
            dns.write_text(record_lines() if records is None else records)
            for verifier in verifiers:
                with self.subTest(verifier=verifier):
                    run = subprocess.run([HERE / verifier, mail, dns], capture_output=True, text=True)
                    self.assertEqual(run.returncode, expected_status, run.stdout + run.stderr)
                    self.assertIn(expected_text, run.stdout)

    def test_good_message_passes(self):
        self.check(signed(), 0, "pass d=example.test s=s1 a=rsa-sha256")

    def test_ed25519_is_verified_by_those_who_know_it(self):
        self.check(signed(), 0, "pass d=example.test s=s2 a=ed25519-sha256", verifiers=VERIFIERS[:2])
        self.check(signed(), 0, "skip d=example.test s=s2", verifiers=VERIFIERS[2:])

    def test_lf_lines_are_read_as_crlf(self):
        self.check(signed().replace(b"\r\n", b"\n"), 0, "pass d=example.test s=s1")

    def test_changed_body_fails(self):
        self.check(signed().replace(b"noon", b"nine"), 1, "fail d=example.test s=s1")

    def test_changed_header_fails(self):
        self.check(signed().replace(b"lunch", b"dinner"), 1, "fail d=example.test s=s1")

    def test_one_bad_signature_of_two_fails(self):
        other_rsa = record_lines().replace("s1._domainkey", "other._domainkey")
        self.check(signed(), 1, "", records=other_rsa)

    def test_missing_record_fails(self):
        self.check(signed(), 1, "fail", records="", verifiers=VERIFIERS)

    def test_unsigned_message_fails(self):
        self.check(MESSAGE, 1, "fail (no DKIM-Signature)")

    def test_only_a_skipped_signature_is_no_pass(self):
        seed = base64.b64encode(ED25519.encode())
        field = dkim.sign(MESSAGE, b"s2", b"example.test", seed, signature_algorithm=b"ed25519-sha256")
        self.check(field + MESSAGE, 1, "skip d=example.test s=s2", verifiers=VERIFIERS[2:])

    def test_signature_field_in_the_body_is_no_signature(self):
        self.check(MESSAGE + signed(), 1, "fail (no DKIM-Signature)")

    def test_missing_file_cannot_run(self):
        for verifier in VERIFIERS:
            run = subprocess.run([HERE / verifier, "/nonexistent", "/nonexistent"], capture_output=True)
            self.assertEqual(run.returncode, 2)


if __name__ == "__main__":
    unittest.main()
