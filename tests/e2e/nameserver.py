"""A real authoritative name server on loopback that takes signed updates, for one test."""

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.tsigkeyring
import dns.update
import dns.zone

ZONE = """$ORIGIN {zone}.
$TTL {ttl}
@ SOA ns host 1 300 300 300 {ttl}
@ NS ns
ns A 127.0.0.1
@ MX 10 ns
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class NameServer:
    """`kind` is "knot" or "bind". Short TTLs, so that waits are over in seconds."""

    def __init__(self, folder, zones, kind="knot", ttl=1):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.zones = list(zones)
        self.kind = kind
        self.port = free_port()
        self.process = None
        for zone in self.zones:
            (self.folder / f"{zone}.zone").write_text(ZONE.format(zone=zone, ttl=ttl))
        made = subprocess.run(["keymgr", "-t", "upd", "hmac-sha256"], check=True,
                              capture_output=True, text=True).stdout
        self.secret = re.search(r"secret: (\S+)", made).group(1)
        self.secret_file = self.folder / "tsig.secret"
        self.secret_file.write_text(self.secret)
        self.secret_file.chmod(0o600)
        getattr(self, f"_write_{kind}")()

    @property
    def address(self):
        return f"127.0.0.1@{self.port}"

    def _write_knot(self):
        zones = "".join(f"  - domain: {zone}\n" for zone in self.zones)
        (self.folder / "knot.conf").write_text(
            f"server:\n  rundir: {self.folder}\n  listen: 127.0.0.1@{self.port}\n"
            "  udp-workers: 1\n  tcp-workers: 1\n  background-workers: 1\n"
            f"log:\n  - target: {self.folder}/log\n    any: info\n"
            f"database:\n  storage: {self.folder}/db\n"
            f"key:\n  - id: upd\n    algorithm: hmac-sha256\n    secret: {self.secret}\n"
            "acl:\n  - id: upd\n    key: upd\n    action: [update, transfer]\n"
            f"template:\n  - id: default\n    storage: {self.folder}\n    file: \"%s.zone\"\n"
            "    acl: upd\n    zonefile-sync: -1\n    journal-content: none\n"
            f"    zonefile-load: whole\nzone:\n{zones}")

    def _write_bind(self):
        zones = "".join(
            f'zone "{zone}" {{ type primary; file "{self.folder}/{zone}.zone"; '
            f"update-policy {{ grant upd subdomain {zone}. TXT; }}; }};\n" for zone in self.zones)
        (self.folder / "named.conf").write_text(
            f'key "upd" {{ algorithm hmac-sha256; secret "{self.secret}"; }};\ncontrols {{ }};\n'
            f'options {{ directory "{self.folder}"; pid-file "{self.folder}/named.pid";\n'
            f'  session-keyfile "{self.folder}/session.key";\n'
            f'  managed-keys-directory "{self.folder}";\n'
            f"  listen-on port {self.port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n"
            "  recursion no; dnssec-validation no; notify no; empty-zones-enable no; };\n" + zones)

    def start(self):
        log = self.folder / "log"
        log.write_text("")
        if self.kind == "knot":
            command, ready = ["knotd", "-c", str(self.folder / "knot.conf")], "server started"
        else:
            command = ["named", "-g", "-n", "1", "-c", str(self.folder / "named.conf")]
            ready = " running$"
        path = os.environ["PATH"] + ":/usr/sbin"
        with open(log, "ab") as out:
            self.process = subprocess.Popen([shutil.which(command[0], path=path), *command[1:]],
                                            stdout=out, stderr=out)
        script = 'tail -n +1 -F "$1" 2>/dev/null | grep -m1 -E "$2"'
        waited = subprocess.run(["timeout", "30", "bash", "-c", script, "-", str(log), ready],
                                stdout=subprocess.DEVNULL, check=False)
        if waited.returncode != 0:
            raise RuntimeError(log.read_text())
        return self

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None

    # For the daemon's configuration

    @property
    def publisher(self):
        zones = ", ".join(f'"{zone}"' for zone in self.zones)
        return (f'[[publisher]]\nname = "ns"\ntype = "rfc2136"\nservers = ["{self.address}"]\n'
                f'zones = [{zones}]\ntsig_key = "upd"\ntsig_secret_file = "{self.secret_file}"\n')

    @property
    def authorities(self):
        return "".join(f'[[dns.authority]]\nzone = "{zone}"\nservers = ["ns.{zone} {self.address}"]\n'
                       for zone in self.zones)

    # What it shows

    def txt(self, name):
        """The TXT records of a name as this server has them now: each one's strings joined."""
        query = dns.message.make_query(name, "TXT")
        answer = dns.query.tcp(query, "127.0.0.1", port=self.port, timeout=10)
        return [b"".join(record.strings).decode()
                for rrset in answer.answer if rrset.rdtype == dns.rdatatype.TXT
                for record in rrset]

    @property
    def _keyring(self):
        return dns.tsigkeyring.from_text({"upd": ("hmac-sha256", self.secret)})

    def key_records(self):
        """{name: value} of every TXT record of all zones, by transfer."""
        found = {}
        for name in self.zones:
            transfer = dns.query.xfr("127.0.0.1", name, port=self.port, lifetime=30,
                                     keyring=self._keyring, relativize=False)
            for owner, _, record in dns.zone.from_xfr(transfer, relativize=False).iterate_rdatas("TXT"):
                found[owner.to_text(omit_final_dot=True)] = b"".join(record.strings).decode()
        return found

    def update(self, zone, *changes):
        """A signed update by hand: ("add", NAME, VALUE) or ("delete", NAME)."""
        update = dns.update.UpdateMessage(zone, keyring=self._keyring)
        for change in changes:
            if change[0] == "add":
                strings = [change[2][i:i + 255] for i in range(0, len(change[2]), 255)]
                text = " ".join(f'"{string}"' for string in strings)
                update.add(dns.name.from_text(change[1]), 1, "TXT", text)
            else:
                update.delete(dns.name.from_text(change[1]), "TXT")
        answer = dns.query.tcp(update, "127.0.0.1", port=self.port, timeout=10)
        assert answer.rcode() == dns.rcode.NOERROR, answer
