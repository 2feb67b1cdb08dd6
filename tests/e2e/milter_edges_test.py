"""The edges of the milter protocol, played by miltertest: the scripts in milter/ say what must hold."""

import pathlib
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
