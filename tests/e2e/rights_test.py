"""Limits of grants, groups, and how fast a right that was taken away is gone."""

import time
import uuid

import api
import grpc
import pytest
from keeper import SENDER, Keeper, Refused

DOMAIN = "rights.test"
SIGN = (SENDER, "sign", DOMAIN)


@pytest.fixture(scope="module")
def selector(keeper):
    return keeper.add_domain(DOMAIN)["rsa-sha256"]


@pytest.fixture
def signing(keeper, selector):
    with api.channel(keeper, "sender") as channel:
        yield api.signing_pb2_grpc.SigningStub(channel)
    keeper.run("grant", "add", *SIGN)


def digest(selector):
    return api.signing_pb2.SignDigestRequest(domain=DOMAIN, selector=selector, digest=bytes(32),
                                             algorithm="ALGORITHM_RSA_SHA256")


def sentence(call, request):
    with pytest.raises(grpc.RpcError) as refused:
        call(request, timeout=10)
    assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED
    return refused.value.details()


@pytest.mark.parametrize("limits, why", [
    (("--network", "192.0.2.0/24"), "holds from 192.0.2.0/24 only, not from 127.0.0.1"),
    (("--algorithm", "ed25519-sha256"), "holds for ed25519-sha256 only, not for rsa-sha256"),
    (("--until", "2026-01-01"), "ended at 2026-01-01T00:00:00Z"),
    (("--from", "2126-01-01"), "begins at 2126-01-01T00:00:00Z"),
])
def test_a_limit_refuses_and_is_named(keeper, selector, signing, limits, why):
    signing.SignDigest(digest(selector), timeout=10)
    keeper.run("grant", "add", *SIGN, *limits)
    assert why in sentence(signing.SignDigest, digest(selector))
    explained = keeper.json("grant", "explain", *SIGN, "--address", "127.0.0.1",
                            "--algorithm", "rsa-sha256")
    assert not explained["allowed"] and why in explained["explanation"]
    assert [one["why"] for one in explained["failed"]] == [why]


def test_limits_that_hold_refuse_nothing(keeper, selector, signing):
    keeper.run("grant", "add", *SIGN, "--network", "127.0.0.0/8", "--algorithm", "rsa-sha256",
               "--until", "2126-01-01", "--per-second", "1000")
    signing.SignDigest(digest(selector), timeout=10)
    shown = keeper.json("whoami", who="sender")
    assert shown["address"] == "127.0.0.1"
    assert shown["grants"][0]["limits"]["networks"] == ["127.0.0.0/8"]
    assert keeper.audited(act="grant.add", detail=r"sign .* networks: \"127\.0\.0\.0/8\".*per_second: 1000.*")


def test_what_is_over_the_quota_is_refused_with_a_hint(keeper, selector, signing):
    keeper.run("grant", "add", *SIGN, "--per-day", "3")
    for _ in range(3):
        signing.SignDigest(digest(selector), timeout=10)
    with pytest.raises(grpc.RpcError) as refused:
        signing.SignDigest(digest(selector), timeout=10)
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert api.detail(refused.value).reason == "QUOTA"
    assert api.detail(refused.value).retry_after_ms > 1000


def test_a_group_stands_for_identities_and_for_domains(keeper, selector, signing):
    keeper.run("grant", "remove", *SIGN)
    keeper.run("group", "add", "group:mail", SENDER, "dns:mx2.example.test")
    keeper.run("group", "add", "group:payroll", DOMAIN)
    keeper.run("grant", "add", "group:mail", "sign", "group:payroll", "--sender", "*")
    signing.SignDigest(digest(selector), timeout=10)
    assert keeper.json("whoami", who="sender")["groups"] == ["group:mail"]
    explained = keeper.run("grant", "explain", *SIGN).stdout.decode()
    assert f"{SENDER} may sign on {DOMAIN}/default by the grant to group:mail" in explained
    for group in ("group:mail", "group:payroll"):
        with pytest.raises(Refused) as refused:
            keeper.run("group", "remove", group)
        assert refused.value.reason == "GROUP_IN_USE"
    keeper.run("group", "remove", "group:mail", SENDER)
    assert "may not sign" in sentence(signing.SignDigest, digest(selector))
    assert keeper.run("group", "members", "group:mail").stdout == b"dns:mx2.example.test\n"
    keeper.run("grant", "remove", "group:mail", "sign", "group:payroll", "--sender", "*")
    keeper.run("group", "remove", "group:mail")
    with pytest.raises(Refused) as refused:
        keeper.run("grant", "add", "group:mail", "sign", DOMAIN)
    assert refused.value.reason == "GROUP_UNKNOWN"


def test_explain_of_others_needs_a_right(keeper, selector):
    with pytest.raises(Refused) as refused:
        keeper.run("grant", "explain", "dns:mx2.example.test", "sign", DOMAIN, who="sender")
    assert refused.value.reason == "NO_GRANT"
    missing = keeper.json("grant", "explain", SENDER, "rotate", DOMAIN, who="sender")
    assert "there is no such grant" in missing["explanation"]


def watch(signing):
    stream = signing.WatchSigningKeys(api.signing_pb2.WatchSigningKeysRequest(), timeout=60)
    assert [one.domain for one in next(stream).keys] == [DOMAIN]
    return stream


def end(stream):
    with pytest.raises(grpc.RpcError) as ended:
        for _ in stream:
            pass
    return ended.value.code().name


