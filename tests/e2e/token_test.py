"""What the token says of our keys, and what happens when it is not as configured."""

import re
import shutil
import signal
import sqlite3
import subprocess
from pathlib import Path

import messages
import pytest
from keeper import MODULE, Keeper, Refused, verify


@pytest.fixture(scope="module")
def selectors(keeper):
    return keeper.add_domain("example.test", algorithms=("rsa-sha256", "ed25519-sha256"))


def test_private_keys_are_born_here_sensitive_and_never_extractable(keeper, selectors):
    listed = keeper.pkcs11_tool("--list-objects", "--type", "privkey").stdout
    ours = [block for block in listed.split("Private Key Object") if "dkim:example.test:" in block]
    assert len(ours) == 2
    for block in ours:
        access = re.search(r"Access:\s*(.*)", block).group(1)
        for word in ("sensitive", "always sensitive", "never extractable", "local"):
            assert word in access, listed
        assert "decrypt" not in block and "unwrap" not in block and "sign" in block


def test_no_private_value_can_be_read(keeper, selectors):
    """Neither by pkcs11-tool nor by asking the module for each secret attribute of each key."""
    key = keeper.json("key", "list")["keys"][0]
    read = keeper.pkcs11_tool("--read-object", "--type", "privkey", "--id", key["token_key_id"],
                              check=False)
    assert read.stdout == ""
    script = Path(__file__).with_name("raw_pkcs11.py")
    asked = subprocess.run(
        ["/usr/bin/python3", str(script), MODULE, keeper.label, str(keeper.pin)],
        env=keeper.environment, capture_output=True, text=True, check=True).stdout.splitlines()
    answers = [line.split() for line in asked]
    # 0x11 CKR_ATTRIBUTE_SENSITIVE; 0x12 CKR_ATTRIBUTE_TYPE_INVALID: that key has no such part.
    assert answers and all(code in ("0x11", "0x12") for _, _, code in answers), asked
    refused = {(key_id, name) for key_id, name, code in answers if code == "0x11"}
    ids = {k["token_key_id"]: k["algorithm"] for k in keeper.json("key", "list")["keys"]}
    for key_id, algorithm in ids.items():
        secret = "CKA_PRIVATE_EXPONENT" if algorithm == "rsa-sha256" else "CKA_VALUE"
        assert (key_id, secret) in refused, asked


def make_pem(path, *arguments):
    subprocess.run(["openssl", "genpkey", *arguments, "-out", str(path)], check=True,
                   capture_output=True)
    return path


