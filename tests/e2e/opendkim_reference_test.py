"""Stock OpenDKIM with key references in place of its key files.

RSA goes over the bridge (it calls RSA_sign), Ed25519 does not need it. dkimpy verifies.
"""

import contextlib
import os
import pathlib
import select
import signal
import subprocess
import time

import dkim
import pytest
from references import ALGORITHMS

# Of the milter protocol: SMFIR_ACCEPT, and SMFIR_REPLYCODE, here "451 4.7.0 internal DKIM error".
ACCEPT, REPLY_CODE = "a", "y"
HERE = pathlib.Path(__file__).parent
MAIL = (b"From: Joe <joe@example.com>\r\nTo: Sue <sue@dest.example>\r\nSubject: hello\r\n\r\n"
        b"Hi.\r\n\r\nWe lost the game.\r\n")


def opendkim(host, name, *lines, bridge="yes"):
    """A running signer with one key; yields its socket."""
    return signer(host, "Domain example.com", f"Selector {name}", f"KeyFile {host.reference(name)}",
                  f"SignatureAlgorithm {name}-sha256", *lines, bridge=bridge)


@contextlib.contextmanager
def signer(host, *lines, bridge="yes"):
    """A running signer; yields its socket. Its process id is in opendkim.pid."""
    socket = host.file("milter.sock")
    socket.unlink(missing_ok=True)  # of one that was killed
    config = host.file("opendkim.conf")
    config.write_text(f"Mode s\nSocket local:{socket}\nCanonicalization relaxed/relaxed\n"
                      "RequireSafeKeys no\nBackground no\nSyslog no\n" + "".join(line + "\n" for line in lines))
    process = subprocess.Popen(["/usr/sbin/opendkim", "-f", "-x", str(config)],
                               env=host.environment(rsa_bridge=bridge), stderr=subprocess.PIPE,
                               start_new_session=True)
    host.file("opendkim.pid").write_text(str(process.pid))
    try:
        while not socket.exists():
            assert not select.select([process.stderr], [], [], 0.02)[0], process.stderr.read().decode()
            assert process.poll() is None
        yield socket
    finally:
        host.file("opendkim.pid").unlink()
        os.killpg(process.pid, signal.SIGKILL)  # it takes five seconds to end by itself
        process.communicate(timeout=60)


def sent(socket):
    """(reply, the inserted field) of MAIL; ("", "") where no milter answers."""
    done = subprocess.run(["miltertest", "-D", f"socket={socket}", "-s", str(HERE / "milter_mail.lua")],
                          capture_output=True, timeout=60, check=False, text=True)
    reply, _, field = done.stdout.partition("\n")
    return reply, field.strip()


def verified(host, field):
    """By dkimpy, with a record of the public key."""
    def record(name, timeout=0):
        selector = name.split(b".")[0].decode()
        key = b"".join(host.file(f"{selector}.pub").read_bytes().splitlines()[1:-1])
        if selector == "ed25519":
            key = key[16:]  # the head of a SubjectPublicKeyInfo is 12 octets
        return f"v=DKIM1; k={selector}; p=".encode() + key

    header = b"DKIM-Signature: " + field.replace("\n", "\r\n").encode() + b"\r\n"
    return dkim.DKIM(header + MAIL).verify(dnsfunc=record)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_signs_and_survives_a_restart_of_the_agent(host, name):
    with opendkim(host, name) as socket:
        for _ in range(2):
            reply, field = sent(socket)
            assert reply == ACCEPT
            assert f"a={name}-sha256" in field
            assert verified(host, field)
            host.stop()
            host.start()


def test_ed25519_needs_no_bridge(host):
    with opendkim(host, "ed25519", bridge="no") as socket:
        assert verified(host, sent(socket)[1])


# A signature that fails is a temporary failure by default (On-InternalError). OpenDKIM 2.11 frees the
# key twice after it and crashes with the answer given: AutoRestart brings it back.
def test_mail_waits_for_an_agent_that_is_away(host):
    with opendkim(host, "rsa", "AutoRestart yes", "AutoRestartRate 100/1s") as socket:
        host.stop()
        assert sent(socket) == (REPLY_CODE, "nil")
        host.start()
        give_up = time.monotonic() + 60
        while (signed := sent(socket))[0] != ACCEPT:
            assert time.monotonic() < give_up
        assert verified(host, signed[1])