def test_a_watch_whose_right_is_taken_away_ends(keeper, signing):
    stream = watch(signing)
    keeper.run("grant", "remove", *SIGN)
    assert end(stream) == "PERMISSION_DENIED"


def test_a_watch_whose_right_ends_ends_with_it(keeper, signing):
    stream = watch(signing)
    with api.channel(keeper, "operator") as channel:
        grant = api.access_pb2.Grant(identity=SENDER, verb="VERB_SIGN", domain=DOMAIN)
        grant.limits.valid_until_ms = int(time.time() * 1000) + 1500
        added = api.access_pb2_grpc.AccessStub(channel).AddGrant(
            api.access_pb2.AddGrantRequest(request_id=uuid.uuid4().hex, grant=grant), timeout=10)
    assert end(stream) == "PERMISSION_DENIED"
    # The generation is as it was, the list is not: it comes at once.
    again = signing.WatchSigningKeys(api.signing_pb2.WatchSigningKeysRequest(
        after_generation=added.in_effect.generation), timeout=60)
    assert not next(again).keys


class Neighbour(Keeper):
    """Another daemon on the store and the token of `first`."""

    def __init__(self, first):
        self.__dict__.update(first.__dict__)
        self.config = first.folder / "neighbour.toml"
        self.log = first.folder / "neighbour.log"
        tls = self.folder / "tls"
        # A daemon is named by its host and its first address.
        self.write_config(
            audit=f'directory = "{self.folder}/neighbour-audit"',
            server='listen = ["127.0.0.2:0", "127.0.0.1:0"]',
            tls=f'certificate = "{tls}/server.pem"\nkey = "{tls}/server.key"\n'
                f'client_ca = "{tls}/ca.pem"\nprivate_copy = "{self.folder}/neighbour-tls"')


def test_a_change_says_which_daemons_decide_by_it(keeper, selector, signing):
    neighbour = Neighbour(keeper).start()
    try:
        with api.channel(neighbour, "sender") as channel:
            there = api.signing_pb2_grpc.SigningStub(channel)
            there.SignDigest(digest(selector), timeout=10)
            said = keeper.run("grant", "remove", *SIGN).stdout.decode()
            assert "in effect on 2 of 2 daemons" in said
            assert api.refusal(there.SignDigest, digest(selector)) == ("PERMISSION_DENIED",
                                                                       "NO_GRANT")
            added = keeper.json("grant", "add", *SIGN)["in_effect"]
            assert len(added["daemons"]) == 2 and not added["behind"]
            there.SignDigest(digest(selector), timeout=10)
    finally:
        neighbour.kill()
    # It is dead, which nobody knows yet: it is said, and waited for no longer than some seconds.
    removed = keeper.json("grant", "remove", *SIGN)["in_effect"]
    assert [name.split("/")[1] for name in removed["behind"]] == ["127.0.0.2:0"]


def test_a_grant_names_so_many_networks_that_a_refusal_can_list_them(keeper, selector):
    grant = api.access_pb2.Grant(identity=SENDER, verb="VERB_SIGN", domain=DOMAIN)
    grant.limits.networks.extend(f"192.0.2.{host}/32" for host in range(65))
    with api.channel(keeper, "operator") as channel:
        add = api.access_pb2_grpc.AccessStub(channel).AddGrant
        request = api.access_pb2.AddGrantRequest(request_id=uuid.uuid4().hex, grant=grant)
        assert api.refusal(add, request) == ("INVALID_ARGUMENT", "BAD_LIMIT")


def test_what_a_stranger_says_of_a_group_is_not_kept(keeper):
    keeper.authority.issue("stranger", uri=["spiffe://example.test/stranger"])
    with api.channel(keeper, "stranger") as channel:
        add = api.access_pb2_grpc.AccessStub(channel).AddGroupMembers
        request = api.access_pb2.AddGroupMembersRequest(
            request_id=uuid.uuid4().hex, group="group:g", members=["dns:so-much-text.example"])
        assert api.refusal(add, request) == ("PERMISSION_DENIED", "NO_GRANT")
    record = keeper.audited(act="group.add", identity="uri:spiffe://example.test/stranger")
    assert record["result"] == "NO_GRANT" and "so-much-text" not in str(record)


def test_who_signs_and_who_is_refused_shows(keeper, selector, signing):
    def caller(name):
        shown = keeper.json("status")["activity"]["identities"]
        return next((one for one in shown if one["identity"] == name), None)

    before = caller(SENDER)
    signing.SignDigest(digest(selector), timeout=10)
    with pytest.raises(grpc.RpcError):
        signing.SignDigest(digest("unknown"), timeout=10)
    after = caller(SENDER)
    assert after["signatures"] == (before["signatures"] if before else 0) + 1
    assert after["refused"]["KEY_UNKNOWN"] >= 1 and after["last_refused_ms"]
    used = next(one for one in after["grants"] if one["holder"] == SENDER)
    assert (used["domain"], used["sender"]) == (DOMAIN, "default")
    assert used["first_used_ms"] <= after["last_signature_ms"]
    assert keeper.logged(f"event=grant.first_used identity={SENDER} holder={SENDER}")
    assert SENDER in keeper.run("status").stdout.decode()
    # A certificate without a name is nobody's.
    keeper.authority.issue("nameless")
    with api.channel(keeper, "nameless") as channel:
        call = api.access_pb2_grpc.AccessStub(channel).WhoAmI
        assert api.refusal(call, api.access_pb2.WhoAmIRequest())[0] == "UNAUTHENTICATED"
    assert caller("")["refused"] == {"NO_IDENTITY": 1}
