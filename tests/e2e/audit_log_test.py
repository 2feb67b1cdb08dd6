"""The audit log of the daemon: what is on record, what becomes of a disk that fails, and that it is sealed."""

import base64
import contextlib
import os
import shutil
import subprocess

import api
import audit_records
import grpc
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from keeper import OPERATOR, SENDER, Keeper, Refused

DIGEST = bytes(range(32))
DOMAIN = "example.test"


@pytest.fixture(name="begin")
def _begin(tmp_path):
    """Begins a daemon with these lines in [audit], and one key."""
    with contextlib.ExitStack() as ends:
        def start(lines="", disk=None):
            keeper = Keeper(tmp_path)
            if disk:
                keeper.audit.mkdir(mode=0o700)
                subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={disk},mode=0700", "tmpfs",
                                str(keeper.audit)], check=True)
                ends.callback(subprocess.run, ["umount", str(keeper.audit)], check=True)
            keeper.write_config(audit=f'directory = "{keeper.audit}"\n{lines}')
            keeper.start()
            ends.callback(keeper.stop)
            keeper.selector = keeper.add_domain(DOMAIN, algorithms=("ed25519-sha256",))["ed25519-sha256"]
            return keeper
        yield start


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")


def sign(keeper, digest=DIGEST):
    """"" or the reason of the refusal."""
    with api.channel(keeper) as channel:
        stub = api.signing_pb2_grpc.SigningStub(channel)
        try:
            stub.SignDigest(api.signing_pb2.SignDigestRequest(
                domain=DOMAIN, selector=keeper.selector, digest=digest,
                algorithm=api.common_pb2.ALGORITHM_ED25519_SHA256), timeout=10)
        except grpc.RpcError as error:
            return api.detail(error).reason
    return ""


def status(keeper):
    return keeper.json("status")["audit"]


def alarms(keeper):
    return {alarm["name"] for alarm in keeper.json("status")["alarms"]}


