"""The records of an audit log, read from its segments (proto/audit/segment.h, proto/audit/audit.proto)."""

from pathlib import Path

MAGIC = b"DKAUDIT\1"
NAMES = {1: "sequence", 2: "unix_microseconds", 3: "identity", 4: "act", 5: "domain", 6: "sender",
         7: "selector", 8: "algorithm", 9: "digest", 10: "claimed", 11: "result",
         12: "latency_microseconds", 13: "detail"}


def varint(octets, at):
    """The number, and where it ends."""
    value = shift = 0
    while True:
        octet = octets[at]
        value |= (octet & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if octet < 0x80:
            return value, at


def decode(octets):
    """A record as a dictionary; what does not apply is not in it."""
    record, at = {"sequence": 0}, 0
    while at < len(octets):
        tag, at = varint(octets, at)
        value, at = varint(octets, at)
        if tag & 7 == 2:  # the number was a length
            value, at = octets[at:at + value], at + value
            value = value if tag >> 3 == 9 else value.decode()
        record[NAMES[tag >> 3]] = value
    return record


def segment_records(octets):
    """Up to the first frame that is not whole."""
    if not octets.startswith(MAGIC):
        return
    at = len(MAGIC)
    at += 8 + int.from_bytes(octets[at:at + 4], "big") + 8
    while at + 8 <= len(octets):
        size = int.from_bytes(octets[at:at + 4], "big")
        if size == 0 or at + 8 + size + 8 > len(octets):
            return
        yield decode(octets[at + 8:at + 8 + size])
        at += 8 + size + 8


def records(folder):
    """All of them, in their order."""
    return [record for path in sorted(Path(folder).glob("*.audit"))
            for record in segment_records(path.read_bytes())]