def test_an_imported_key_can_be_adopted_and_signs(keeper, selectors, tmp_path):
    pem = make_pem(tmp_path / "key.pem", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    keeper.import_key(pem, "a1b2c3")
    keeper.run("domain", "add", "adopted.test")
    keeper.run("grant", "add", "uri:spiffe://example.test/sender", "sign", "adopted.test")
    key = keeper.json("key", "adopt", "adopted.test", "--selector", "old", "--token-key-id",
                      "a1b2c3")
    assert key["origin"] == "imported" and any("CKA_LOCAL" in lack for lack in key["lacks"])
    keeper.run("key", "activate", "adopted.test", "old", "--without-dns-proof", "migration")
    mail = messages.small()["plain"].replace(b"joe@example.test", b"joe@adopted.test")
    signed = tmp_path / "signed.eml"
    signed.write_bytes(keeper.run("sign", who="sender", stdin=mail).stdout)
    code, verdicts = verify("dkimpy_verify.py", signed, keeper.records())
    assert code == 0 and "d=adopted.test" in verdicts[0]
    with pytest.raises(Refused) as twice:
        keeper.run("key", "adopt", "adopted.test", "--selector", "again", "--token-key-id",
                   "a1b2c3")
    assert twice.value.reason == "KEY_EXISTS"


@pytest.mark.parametrize("bits, reason", [("1024", "KEY_TOO_SMALL")])
def test_a_small_key_is_not_adopted(keeper, selectors, tmp_path, bits, reason):
    pem = make_pem(tmp_path / "small.pem", "-algorithm", "RSA", "-pkeyopt",
                   f"rsa_keygen_bits:{bits}")
    keeper.import_key(pem, "0bad")
    with pytest.raises(Refused) as refused:
        keeper.run("key", "adopt", "example.test", "--selector", "small", "--token-key-id", "0bad")
    assert refused.value.reason == reason


def test_an_unknown_id_is_not_adopted(keeper, selectors):
    with pytest.raises(Refused) as refused:
        keeper.run("key", "adopt", "example.test", "--selector", "x", "--token-key-id", "ffff")
    assert refused.value.reason == "TOKEN_KEY_UNKNOWN"


def test_destroy_really_removes_the_private_key_and_keeps_the_row(keeper, selectors):
    selector = keeper.add_key("example.test")
    key = keeper.json("key", "show", "example.test", selector)
    keeper.run("key", "revoke", "example.test", selector, "--compromised")
    keeper.run("key", "destroy", "example.test", selector)
    objects = keeper.pkcs11_tool("--list-objects").stdout
    assert key["token_key_id"] not in objects
    assert keeper.json("key", "show", "example.test", selector)["state"] == "DESTROYED"


def test_keys_survive_a_restart_and_a_kill(keeper, selectors):
    before = keeper.json("key", "list")
    keeper.stop()
    keeper.start()
    keeper.stop(signal.SIGKILL)
    keeper.start()
    after = keeper.json("key", "list")
    assert [k["selector"] for k in before["keys"]] == [k["selector"] for k in after["keys"]]
    keeper.run("bench", "sign", "--domain", "example.test", "--algorithm", "ed25519-sha256",
               "--count", "10", who="sender")


def test_start_reports_unknown_keys_and_deletes_nothing(keeper, selectors):
    keeper.stop()
    keeper.start()
    status = keeper.json("status")
    assert any(f.startswith("unknown: 0bad") for f in status["reconcile_findings"])
    assert "0bad" in keeper.pkcs11_tool("--list-objects").stdout


def fails_to_start(keeper, **sections):
    keeper.write_config(**sections)
    finished = keeper.run_to_end("--config", str(keeper.config))
    keeper.write_config()
    assert finished.returncode == 1
    return finished.stderr


def token_section(keeper, **replace):
    fields = dict(name="main", module=MODULE, label=keeper.label, pin_file=keeper.pin)
    fields.update(replace)
    lines = [f'{key} = "{value}"' for key, value in fields.items()]
    return "\n".join([*lines, keeper.module_environment])


@pytest.fixture
def stopped(tmp_path):
    daemon = Keeper(tmp_path)
    yield daemon
    daemon.stop()


def signs(keeper):
    """Whether it signs within 30 s, as callers would try; the domain is there."""
    sign = ("bench", "sign", "--domain", "example.test", "--count", "1")
    return any(keeper.run(*sign, who="sender", check=False).returncode == 0 for _ in range(100))


def test_a_wrong_pin_is_tried_once_and_not_again_by_a_restart(stopped):
    right = stopped.pin.read_text()
    stopped.pin.write_text("0000")
    for tries in (1, 0):
        stopped.start()
        assert stopped.logged("event=token.away .*PIN_REFUSED")
        token = stopped.json("status")["tokens"][0]
        assert not token["healthy"] and "PIN" in token["last_error"]
        stopped.stop()
        log = stopped.log.read_text()
        assert log.count("event=worker.started") == tries and "0000" not in log
    stopped.start()
    stopped.pin.write_text(right)
    assert stopped.logged("event=token.ready")
    stopped.add_domain("example.test")
    assert signs(stopped)


def test_a_missing_module_is_named(stopped):
    said = fails_to_start(stopped, token=token_section(stopped, module="/nowhere/module.so"))
    assert "MODULE_MISSING" in said and "/nowhere/module.so" in said


def test_a_token_that_comes_after_the_start_is_taken(stopped):
    stopped.write_config(token=token_section(stopped, label="not there"))
    stopped.start()
    assert stopped.logged("event=token.away .*TOKEN_NOT_FOUND.*not there")
    assert not stopped.json("status")["tokens"][0]["healthy"]
    stopped.softhsm("--init-token", "--free", "--label", "not there", "--so-pin", "12345678",
                    "--pin", stopped.pin.read_text())
    assert stopped.logged("event=token.ready")
    stopped.add_domain("example.test")
    assert signs(stopped)


def test_a_label_found_twice_is_refused(stopped):
    stopped.softhsm("--init-token", "--free", "--label", stopped.label, "--so-pin", "12345678",
                    "--pin", "1234")
    assert "TOKEN_AMBIGUOUS" in fails_to_start(stopped)


def test_a_pin_file_that_others_can_read_is_refused(stopped):
    stopped.pin.chmod(0o644)
    stopped.start()
    assert stopped.logged(f"event=token.away .*PIN_REFUSED.*{stopped.pin}.*open to every user")
    stopped.pin.chmod(0o600)
    assert stopped.logged("event=token.ready")


def test_a_store_of_a_newer_version_is_left_alone(stopped):
    stopped.start()
    stopped.stop()
    store = stopped.folder / "store.sqlite"
    with sqlite3.connect(store) as database:
        database.execute("UPDATE store_state SET schema_version = 9999")
    finished = stopped.run_to_end("--config", str(stopped.config))
    assert finished.returncode == 1 and "STORE_TOO_NEW" in finished.stderr


def test_the_token_returns_after_it_vanished(stopped, tmp_path):
    """Its directory goes and comes back: signing works again without a restart."""
    stopped.start()
    stopped.add_domain("example.test")
    sign = ("bench", "sign", "--domain", "example.test", "--count", "1")
    stopped.run(*sign, who="sender")
    tokens = stopped.folder / "tokens"
    shutil.move(tokens, tmp_path / "elsewhere")
    away = stopped.run(*sign, who="sender", check=False)
    assert away.returncode == 1
    shutil.move(tmp_path / "elsewhere", tokens)
    assert signs(stopped), stopped.log.read_text()