def fill(keeper):
    """Until not an octet fits."""
    with open(keeper.audit / "filler", "wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(b"x" * 64)
    # The last page of the segment has room: records fit there until it is full.
    for i in range(200):
        if not status(keeper)["writable"]:
            return
        sign(keeper, i.to_bytes(32, "big"))
    raise AssertionError("the disk does not become full")


def test_every_call_and_every_act_is_on_record(begin):
    keeper = begin()
    keeper.run("domain", "list")
    read = keeper.audited(act=r"Domains\.ListDomains", result="ok")
    assert read["identity"] == OPERATOR
    with pytest.raises(Refused):
        keeper.run("domain", "add", "other.test", who="sender")
    refused = keeper.audited(act=r"Domains\.AddDomain", result="NO_GRANT")
    assert refused["identity"] == SENDER and refused["sequence"] > read["sequence"]
    with pytest.raises(Refused):
        keeper.run("domain", "add", "not a domain")
    assert keeper.audited(act=r"Domains\.AddDomain", result="BAD_DOMAIN")["detail"]
    asked = keeper.audited(act=r"Keys\.GenerateKey", result="asked")
    act = keeper.audited(act=r"key\.generate", result="ok")
    ended = keeper.audited(act=r"Keys\.GenerateKey", result="ok")
    assert asked["sequence"] < act["sequence"] < ended["sequence"]
    assert act["domain"] == DOMAIN and act["selector"] == keeper.selector
    assert sign(keeper) == ""
    signed = keeper.audited(act="sign", result="ok")
    assert signed["digest"] == DIGEST and signed["latency_microseconds"] > 0
    assert sign(keeper, b"short") == "BAD_DIGEST"
    assert keeper.audited(act="sign", result="BAD_DIGEST")["identity"] == SENDER
    records = audit_records.records(keeper.audit)
    assert [record["sequence"] for record in records] == list(range(len(records)))
    assert records[0]["act"] == "audit.opened"


def test_a_restart_goes_on_and_a_torn_write_is_cut_off(begin):
    keeper = begin('signatures = "durable"')
    assert sign(keeper) == ""
    keeper.kill()
    last = sorted(keeper.audit.glob("*.audit"))[-1]
    with open(last, "ab") as segment:
        segment.write(b"\0\0\1\0\xff\xff\xfe\xff torn")
    keeper.start()
    assert "13 octets" in keeper.audited(act=r"audit\.opened", detail=".+")["detail"]
    keeper.stop()
    records = audit_records.records(keeper.audit)
    assert [record["sequence"] for record in records] == list(range(len(records)))
    assert sum(record.get("digest") == DIGEST for record in records) == 1
    assert records[-1]["act"] == "audit.closed"
    keeper.start()


def test_checkpoints_are_signed_notes(begin):
    keeper = begin('origin = "keeper.example.test/log"\ncheckpoint_interval = "100ms"')
    sign(keeper)
    keeper.stop()
    notes = (keeper.audit / "checkpoints").read_text(encoding="utf-8").split("\n\n")
    text, signature = notes[-3] + "\n", notes[-2]
    origin, size, root = text.splitlines()
    assert origin == "keeper.example.test/log" and len(base64.b64decode(root)) == 32
    assert int(size) == len(audit_records.records(keeper.audit)), "the last one seals the end"
    dash, name, encoded = signature.split(" ")
    assert dash == "\u2014" and name == origin
    key = (keeper.audit / "audit.vkey").read_text(encoding="ascii").strip()
    public = base64.b64decode(key.split("+", 2)[2])
    assert key.startswith(origin + "+") and public[0] == 1
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(base64.b64decode(encoded)[4:], text.encode())
    keeper.start()
    shown = status(keeper)
    while shown["checkpoint_size"] == 0:  # the first one follows the start
        shown = status(keeper)
    assert shown["origin"] == origin and shown["checkpoint_problem"] == ""
    assert shown["checkpoint"].startswith(origin + "\n") and shown["checkpoint_size"] >= int(size)


def test_the_store_knows_a_log_that_was_rolled_back(begin):
    keeper = begin('origin = "keeper.example.test/log"')
    keeper.stop()
    copy = keeper.folder / "old-copy"
    shutil.copytree(keeper.audit, copy)
    keeper.start()
    sign(keeper)
    keeper.stop()  # which seals what was signed
    keeper.start()
    kept = keeper.folder / "last"
    kept.write_bytes(keeper.run("audit", "checkpoints", "--origin", "keeper.example.test/log").stdout)
    assert keeper.json("audit", "checkpoints", "--origin", "another's")["checkpoints"] == []
    [stored] = keeper.json("audit", "checkpoints")["checkpoints"]
    assert stored["note"].startswith("keeper.example.test/log\n") and stored["signed_at_ms"]
    keeper.run("audit", "verify", keeper.audit, "--last", kept)
    with pytest.raises(Refused) as refused:
        keeper.run("audit", "verify", copy, "--last", kept)
    assert refused.value.reason == "AUDIT_DAMAGED"


@needs_root
def test_a_full_disk_stops_changes_and_by_default_not_signatures(begin):
    keeper = begin('retention = "1h"', disk="64k")
    fill(keeper)
    assert "audit.failing" in alarms(keeper)
    before = keeper.json("domain", "list")
    with pytest.raises(Refused) as refused:
        keeper.run("domain", "add", "other.test")
    assert refused.value.reason == "AUDIT_UNWRITABLE"
    assert keeper.json("domain", "list") == before
    assert sign(keeper, DIGEST) == ""
    assert status(keeper)["waiting"] > 0
    (keeper.audit / "filler").unlink()
    assert keeper.audited(act="sign", result="ok") and keeper.audited(act=r"audit\.unwritable")
    assert any(record.get("digest") == DIGEST for record in audit_records.records(keeper.audit))
    keeper.run("domain", "add", "other.test")
    assert "audit.failing" not in alarms(keeper)
    assert keeper.audited(act=r"Domains\.AddDomain", result="AUDIT_UNWRITABLE")


@needs_root
def test_a_full_disk_stops_signatures_where_that_is_the_policy(begin):
    keeper = begin('signatures = "durable"\nwhen_unwritable = "stop"', disk="64k")
    assert sign(keeper) == ""
    fill(keeper)
    assert sign(keeper, DIGEST[::-1]) == "AUDIT_UNWRITABLE"
    (keeper.audit / "filler").unlink()
    assert keeper.audited(act=r"audit\.unwritable")
    assert sign(keeper) == ""
    said = [record["result"] for record in audit_records.records(keeper.audit)
            if record.get("digest") == DIGEST[::-1]]
    assert said == ["AUDIT_UNWRITABLE"]


def test_a_deleted_segment_is_noticed_at_once_and_signing_goes_on(begin):
    keeper = begin('signatures = "durable"')
    for segment in keeper.audit.glob("*.audit"):
        segment.unlink()
    assert sign(keeper) == ""
    assert "audit.damaged" in alarms(keeper)
    records = audit_records.records(keeper.audit)
    assert records[0]["sequence"] > 0, "the gap shows"
    assert any(record.get("digest") == DIGEST for record in records)


def test_two_daemons_do_not_share_a_log(begin):
    keeper = begin()
    done = keeper.run_to_end("--config", str(keeper.config))
    assert done.returncode == 1
    assert "another process writes the audit log" in done.stderr
