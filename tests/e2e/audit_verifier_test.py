"""`dkimkeeper audit verify` and a verifier that was written from the specifications agree, on healthy
logs and on spoilt ones."""

import base64
import json
import os
import random
import shutil
import subprocess

import pytest
from audit_verifier import Damaged, root_of_path, sha256, tree_hash, verify

DKIMKEEPER = os.environ["DKIMKEEPER"]
SEGMENTS = ("00000000000000000000.audit", "00000000000000000007.audit", "00000000000000000017.audit")


@pytest.fixture(scope="module")
def healthy(tmp_path_factory):
    """A log, and the checkpoint of all of it."""
    folder = tmp_path_factory.mktemp("audit") / "log"
    last = subprocess.run([os.environ["SAMPLE_AUDIT_LOG"], folder], check=True, capture_output=True, text=True)
    return folder, last.stdout


@pytest.fixture
def log(healthy, tmp_path):
    shutil.copytree(healthy[0], tmp_path / "log")
    (tmp_path / "last").write_text(healthy[1])
    return tmp_path / "log"


def audit(*arguments):
    return subprocess.run([DKIMKEEPER, "audit", *map(str, arguments)], capture_output=True, text=True, check=False)


def find(log, last=True):
    """What each of both finds: (theirs, ours)."""
    known = log.parent / "last"
    ours = audit("verify", log, "--first", "0", *(["--last", known] if last else []))
    assert ours.returncode in (0, 1), ours.stderr
    try:
        verify(log, known.read_text() if last else None)
    except Damaged:
        return True, ours.returncode == 1
    return False, ours.returncode == 1


def frames_of(segment):
    """The octets of header and frames."""
    octets = segment.read_bytes()
    ends = [8 + 8 + int.from_bytes(octets[8:12], "big") + 8]
    while ends[-1] < len(octets):
        ends.append(ends[-1] + 16 + int.from_bytes(octets[ends[-1]:ends[-1] + 4], "big"))
    return [octets[begin:end] for begin, end in zip([0] + ends, ends)]


def test_the_known_hashes():
    assert sha256(b"").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    leaves = [bytes.fromhex(text) for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
    assert tree_hash([sha256(b"\0" + leaf) for leaf in leaves]).hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")


def test_a_healthy_log_passes(log):
    assert find(log) == (False, False)
    assert find(log, last=False) == (False, False)
    assert len(verify(log)) == 26
    report = json.loads(audit("verify", log, "--json").stdout)["logs"][0]
    assert report["healthy"] and report["size"] == 26 and report["proven_size"] == 24
    assert report["checkpoints"] == 4


def test_proofs_lead_to_the_root(log):
    leaves = verify(log)
    for record in (0, 6, 7, 16, 23):
        ran = audit("verify", log, "--record", record, "--json")
        proof = json.loads(ran.stdout)["logs"][0]["inclusion"]
        path = [base64.b64decode(each) for each in proof["path"]]
        assert base64.b64decode(proof["leaf_hash"]) == leaves[record]
        root = root_of_path(leaves[record], record, proof["tree_size"], path)
        assert root == tree_hash(leaves[:24]) == base64.b64decode(proof["tree_root"])


def test_flipped_octets_are_found(log):
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    for name in (*SEGMENTS, "checkpoints", "audit.vkey"):
        whole = (log / name).read_bytes()
        for at in sorted(chance.sample(range(len(whole)), 20)):
            flipped = bytearray(whole)
            flipped[at] ^= 1 << chance.randrange(8)
            (log / name).write_bytes(flipped)
            assert find(log) == (True, True), (name, at)
        (log / name).write_bytes(whole)


@pytest.mark.parametrize("name", SEGMENTS)
def test_deleted_repeated_and_exchanged_records_are_found(log, name):
    frames = frames_of(log / name)
    for at in (1, 3, len(frames) - 1):
        for spoilt in (frames[:at] + frames[at + 1:], frames[:at] + frames[at:at + 1] + frames[at:],
                       frames[:at - 1] + [frames[at], frames[at - 1]] + frames[at + 1:]):
            (log / name).write_bytes(b"".join(spoilt))
            assert find(log) == (True, True), at
    (log / name).write_bytes(b"".join(frames))
    assert find(log) == (False, False)


@pytest.mark.parametrize("name", SEGMENTS)
def test_truncated_and_deleted_segments_are_found(log, name):
    frames = frames_of(log / name)
    for kept in range(1, len(frames)):
        (log / name).write_bytes(b"".join(frames[:kept]))
        assert find(log) == (True, True), kept
    (log / name).unlink()
    assert find(log) == (True, True)


def test_exchanged_segments_are_found(log):
    first, second = (log / name for name in SEGMENTS[:2])
    octets = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(octets)
    assert find(log) == (True, True)


def test_an_old_copy_is_found_by_who_kept_a_checkpoint(log):
    frames = frames_of(log / SEGMENTS[1])
    (log / SEGMENTS[2]).unlink()
    (log / SEGMENTS[1]).write_bytes(b"".join(frames[:-2]))
    notes = (log / "checkpoints").read_text().split("\n\n")
    (log / "checkpoints").write_text("\n\n".join(notes[:6]) + "\n\n")
    assert find(log, last=False) == (False, False)
    assert find(log) == (True, True)
