"""The boundary between the daemon and the token workers: accounts, maps, descriptors, memory.

Takes root, and accounts that every Debian has: `daemon` for the daemon, `games` for the workers.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from keeper import OPERATOR, SENDER, Keeper

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="takes root: processes of two accounts")

DAEMON, WORKERS = "daemon", "games"
KEY_ID = "a1b2c3d4"


def give(path, user):
    """Makes `path`, and what is below it, this user's alone."""
    for each in (path, *path.rglob("*")):
        shutil.chown(each, user, pwd.getpwnam(user).pw_gid)
        each.chmod(0o700 if each.is_dir() else 0o600)


@pytest.fixture(scope="module")
def secret():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def keeper(secret):
    """A daemon and workers under accounts of their own, and a key that we know from outside."""
    # Not below pytest's folder, which is root's alone.
    folder = Path(tempfile.mkdtemp(prefix="keeper-isolation-"))
    keeper = Keeper(folder)
    pem = folder / "secret.pem"
    pem.write_bytes(secret.private_bytes(serialization.Encoding.PEM,
                                         serialization.PrivateFormat.PKCS8,
                                         serialization.NoEncryption()))
    keeper.import_key(pem, KEY_ID)
    pem.unlink()
    (folder / "data").mkdir()
    worker = folder / "dkimkeeper-token"
    shutil.copy(Path(os.environ["DKIMKEEPERD"]).with_name("dkimkeeper-token"), worker)
    keeper.write_config(
        store=f'path = "{folder}/data/store.sqlite"', audit=f'directory = "{folder}/data/audit"',
        token=f'name = "main"\nmodule = "/usr/lib/softhsm/libsofthsm2.so"\nlabel = "{keeper.label}"\n'
              f'pin_file = "{keeper.pin}"\n{keeper.module_environment}\nstart_limit = "2m"',
        isolation=f'daemon_user = "{DAEMON}"\ntoken_user = "{WORKERS}"\nworker = "{worker}"\n'
                  f'state = "{folder}/state"')
    give(folder / "data", DAEMON)
    give(folder / "tls", DAEMON)
    give(folder / "tokens", WORKERS)
    (folder / "softhsm2.conf").chmod(0o644)
    folder.chmod(0o755)
    worker.chmod(0o755)
    keeper.start()
    keeper.run("domain", "add", "example.test")
    keeper.run("grant", "add", SENDER, "sign", "example.test")
    keeper.run("grant", "add", OPERATOR, "rotate", "*")
    keeper.run("grant", "add", OPERATOR, "audit", "*")
    keeper.run("key", "adopt", "example.test", "--selector", "known", "--token-key-id", KEY_ID)
    keeper.run("key", "activate", "example.test", "known", "--without-dns-proof", "a test")
    yield keeper
    code = keeper.stop()
    assert code in (None, 0), keeper.log.read_text()
    shutil.rmtree(folder)


def sign(keeper, count, callers=1):
    keeper.run("bench", "sign", "--domain", "example.test", "--algorithm", "rsa-sha256", "--callers",
               callers, "--count", count, who="sender")


def real_user_of(pid):
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    users = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
    return {pwd.getpwuid(int(user)).pw_name for user in users}


def test_status_says_that_the_accounts_differ(keeper):
    assert keeper.json("status")["isolation"] == "uid"


def test_each_process_is_only_its_account(keeper):
    assert real_user_of(keeper.daemon_pid) == {DAEMON}
    assert len(keeper.worker_pids) == 2
    for pid in keeper.worker_pids:
        assert real_user_of(pid) == {WORKERS}
    for pid in (keeper.daemon_pid, *keeper.worker_pids):
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        for capabilities in ("CapPrm", "CapEff", "CapInh", "CapAmb"):
            assert f"{capabilities}:\t{0:016x}\n" in status


def test_the_daemon_maps_no_module_and_no_pkcs11_library(keeper):
    # libp11-kit itself comes with libpq (by OpenLDAP's GnuTLS), and loads nothing unless it is told to:
    # what counts is that no module is there.
    names = ("softhsm", "libp11.so", "/pkcs11/")
    worker = Path(f"/proc/{keeper.worker_pids[0]}/maps").read_text(encoding="utf-8")
    assert all(name in worker for name in names[:2]), "the search finds them where they are"
    daemon = Path(f"/proc/{keeper.daemon_pid}/maps").read_text(encoding="utf-8")
    assert "dkimkeeperd" in daemon
    assert not any(name in daemon for name in names)


def open_files(pid):
    links = Path(f"/proc/{pid}/fd").iterdir()
    return {os.readlink(link) for link in links if link.is_symlink()}


def test_the_daemon_has_no_pin_and_no_token_file_open(keeper):
    sign(keeper, 50)
    secret_places = (str(keeper.pin), str(keeper.folder / "tokens"), str(keeper.folder / "state"))
    worker = open_files(keeper.worker_pids[0])
    assert str(keeper.pin) in worker, "the search finds it where it is"
    daemon = open_files(keeper.daemon_pid)
    assert any("store.sqlite" in name for name in daemon)
    assert not [name for name in daemon if any(place in name for place in secret_places)]


