"""A certificate authority for tests."""

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def _now():
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


class Authority:
    """Writes NAME.pem and NAME.key into `folder`; its own certificate is ca.pem."""

    def __init__(self, folder, name="DKIM Keeper tests"):
        self.folder = Path(folder)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(self.name, self.key, _now() + datetime.timedelta(days=30))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.certificate = builder.sign(self.key, hashes.SHA256())
        self._write("ca", self.certificate, self.key)
        self.issued = {}
        self.revoked = set()

    def _builder(self, subject, key, until):
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
                .public_key(key.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(_now() - datetime.timedelta(days=2)).not_valid_after(until))

    def issue(self, name, *, uri=(), dns=(), ip=(), server=False, days=30):
        """A certificate with these alternative names; negative days: expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(subject, key, _now() + datetime.timedelta(days=days))
        names = [x509.UniformResourceIdentifier(text) for text in uri]
        names += [x509.DNSName(text) for text in dns]
        names += [x509.IPAddress(ipaddress.ip_address(text)) for text in ip]
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        usage = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        self._write(name, certificate, key)
        self.issued[name] = certificate
        return certificate

    def revoke(self, *names, days=1):
        """Adds them to the revocation list ca.crl, in place; negative days: its successor is due."""
        self.revoked.update(names)
        builder = (x509.CertificateRevocationListBuilder().issuer_name(self.name)
                   .last_update(_now() - datetime.timedelta(days=2))
                   .next_update(_now() + datetime.timedelta(days=days)))
        for name in self.revoked:
            entry = (x509.RevokedCertificateBuilder().serial_number(self.issued[name].serial_number)
                     .revocation_date(_now() - datetime.timedelta(days=1)).build())
            builder = builder.add_revoked_certificate(entry)
        crl = builder.sign(self.key, hashes.SHA256())
        (self.folder / "ca.crl").write_bytes(crl.public_bytes(serialization.Encoding.PEM))

    def _write(self, name, certificate, key):
        (self.folder / f"{name}.pem").write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM))
        path = self.folder / f"{name}.key"
        path.write_bytes(key.private_bytes(serialization.Encoding.PEM,
                                           serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()))
        path.chmod(0o600)
