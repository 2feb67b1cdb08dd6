"""Several tokens in one daemon: each holds its own keys, and its troubles are its own."""

import hashlib
import secrets

import api
import pytest
from keeper import MODULE, Keeper, Refused

DIGEST = hashlib.sha256(b"mail").hexdigest()


class House(Keeper):
    """`main` as always; `cold` with limits; `locked`, whose PIN file is wrong; `lost`, which is not
    there."""

    def write_config(self, **replace):
        self.pins = {}
        tokens = ""
        for name, limits in (("cold", "max_keys = 2\nrequire_backup = true"), ("locked", ""),
                             ("lost", "")):
            pin = self.folder / f"pin-{name}"
            pin.write_text(secrets.token_hex(8))
            pin.chmod(0o600)
            self.pins[name] = pin
            if name != "lost":
                self.softhsm("--init-token", "--free", "--label", f"{self.label}-{name}",
                             "--so-pin", "12345678", "--pin", pin.read_text())
            tokens += (f'[[token]]\nname = "{name}"\nmodule = "{MODULE}"\n'
                       f'label = "{self.label}-{name}"\npin_file = "{pin}"\n'
                       f"{self.module_environment}\n{limits}\n")
        self.right_pin = self.pins["locked"].read_text()
        self.pins["locked"].write_text("wrong")
        super().write_config(extra=tokens, **replace)


@pytest.fixture(scope="module")
def keeper(tmp_path_factory):
    daemon = House(tmp_path_factory.mktemp("house")).start()
    daemon.add_domain("example.test")
    yield daemon
    assert daemon.stop() == 0


def refused(keeper, *arguments):
    with pytest.raises(Refused) as refusal:
        keeper.run(*arguments)
    return refusal.value.reason


def states(keeper):
    return {token["name"]: token["state"] for token in keeper.json("token", "list")["tokens"]}


def signs(keeper, selector):
    return keeper.run("sign-digest", "--domain", "example.test", "--selector", selector,
                      "--algorithm", "rsa-sha256", DIGEST, who="sender", check=False)


def test_one_token_serves_while_others_are_away(keeper):
    assert states(keeper) == {"main": "ready", "cold": "ready", "locked": "pin_refused",
                              "lost": "away"}
    alarms = {(alarm["name"], alarm["subject"]) for alarm in keeper.json("status")["alarms"]}
    assert {("token.away", "lost"), ("token.pin_refused", "locked")} <= alarms
    active = keeper.json("key", "list", "example.test")["keys"][0]
    assert active["token"] == "main" and signs(keeper, active["selector"]).returncode == 0
    with api.channel(keeper, "operator") as channel:
        check = channel.unary_unary("/grpc.health.v1.Health/Check")
        for name, status in (("dkimkeeper.v1.Signing", 1), ("dkimkeeper.token.main", 1),
                             ("dkimkeeper.token.lost", 2), ("dkimkeeper.token.locked", 2)):
            assert check(b"\n" + bytes([len(name)]) + name.encode(), timeout=10)[1] == status, name


def test_keys_are_made_where_their_sender_is_placed(keeper):
    keeper.run("sender", "add", "example.test", "crm")
    keeper.run("domain", "place", "example.test", "--sender", "crm", "--token", "cold",
               "--standby-token", "main")
    made = keeper.json("key", "generate", "example.test", "--sender", "crm", "--selector", "crm1")
    assert made["token"] == "cold"
    assert keeper.json("key", "generate", "example.test", "--selector", "d2")["token"] == "main"
    held = {name: {key["selector"] for key in keeper.json("token", "attest", name)["keys"]}
            for name in ("main", "cold")}
    assert "crm1" in held["cold"] and "crm1" not in held["main"] and "d2" in held["main"]


def test_a_key_waits_for_a_confirmed_backup(keeper):
    activate = ("key", "activate", "example.test", "crm1", "--without-dns-proof", "a test")
    assert refused(keeper, *activate) == "BACKUP_MISSING"
    assert keeper.json("token", "show", "cold")["keys_awaiting_backup"] == 1
    keeper.run("token", "confirm-backup", "cold", "--made-at", "1700000000")
    assert refused(keeper, *activate) == "BACKUP_MISSING"
    keeper.run("token", "confirm-backup", "cold")
    keeper.run(*activate)
    keeper.run("grant", "add", "uri:spiffe://example.test/sender", "sign", "example.test",
               "--sender", "crm")
    assert signs(keeper, "crm1").returncode == 0


def test_a_full_token_says_so(keeper):
    keeper.run("key", "generate", "example.test", "--sender", "crm")
    assert refused(keeper, "key", "generate", "example.test", "--sender", "crm") == "TOKEN_FULL"
    assert keeper.json("token", "show", "cold")["keys"] == 2


def test_a_compromised_token_takes_down_its_own_keys_only(keeper):
    answer = keeper.json("token", "compromised", "cold")
    assert {key["token"] for key in answer["keys"]} == {"cold"}
    assert answer["lines_without_key"] == [
        {"domain": "example.test", "sender": "crm", "algorithm": "rsa-sha256"}]
    assert signs(keeper, "crm1").returncode == 1
    others = [key for key in keeper.json("key", "list", "example.test")["keys"]
              if key["state"] == "ACTIVE"]
    assert others and all(signs(keeper, key["selector"]).returncode == 0 for key in others)


def test_a_corrected_pin_is_tried_when_an_operator_says_so(keeper):
    keeper.pins["locked"].write_text(keeper.right_pin)
    keeper.run("token", "login", "locked")
    assert keeper.logged("event=token.ready token=locked")
    assert keeper.logged("event=token.login .*locked")
