"""The edges of the milter protocol, played by miltertest: the scripts in milter/ say what must hold."""

import pathlib
import random
import socket
import struct
import subprocess
import tempfile

import pytest
from agent import Agent
from keeper import verify

SCRIPTS = pathlib.Path(__file__).resolve().parent / "milter"
BOTH = ("rsa-sha256", "ed25519-sha256")


@pytest.fixture(scope="module")
def agent(keeper):
    keeper.add_domain("example.test", algorithms=BOTH)
    keeper.add_domain("other.test", algorithms=BOTH)
    with tempfile.TemporaryDirectory(prefix="dkimkeeper-milter-") as folder:
        running = Agent(folder, keeper, milter=f'socket = "{folder}/milter.sock"').start()
        yield running
        assert running.stop() == 0, running.log.read_text()


def play(agent, name):
    """The output of a script that must hold."""
    finished = subprocess.run(
        ["miltertest", "-D", f"SOCKET={agent.milter}", "-D", f"SCRIPTS={SCRIPTS}", "-s",
         str(SCRIPTS / f"{name}.lua")], capture_output=True, text=True, timeout=300, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr + agent.log.read_text()
    return finished.stdout


@pytest.mark.parametrize("name", sorted(path.stem for path in SCRIPTS.glob("*.lua") if path.stem != "common"))
def test_edge(agent, name):
    play(agent, name)
    assert agent.process.poll() is None, agent.log.read_text()
    play(agent, "one")


def test_what_it_adds_is_valid(agent, keeper, tmp_path):
    plain = b"From: Joe <joe@example.test>\r\nTo: sue@dest.example\r\nSubject: hello\r\n\r\n"
    shown = {
        "one": plain + b"Hi.\r\n",
        "nobody": plain,
        "eightbit": "From: Jörg\r\n\t<joe@example.test>\r\n".encode() + b"Subject: caf\xe9\r\n \xff\xfe folded\r\n"
                    b"To:sue@dest.example\r\nX-Empty:\r\n\r\n" + b"caf\xe9 \xff\r\n" + "Grüße \t\r\n\r\n".encode(),
    }
    for name, message in shown.items():
        fields = play(agent, name).strip().replace("\\n", "\r\n").replace("\nDKIM", "\r\nDKIM").encode()
        assert fields.count(b"DKIM-Signature: v=1") == 2
        path = tmp_path / f"{name}.eml"
        path.write_bytes(fields + b"\r\n" + message)
        _, verdicts = verify("dkimpy_verify.py", path, keeper.records())
        assert len([line for line in verdicts if " pass " in line]) == 2, (name, verdicts)


NEGOTIATE = b"O" + struct.pack("!III", 6, 0x1FF, 0x1FFFFF)
CONNECT = b"Cclient.example.test\x004\x00\x19127.0.0.1\x00"
MESSAGE = [b"M<joe@example.test>\x00", b"LFrom\x00 joe@example.test\x00", b"N", b"BHi.\r\n", b"E"]


def say(agent, packets):
    """Sends packets as they are, and hangs up; what the filter answered."""
    answers = b""
    with socket.socket(socket.AF_UNIX) as mail_server:
        mail_server.settimeout(60)
        mail_server.connect(str(agent.socket))
        try:
            for packet in packets:
                mail_server.sendall(struct.pack("!I", len(packet)) + packet)
            mail_server.shutdown(socket.SHUT_WR)
            while part := mail_server.recv(65536):
                answers += part
        except (BrokenPipeError, ConnectionResetError):
            pass
    return answers


def test_commands_in_no_order_harm_nobody(agent):
    known = [NEGOTIATE, CONNECT, *MESSAGE, b"A", b"Q", b"K", b"T", b"R<sue@dest.example>\x00", b"Hname\x00",
             b"DMi\x004Queue\x00", b"UNOOP\x00", b"M", b"L", b"LFrom\x00", b"C", b"Cx\x004", b"B", b"\xff", b""]
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    for first in known:
        say(agent, [first])
        say(agent, [NEGOTIATE, first])
    for _ in range(300):
        say(agent, chance.choices(known, k=chance.randrange(1, 12)))
    assert agent.process.poll() is None, agent.log.read_text()
    play(agent, "one")


def test_a_message_before_the_connection_is_not_from_here(agent):
    assert b"DKIM-Signature" in say(agent, [NEGOTIATE, CONNECT, *MESSAGE])
    assert b"DKIM-Signature" not in say(agent, [NEGOTIATE, *MESSAGE])
    assert b"DKIM-Signature" not in say(agent, MESSAGE)


def test_another_client_on_the_same_connection(agent):
    elsewhere = CONNECT.replace(b"127.0.0.1", b"198.51.100.1")
    answers = say(agent, [NEGOTIATE, CONNECT, *MESSAGE, b"K", elsewhere, *MESSAGE])
    assert answers.count(b"DKIM-Signature") == 2, "the first message only"
    answers = say(agent, [NEGOTIATE, CONNECT, *MESSAGE, b"K", CONNECT, *MESSAGE])
    assert answers.count(b"DKIM-Signature") == 4
