"""Judges an audit log by the specifications alone: RFC 6962 §2.1 for the tree, C2SP signed-note and
tlog-checkpoint for the checkpoints, audit.proto for the records, and the description of the file in
proto/audit/segment.h. It shares no code with what it judges.
"""

import base64
import hashlib
import re
import struct
from pathlib import Path

from audit import audit_pb2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

DASH = "\u2014 "
ED25519 = 1


def sha256(octets):
    return hashlib.sha256(octets).digest()


def leaf_hash(leaf):
    return sha256(b"\0" + leaf)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


def tree_hash(leaves):
    """MTH of RFC 6962 §2.1, as it stands there; `leaves` are leaf hashes."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(tree_hash(leaves[:split]), tree_hash(leaves[split:]))


def root_of_path(leaf, index, size, path):
    """Where an inclusion proof leads (RFC 9162 §2.1.3.2); None where it does not fit."""
    last = size - 1
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            leaf = node_hash(sibling, leaf)
            while not index & 1 and index:
                index >>= 1
                last >>= 1
        else:
            leaf = node_hash(leaf, sibling)
        index >>= 1
        last >>= 1
    return leaf if last == 0 else None


class Damaged(Exception):
    """What is wrong with the log."""


class VerifierKey:
    """NAME+ID+BASE64 of C2SP signed-note."""

    def __init__(self, text):
        match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)", text)
        if not match:
            raise Damaged(f"no verifier key: {text!r}")
        self.name = match[1]
        octets = decode(match[3])
        if len(octets) != 33 or octets[0] != ED25519:
            raise Damaged("no Ed25519 key")
        self.id = sha256(self.name.encode() + b"\n" + octets)[:4]
        if self.id.hex() != match[2]:
            raise Damaged("the key's ID is another")
        self.key = Ed25519PublicKey.from_public_bytes(octets[1:])


def decode(text):
    """Base64 of one form only."""
    try:
        octets = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Damaged(f"no base64: {text!r}") from error
    if base64.b64encode(octets).decode() != text:
        raise Damaged(f"no canonical base64: {text!r}")
    return octets


def open_note(note, key):
    """The text of a signed note that `key` has signed."""
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise Damaged("no signed note")
    text += "\n"
    verified = False
    for line in signatures[:-1].split("\n"):
        match = re.fullmatch(DASH + r"([^\s+]+) ([A-Za-z0-9+/=]+)", line)
        if not match:
            raise Damaged(f"no signature: {line!r}")
        octets = decode(match[2])
        if match[1] == key.name and octets[:4] == key.id:
            try:
                key.key.verify(octets[4:], text.encode())
            except InvalidSignature as error:
                raise Damaged("the signature does not match") from error
            verified = True
    if not verified:
        raise Damaged("the key did not sign it")
    return text


def read_checkpoint(note, key, origin):
    """(size, root) of a checkpoint."""
    lines = open_note(note, key).split("\n")
    if len(lines) < 4 or "" in lines[:3] or lines[0] != origin:
        raise Damaged(f"no checkpoint of {origin}")
    if not re.fullmatch(r"0|[1-9][0-9]*", lines[1]):
        raise Damaged("no size")
    root = decode(lines[2])
    if len(root) != 32:
        raise Damaged("no root")
    return int(lines[1]), root


def split_checkpoints(text):
    """Text, empty line, signatures, empty line; and again."""
    notes = []
    while text:
        match = re.match(r"(?:.+\n)+\n(?:.+\n)+\n", text)
        if not match:
            raise Damaged("the file of checkpoints is not whole")
        notes.append(match[0][:-1])
        text = text[match.end():]
    return notes


def read_frame(octets, at, longest):
    """The body of what begins with its length, twice, and where its checksum stands."""
    if len(octets) < at + 8:
        raise Damaged(f"cut short at {at}")
    size, inverted = struct.unpack_from(">II", octets, at)
    if size ^ inverted != 0xFFFFFFFF or not 0 < size <= longest or len(octets) < at + 16 + size:
        raise Damaged(f"a bad length at {at}")
    return octets[at + 8:at + 8 + size], at + 8 + size


def read_segment(path):
    """(origin, first sequence, hashes before, leaf hashes)."""
    octets = path.read_bytes()
    if octets[:8] != b"DKAUDIT\1":
        raise Damaged(f"{path.name} is no segment")
    body, at = read_frame(octets, 8, 4 + 255 + 8 + 64 * 32)
    if octets[at:at + 8] != sha256(octets[:at])[:8]:
        raise Damaged(f"{path.name}: the header's checksum")
    size = struct.unpack_from(">I", body)[0]
    origin = body[4:4 + size].decode()
    first = struct.unpack_from(">Q", body, 4 + size)[0]
    hashes = body[12 + size:]
    leaves = []
    at += 8
    while at < len(octets):
        record, at = read_frame(octets, at, 65536)
        leaf = leaf_hash(record)
        if octets[at:at + 8] != leaf[:8]:
            raise Damaged(f"{path.name}: the checksum of {first + len(leaves)}")
        if audit_pb2.Record.FromString(record).sequence != first + len(leaves):
            raise Damaged(f"{path.name}: the sequence of {first + len(leaves)}")
        leaves.append(leaf)
        at += 8
    return origin, first, hashes, leaves


def compact_range(leaves):
    """The hashes of the full subtrees that the leaves make, the largest first."""
    hashes = b""
    begin = 0
    for bit in reversed(range(len(leaves).bit_length())):
        if len(leaves) >> bit & 1:
            hashes += tree_hash(leaves[begin:begin + (1 << bit)])
            begin += 1 << bit
    return hashes


def verify(folder, last=None):
    """The leaf hashes of a log that is whole from its first record on. Raises Damaged."""
    folder = Path(folder)
    try:
        key = VerifierKey((folder / "audit.vkey").read_text().removesuffix("\n"))
        leaves = []
        origin = None
        for path in sorted(folder.glob("*.audit")):
            its_origin, first, hashes, its_leaves = read_segment(path)
            if origin not in (None, its_origin) or f"{first:020}.audit" != path.name:
                raise Damaged(f"{path.name} does not belong here")
            if first != len(leaves) or hashes != compact_range(leaves):
                raise Damaged(f"{path.name} does not follow")
            origin = its_origin
            leaves += its_leaves
        notes = split_checkpoints((folder / "checkpoints").read_text())
        if not notes:
            raise Damaged("no checkpoint")
        sizes = []
        for note in notes + ([last] if last else []):
            size, root = read_checkpoint(note, key, origin)
            if size > len(leaves) or tree_hash(leaves[:size]) != root:
                raise Damaged(f"the checkpoint of {size} records is of others")
            sizes.append(size)
        if sizes != sorted(sizes):
            raise Damaged("checkpoints out of order")
        return leaves
    except (UnicodeDecodeError, OSError) as error:
        raise Damaged(str(error)) from error
    except Exception as error:  # protobuf's DecodeError, whatever implementation is behind it
        if type(error).__name__ == "DecodeError":
            raise Damaged(str(error)) from error
        raise
