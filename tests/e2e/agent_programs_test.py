"""Programs of a mail host sign with references to keys in custody: the agent and the daemon are real.

What the openssl command and stock OpenDKIM sign is verified with the public keys that DNS shows.
"""

import base64
import os
import pathlib
import tempfile

import pytest
from agent import Agent
from keeper import SENDER
from opendkim_reference_test import ACCEPT, opendkim, sent, verified
from references import ALGORITHMS, Host

DOMAIN = "example.com"
ED25519_HEAD = bytes.fromhex("302a300506032b6570032100")  # RFC 8410, section 4
NOBODY = 65534


def rules(*whom, domain=DOMAIN, more=""):
    """[[local.access]] tables."""
    return "".join(f'[[local.access]]\n{who}\ndomain = "{domain}"\n{more}\n' for who in whom)


def user(number):
    return f'user = "{number}"'


def public_key(keeper, selector):
    """PEM of what the key's record says."""
    keys = keeper.json("key", "list", DOMAIN)["keys"]
    record = next(key["record_value"] for key in keys if key["selector"] == selector)
    raw = base64.b64decode(record.split("p=")[1].split(";")[0])
    spki = ED25519_HEAD + raw if "k=ed25519" in record else raw
    return f"-----BEGIN PUBLIC KEY-----\n{base64.encodebytes(spki).decode()}-----END PUBLIC KEY-----\n"


@pytest.fixture(scope="module")
def home():
    """A folder that every user can get to."""
    with tempfile.TemporaryDirectory(prefix="dkimkeeper-programs-") as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)


@pytest.fixture(scope="module")
def custody(keeper, home):
    """A host with references in place of keys; the selectors are named for their algorithms."""
    made = Host(home)
    made.socket = home / "agent/reference.sock"
    keeper.run("domain", "add", DOMAIN)
    keeper.run("grant", "add", SENDER, "sign", DOMAIN)
    keeper.grant_operator()
    for name in ALGORITHMS:
        keeper.add_key(DOMAIN, f"{name}-sha256", "--selector", name)
        made.reference(name).write_bytes(keeper.run("key", "reference", DOMAIN, name).stdout)
        made.file(f"{name}.pub").write_text(public_key(keeper, name))
    return made


@pytest.fixture(scope="module")
def running_agent(keeper, custody, home):
    mine = f'listen = "{custody.socket}"\nthreads = 4\n'
    running = Agent(home / "agent", keeper, milter=f'socket = "{home}/agent/milter.sock"',
                    local=mine + rules(user(os.getuid()))).start()
    yield running
    assert running.stop() == 0, running.log.read_text()


@pytest.fixture
def agent(running_agent):
    """With a rule for whoever runs these tests, and counts from 0."""
    running_agent.begin()
    return running_agent


@pytest.fixture
def host(custody, agent):
    return custody


def sign(host, name, key=None, **options):
    """The finished openssl command, which writes a signature of the host's digest or message."""
    key = key or host.reference(name)
    if name == "rsa":
        return host.openssl("dgst", "-sha256", "-sign", key, host.file("message"), **options)
    return host.openssl("pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", host.file("digest"), **options)


def valid(host, name, done):
    assert done.returncode == 0, done.stderr.decode()
    if name == "ed25519":
        return host.verifies(name, done.stdout)
    host.file("signature").write_bytes(done.stdout)
    return host.plain("dgst", "-sha256", "-verify", host.file("rsa.pub"), "-signature",
                      host.file("signature"), host.file("message")) == b"Verified OK\n"


def refused(done, *texts):
    said = done.stderr.decode()
    assert done.returncode != 0
    for text in texts:
        assert text in said, said


@pytest.mark.parametrize("key", ["file", "uri"])
@pytest.mark.parametrize("name", ALGORITHMS)
def test_openssl_signs(host, agent, keeper, name, key):
    assert valid(host, name, sign(host, name, f"dkimkeeper:{DOMAIN}/{name}" if key == "uri" else None))
    assert agent.logged(rf"event=program.served call=sign uid={os.getuid()} .* key={name}")
    assert keeper.audited(selector=name, claimed=f"dkimkeeper-agent for uid={os.getuid()} gid=.*")
    assert agent.counted("signed", "program_calls") == 1


def test_whom_no_rule_names_is_refused(host, agent):
    agent.reload(local=f'listen = "{host.socket}"\n' + rules(user(54321)))
    for name in ALGORITHMS:
        refused(sign(host, name), "NO_GRANT", f"uid={os.getuid()}")
    agent.reload(local=f'listen = "{host.socket}"\n' + rules(user(os.getuid()), domain="example.org"))
    refused(sign(host, "rsa"), "NO_GRANT", DOMAIN)
    agent.reload(local=f'listen = "{host.socket}"\n'
                 + rules(user(os.getuid()), more='algorithms = ["rsa-sha256"]'))
    refused(sign(host, "ed25519"), "NO_GRANT", "ed25519-sha256 keys of example.com")
    assert valid(host, "rsa", sign(host, "rsa"))
    assert agent.counted("NO_GRANT", "program_calls") == 4


# The rule is for a group; the socket's own group lets it in.
@pytest.mark.skipif(os.geteuid() != 0, reason="changes users")
def test_root_has_no_right_of_its_own(host, agent):
    agent.stop()
    agent.write_config(local=f'listen = "{host.socket}"\ngroup = "{NOBODY}"\n'
                       + rules(f'group = "{NOBODY}"'))
    agent.start()
    assert os.stat(host.socket).st_gid == NOBODY
    refused(sign(host, "rsa"), "NO_GRANT", "uid=0")
    assert valid(host, "rsa", sign(host, "rsa", user=NOBODY, group=NOBODY, extra_groups=[]))
    agent.stop()
    agent.write_config()


def test_the_agent_may_be_started_anew_between_two_signatures(host, agent):
    with host.program(host.reference("ed25519"), "evp", "lines") as program:
        def signature():
            program.stdin.write("\n")
            program.stdin.flush()
            return program.stdout.readline().strip()

        first = signature()
        assert host.verifies("ed25519", bytes.fromhex(first))
        assert agent.stop() == 0
        assert signature() == "failed"
        agent.start()
        assert signature() == first


def test_a_key_that_was_replaced_signs_no_more(host, keeper):
    keeper.add_key(DOMAIN, "rsa-sha256", "--selector", "old")
    host.reference("old").write_bytes(keeper.run("key", "reference", DOMAIN, "old").stdout)
    assert sign(host, "rsa", host.reference("old")).returncode == 0
    keeper.add_key(DOMAIN, "rsa-sha256", "--selector", "new")
    keeper.run("key", "revoke", DOMAIN, "old")
    refused(sign(host, "rsa", host.reference("old")), "SELECTOR_NOT_ACTIVE", "make a reference to new")


@pytest.mark.parametrize("name", ALGORITHMS)
def test_stock_opendkim_signs(host, name):
    with opendkim(host, name) as socket:
        reply, field = sent(socket)
        assert reply == ACCEPT
        assert verified(host, field)


# The last test: the daemon does not come back.
def test_a_daemon_that_is_away_is_said_in_time(host, agent, keeper):
    keeper.stop()
    # The agent's budget for a message is longer than the program's patience, and the answer has words.
    refused(sign(host, "rsa", environment=host.environment(limit_ms=1000)), "SERVER_AWAY")
    refused(sign(host, "rsa", f"dkimkeeper:{DOMAIN}/rsa", environment=host.environment(limit_ms=1000)),
            "SERVER_AWAY")
    assert agent.counted("SERVER_AWAY", "program_calls") == 2
