"""What operators see of a token and may say about it."""

import hashlib

import api
import pytest
from keeper import OPERATOR, Keeper, Refused
from token_test import make_pem


@pytest.fixture(scope="module")
def keeper(tmp_path_factory):
    """One with a key of each origin."""
    daemon = Keeper(tmp_path_factory.mktemp("keeper")).start()
    daemon.add_domain("example.test", algorithms=("rsa-sha256", "ed25519-sha256"))
    pem = make_pem(daemon.folder / "old.pem", "-algorithm", "RSA", "-pkeyopt",
                   "rsa_keygen_bits:2048")
    daemon.import_key(pem, "a1b2c3")
    daemon.import_key(make_pem(daemon.folder / "x.pem", "-algorithm", "RSA"), "0bad", label="x")
    daemon.run("key", "adopt", "example.test", "--selector", "old", "--token-key-id", "a1b2c3",
               "--token", "main")
    yield daemon
    assert daemon.stop() == 0


def refused(keeper, *arguments, who="operator"):
    with pytest.raises(Refused) as refusal:
        keeper.run(*arguments, who=who)
    return refusal.value.reason


def test_a_token_is_shown_with_its_state_and_keys(keeper):
    token = keeper.json("token", "list")["tokens"][0]
    assert token == keeper.json("token", "show", "main")
    assert (token["name"], token["state"], token["healthy"]) == ("main", "ready", True)
    assert (token["workers"], token["ready_workers"], token["queued"]) == (
        token["ready_workers"], token["workers"], 0)
    assert token["keys"] == 3 and token["max_keys"] is None
    status = keeper.json("status")["tokens"][0]
    assert status["state"] == "ready" and status["keys_awaiting_backup"] == 0
    assert b"main" in keeper.run("token", "list").stdout


def test_only_auditors_and_administrators_of_everything_look(keeper):
    for verb in ("list", "show main", "attest main", "login main", "compromised main",
                 "confirm-backup main"):
        assert refused(keeper, "token", *verb.split(), who="sender") == "NO_GRANT"
    for verb in ("show", "attest", "login", "compromised", "confirm-backup"):
        assert refused(keeper, "token", verb, "mian") == "TOKEN_UNKNOWN"


def test_attest_prints_what_the_token_says(keeper):
    keys = {k["token_key_id"]: k for k in keeper.json("token", "attest", "main")["keys"]}
    born = [k for k in keys.values() if k["origin"] == "generated"]
    assert len(born) == 2
    for key in born:
        assert key["agreement"] == "agrees" and key["attested"]
        assert key["local"] and key["sensitive"] and key["always_sensitive"]
        assert key["never_extractable"] and not key["extractable"]
    imported = keys["a1b2c3"]
    assert imported["agreement"] == "agrees" and imported["origin"] == "imported"
    assert not imported["attested"] and not imported["local"]
    assert keys["0bad"]["agreement"] == "unknown" and not keys["0bad"]["attested"]
    assert any(k["agreement"] == "service" for k in keys.values()), "the health key"
    with api.channel(keeper, "operator") as channel:
        shown = api.keys_pb2_grpc.KeysStub(channel).GetKey(
            api.keys_pb2.GetKeyRequest(domain="example.test", selector="old"))
    assert imported["fingerprint"] == hashlib.sha256(shown.public_key).hexdigest()
    assert b"imported, not born here" in keeper.run("token", "attest", "main").stdout


def test_an_attestation_comes_in_pages(keeper):
    with api.channel(keeper, "operator") as channel:
        tokens = api.tokens_pb2_grpc.TokensStub(channel)
        ids, page = [], ""
        for _ in range(20):
            answer = tokens.AttestToken(api.tokens_pb2.AttestTokenRequest(
                token="main", page_size=2, page_token=page))
            assert len(answer.keys) <= 2
            ids += [key.token_key_id for key in answer.keys]
            page = answer.next_page_token
            if not page:
                break
    assert ids == [k["token_key_id"] for k in keeper.json("token", "attest", "main")["keys"]]


def test_placement_is_shown_and_an_unknown_token_refused(keeper):
    keeper.run("domain", "add", "placed.test", "--token", "main")
    keeper.run("sender", "add", "placed.test", "crm")
    assert keeper.json("domain", "show", "placed.test")["token"] == "main"
    keeper.run("domain", "place", "placed.test", "--sender", "crm", "--token", "main")
    assert keeper.json("sender", "list", "placed.test")["sender_placements"] == [
        {"sender": "crm", "token": "main", "standby_token": ""}]
    keeper.run("domain", "place", "placed.test", "--sender", "crm", "--token", "")
    assert keeper.json("sender", "list", "placed.test")["sender_placements"] == []
    with pytest.raises(Refused, match="there are: main") as refusal:
        keeper.run("domain", "place", "placed.test", "--token", "mian")
    assert refusal.value.reason == "TOKEN_UNKNOWN"
    assert refused(keeper, "domain", "add", "other.test", "--token", "mian") == "TOKEN_UNKNOWN"


def test_a_backup_is_confirmed_on_record(keeper):
    shown = keeper.json("token", "confirm-backup", "main", "--made-at", "1700000000")
    assert shown["backed_up_at_ms"] == 1_700_000_000_000
    assert refused(keeper, "token", "confirm-backup", "main", "--made-at", "9999999999") \
        == "BAD_OPTION"
    assert keeper.json("token", "confirm-backup", "main")["backed_up_at_ms"] > 1_700_000_000_000
    assert keeper.audited(act="token.backup_confirmed", result="ok")


def test_each_token_has_a_name_for_health_checks(keeper):
    with api.channel(keeper, "operator") as channel:
        check = channel.unary_unary("/grpc.health.v1.Health/Check")
        for name in ("", "dkimkeeper.v1.Signing", "dkimkeeper.token.main"):
            request = b"\n" + bytes([len(name)]) + name.encode() if name else b""
            assert check(request, timeout=10) == b"\x08\x01", name


def test_a_login_may_be_allowed_without_a_pin(keeper):
    assert keeper.json("token", "login", "main")["state"] == "ready"


def test_a_compromised_token_signs_nothing_more(keeper):
    """Last: nothing works on this token afterwards."""
    keeper.run("grant", "add", OPERATOR, "sign", "example.test")
    keeper.run("key", "generate", "example.test", "--selector", "standby")
    answer = keeper.json("token", "compromised", "main")
    keys = {key["selector"]: key for key in answer["keys"]}
    assert set(keys) >= {"old", "standby"} and len(keys) == 4
    assert all(key["state"] == "REVOKED" and key["compromised"] for key in keys.values())
    assert sorted(line["algorithm"] for line in answer["lines_without_key"]) == [
        "ed25519-sha256", "rsa-sha256"]
    digest = hashlib.sha256(b"mail").hexdigest()
    active = next(k["selector"] for k in answer["keys"] if k["activated_at_ms"])
    algorithm = keys[active]["algorithm"]
    assert refused(keeper, "sign-digest", "--domain", "example.test", "--selector", active,
                   "--algorithm", algorithm, digest) == "SELECTOR_NOT_ACTIVE"
    assert refused(keeper, "key", "generate", "example.test") == "TOKEN_COMPROMISED"
    assert refused(keeper, "key", "activate", "example.test", "standby", "--without-dns-proof",
                   "a test") in ("WRONG_STATE", "TOKEN_COMPROMISED")
    assert b"compromised" in keeper.run("token", "show", "main").stdout