def as_user(user, *command):
    return subprocess.run(
        ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", *map(str, command)],
        capture_output=True, text=True, check=False)


PTRACE = """
import ctypes, sys
libc = ctypes.CDLL(None, use_errno=True)
PTRACE_SEIZE = 0x4206
sys.exit(0 if libc.ptrace(PTRACE_SEIZE, int(sys.argv[1]), 0, 0) == 0 else ctypes.get_errno())
"""
EPERM = 1


def test_the_daemons_user_reaches_neither_pin_nor_token_nor_worker(keeper):
    tokens, worker = keeper.folder / "tokens", keeper.worker_pids[0]
    assert as_user(WORKERS, "ls", tokens).returncode == 0, "its owner reaches it"
    for user in (DAEMON, WORKERS):
        assert as_user(user, "cat", keeper.pin).returncode != 0
        assert as_user(user, "ls", keeper.folder / "state").returncode != 0
    assert as_user(DAEMON, "ls", tokens).returncode != 0
    for place in ("mem", "environ", "maps", "fd"):
        assert as_user(DAEMON, "head", "-c1", f"/proc/{worker}/{place}").returncode != 0
    assert as_user(DAEMON, "/usr/bin/python3", "-c", PTRACE, worker).returncode == EPERM
    assert as_user(DAEMON, "kill", "-0", worker).returncode != 0
    # The worker's own account does not either, because it forbids it itself.
    assert as_user(WORKERS, "/usr/bin/python3", "-c", PTRACE, worker).returncode == EPERM


def gdb(pid, *commands):
    """Commands of gdb on a process, as root."""
    script = [part for command in ("set use-coredump-filter off", "set dump-excluded-mappings on",
                                   *commands) for part in ("-ex", command)]
    return subprocess.run(["gdb", "--batch", "--nx", "-iex", "set debuginfod enabled off",
                           "-p", str(pid), *script], capture_output=True, text=True, check=False,
                          timeout=300)


def dump(pid, core):
    said = gdb(pid, f"gcore {core}")
    assert core.exists(), said.stdout + said.stderr
    return core.read_bytes()


def traces(secret):
    """The private numbers as they may stand in memory: big-endian, and as OpenSSL's BIGNUM."""
    numbers = secret.private_numbers()
    for name, number in (("d", numbers.d), ("p", numbers.p), ("q", numbers.q)):
        size = (number.bit_length() + 7) // 8
        for order in ("big", "little"):
            yield f"{name}, {order}-endian", number.to_bytes(size, order)


def found(memory, secret):
    return [name for name, octets in traces(secret) if octets in memory]


@pytest.fixture
def load(keeper):
    """Signatures all the time, so that a dump meets one that is being made."""
    tls = keeper.folder / "tls"
    environment = dict(keeper.environment, DKIMKEEPER_SERVER=f"127.0.0.1:{keeper.port}",
                       DKIMKEEPER_CA=f"{tls}/ca.pem", DKIMKEEPER_CERT=f"{tls}/sender.pem",
                       DKIMKEEPER_KEY=f"{tls}/sender.key")
    with subprocess.Popen(
            [os.environ["DKIMKEEPER"], "bench", "sign", "--domain", "example.test", "--algorithm",
             "rsa-sha256", "--callers", "16", "--count", "100000000"], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as caller:
        yield
        caller.kill()


def test_the_private_key_is_in_the_workers_memory_and_not_in_the_daemons(keeper, secret, load,
                                                                         tmp_path):
    core = tmp_path / "core"
    in_worker = []
    for _ in range(20):  # until one meets a signature that is being made
        in_worker = found(dump(keeper.worker_pids[0], core), secret)
        core.unlink()
        if in_worker:
            break
    assert in_worker, "the search finds it where it is"
    daemon = dump(keeper.daemon_pid, core)
    assert secret.public_key().public_numbers().n.to_bytes(256, "big") in daemon, "it searches"
    assert not found(daemon, secret)


def test_the_pin_is_in_the_workers_memory_and_not_in_the_daemons(keeper, tmp_path):
    """A worker is stopped where it logs in: the PIN is wiped right after."""
    core = tmp_path / "core"
    pin = keeper.pin.read_bytes()
    # One worker goes; the debugger follows the launcher into the one that takes its place.
    said = gdb(keeper.process.pid, "set follow-fork-mode child", "set breakpoint pending on",
               "break C_Login", f"shell kill -KILL {keeper.worker_pids[0]}", "continue",
               f"gcore {core}", "detach")
    assert core.exists(), said.stdout + said.stderr
    assert pin in core.read_bytes(), "the search finds it where it is"
    core.unlink()
    daemon = dump(keeper.daemon_pid, core)
    assert keeper.label.encode() in daemon, "it searches"
    assert pin not in daemon
    sign(keeper, 50)
