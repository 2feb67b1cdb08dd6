"""The daemon as a service: sockets, metrics, shutdown, logs, hardening, disk full."""

import re
import subprocess
import threading
import urllib.request

import messages
import pytest
from keeper import Keeper

SOCKET = '[[socket]]\npath = "{path}"\nidentity = "unix:{name}"\nmode = "0660"\n'


@pytest.fixture(scope="module")
def keeper(tmp_path_factory):
    """One more way in than usual: two Unix sockets, each an identity of its own."""
    daemon = Keeper(tmp_path_factory.mktemp("keeper"))
    sockets = "".join(SOCKET.format(path=daemon.folder / name, name=name)
                      for name in ("postfix", "backup"))
    daemon.write_config(extra=sockets)
    daemon.start()
    daemon.add_domain("example.test")
    yield daemon
    assert daemon.stop() == 0


def over_socket(keeper, name, *arguments):
    return keeper.run("--server", f"unix:{keeper.folder / name}", "--cert", "", "--key", "",
                      "--ca", "", *arguments, check=False)


def test_each_socket_has_its_own_identity(keeper):
    for name in ("postfix", "backup"):
        assert f"unix:{name}" in over_socket(keeper, name, "whoami").stdout.decode()


def test_a_socket_has_the_rights_that_it_was_granted_only(keeper):
    keeper.run("grant", "add", "unix:postfix", "sign", "example.test")
    bench = ("bench", "sign", "--domain", "example.test", "--count", "1")
    assert over_socket(keeper, "postfix", *bench).returncode == 0
    assert over_socket(keeper, "backup", *bench).returncode == 1


def test_a_socket_has_the_mode_of_the_configuration(keeper):
    assert (keeper.folder / "postfix").stat().st_mode & 0o777 == 0o660


def test_metrics_tell_queue_time_from_token_time(keeper):
    port = re.search(r"event=metrics.listening.*?:(\d+)", keeper.log.read_text()).group(1)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    for name in ("dkimkeeper_signatures_total", "dkimkeeper_queue_seconds_bucket",
                 "dkimkeeper_token_seconds_bucket", "dkimkeeper_requests_total"):
        assert name in text
    assert 'le="1e-05"' in text or 'le="0.00001"' in text


def test_calls_in_flight_finish_at_shutdown(keeper):
    results = []

    def bench():
        finished = keeper.run("--json", "bench", "sign", "--domain", "example.test", "--callers",
                              "4", "--seconds", "2", who="sender", check=False)
        results.append(finished)

    caller = threading.Thread(target=bench)
    caller.start()
    assert keeper.logged("event=server.started")
    assert keeper.stop() == 0
    caller.join()
    keeper.start()
    # What was answered was signed; what was not got UNAVAILABLE, never a wrong answer.
    assert "INTERNAL" not in results[0].stderr.decode()


def test_no_secret_in_any_log(keeper):
    pin = keeper.pin.read_text()
    for path in (keeper.log, *keeper.audit.glob("*.audit")):
        text = path.read_bytes()
        assert pin.encode() not in text and b"PRIVATE KEY" not in text


def test_no_core_and_no_ptrace(keeper):
    pid = keeper.daemon_pid
    with open(f"/proc/{pid}/limits", encoding="utf-8") as limits:
        core = next(line for line in limits if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        assert "NoNewPrivs:\t1" in status.read()
    # A process that is not dumpable belongs to root in /proc, whoever runs it.
    gdb = subprocess.run(["stat", "-c", "%U", f"/proc/{pid}/mem"], capture_output=True, text=True,
                         check=True)
    assert gdb.stdout.strip() == "root"


def test_events_are_one_line_of_key_value_each(keeper):
    lines = keeper.log.read_text().splitlines()
    assert lines and all(re.match(r"time=\S+ level=\w+ event=[a-z_.]+( |$)", line)
                         for line in lines if "event=" in line)


def test_a_second_daemon_on_the_same_port_is_refused(keeper, tmp_path):
    text = keeper.config.read_text().replace('"127.0.0.1:0"', f'"127.0.0.1:{keeper.port}"', 1)
    other = tmp_path / "other.toml"
    other.write_text(text.replace("/store.sqlite", "/other.sqlite").replace("[[socket]]", "#")
                     .replace('path = "%s' % (keeper.folder / "postfix"), "#")
                     .replace('path = "%s' % (keeper.folder / "backup"), "#")
                     .replace('identity = "unix', "#").replace('mode = "0660"', "#"))
    finished = keeper.run_to_end("--config", str(other))
    assert finished.returncode == 1


def test_help_and_version(keeper):
    assert keeper.run_to_end("--help").returncode == 0
    assert re.match(r"dkimkeeperd \d", keeper.run_to_end("--version").stdout)
    assert keeper.run_to_end("--nonsense").returncode == 2
    assert b"Examples" in keeper.run("sign", "--help").stdout


def test_completion_scripts_are_valid_bash(keeper):
    script = keeper.run("completion", "bash").stdout
    subprocess.run(["bash", "-n"], input=script, check=True)


def test_sign_leaves_standard_output_empty_on_failure(keeper):
    finished = keeper.run("sign", who="operator", stdin=messages.small()["plain"], check=False)
    assert finished.returncode == 1 and finished.stdout == b""
