"""What `dkimkeeper dns check` says of each fault: planted in Knot (ns1) and BIND (ns2), run for real.

    DKIMKEEPERD=… DKIMKEEPER=… tests/e2e/dns_check_faults.py      prints it all

dns_check_faults_test.py judges the same output.
"""

import socket
import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

from keeper import Keeper
from nameserver import NameServer, free_port

ZONE = "example.test"
# Zones of their own, for faults of a whole server: {fault: zone}.
ZONES = {"SERVFAIL": "unloaded.test", "time-out": "silent.test", "refused TCP": "closed.test"}


def quoted(*strings):
    """TXT strings in a zone file."""
    return " ".join('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in strings)


def txt(*records):
    """Lines of a zone file for the name @NAME@; each record is its list of strings."""
    return "".join(f"@NAME@ TXT {quoted(*strings)}\n" for strings in records)


def cut(value):
    """As strings of at most 255 octets."""
    return [value[at:at + 255] for at in range(0, len(value), 255)]


# {fault: what both servers show, of the right value and another key's}
PLANTS = {
    "none": lambda right, _: txt(cut(right)),
    "missing": lambda right, _: "",
    "wrong key": lambda _, other: txt(cut(other)),
    "two records": lambda right, other: txt(cut(right), cut(other)),
    "broken quoting": lambda right, _: txt(cut('"' + right + '"')),
    "truncated string": lambda right, _: txt(cut(right)[:1]),
    "CNAME loop": lambda right, _: "@NAME@ CNAME loop.@NAME@\nloop.@NAME@ CNAME @NAME@\n",
    "one server behind": lambda right, _: txt(cut(right)),
}


class Faults:
    """A daemon, two name servers and a key for each fault; everything below `folder`."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.ends = ExitStack()
        self.keys = {}

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.ends.close()
            raise
        return self

    def __exit__(self, *_):
        self.ends.close()

    def _start(self):
        zones = [ZONE, *ZONES.values()]
        knot = NameServer(self.folder / "ns1", zones, kind="knot")
        bind = NameServer(self.folder / "ns2", zones, kind="bind")
        silent = self.ends.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        ports = {zone: (knot.port, bind.port) for zone in zones}
        ports[ZONES["time-out"]] = (knot.port, silent.getsockname()[1])
        ports[ZONES["refused TCP"]] = (knot.port, free_port())
        (self.folder / "keeper").mkdir()
        keeper = Keeper(self.folder / "keeper")
        keeper.write_config(dns='resolvers = []\ntime_limit = "1s"', extra="".join(
            f'[[dns.authority]]\nzone = "{zone}"\nservers = ["ns1.{zone} 127.0.0.1@{first}", '
            f'"ns2.{zone} 127.0.0.1@{second}"]\n' for zone, (first, second) in ports.items()))
        self.keeper = keeper.start()
        self.ends.callback(keeper.stop)
        self._make_keys(zones)
        self._plant(knot, bind)
        for server in (knot, bind):
            self.ends.callback(server.stop)
            server.start()

    def _make_keys(self, zones):
        self.keeper.grant_operator()
        for zone in zones:
            self.keeper.run("domain", "add", zone)
        for fault in [*PLANTS, *ZONES]:
            zone, selector = ZONES.get(fault, ZONE), fault.lower().replace(" ", "-")
            self.keys[fault] = self.keeper.json("key", "generate", zone, "--selector", selector)

    def _plant(self, knot, bind):
        other = self.keys["missing"]["record_value"]
        for fault, key in self.keys.items():
            shown = PLANTS.get(fault, PLANTS["none"])(key["record_value"], other)
            for server in (knot, bind):
                if server is bind and fault == "one server behind":
                    continue
                with open(server.folder / f"{key['domain']}.zone", "a", encoding="ascii") as zone:
                    zone.write(shown.replace("@NAME@", key["record_name"] + "."))
        # A zone that a server is to have, and has not, is SERVFAIL.
        for server in (knot, bind):
            (server.folder / f"{ZONES['SERVFAIL']}.zone").unlink()

    def check(self, fault):
        """The finished `dns check` of the fault's key."""
        key = self.keys[fault]
        return self.keeper.run("dns", "check", key["domain"], key["selector"], check=False)


def main():
    with tempfile.TemporaryDirectory() as folder, Faults(folder) as faults:
        for fault, key in faults.keys.items():
            finished = faults.check(fault)
            print(f"=== {fault}\n$ dkimkeeper dns check {key['domain']} {key['selector']}", flush=True)
            sys.stdout.buffer.write(finished.stdout + finished.stderr)
            print(f"exit {finished.returncode}\n", flush=True)


if __name__ == "__main__":
    main()
