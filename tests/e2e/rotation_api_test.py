"""Policies, rotation and next steps as the API has them, with a server whose mode is manual."""

import uuid

import api
import grpc
import pytest

DOMAIN = "example.test"
DAY = 86_400_000
ACTIVE = api.common_pb2.KEY_STATE_ACTIVE
REVOKED = api.common_pb2.KEY_STATE_REVOKED


@pytest.fixture(scope="module")
def selector(keeper):
    return keeper.add_domain(DOMAIN)["rsa-sha256"]


@pytest.fixture(scope="module")
def domains(keeper, selector):
    with api.channel(keeper, "operator") as channel:
        yield api.domains_pb2_grpc.DomainsStub(channel)


@pytest.fixture(scope="module")
def rotation(keeper, selector):
    with api.channel(keeper, "operator") as channel:
        yield api.rotation_pb2_grpc.RotationStub(channel)


def new(message, **fields):
    return message(request_id=uuid.uuid4().hex, **fields)


def setting(name, value):
    return api.domains_pb2.Setting(name=name, value=value)


def shown(policy):
    return {one.name: (one.value, one.source) for one in policy.settings}


def steps_of(rotation, **fields):
    return list(rotation.ListSteps(api.rotation_pb2.ListStepsRequest(**fields)).steps)


def test_a_policy_says_where_each_word_comes_from(domains):
    policy = domains.SetPolicy(new(api.domains_pb2.SetPolicyRequest, domain=DOMAIN,
                                   set=[setting("drain", "48h"), setting("rsa_bits", "3072")]))
    assert shown(policy)["drain"] == ("2d", "domain")
    assert shown(policy)["mode"] == ("manual", "configuration")
    policy = domains.SetPolicy(new(api.domains_pb2.SetPolicyRequest, domain=DOMAIN,
                                   sender="default", set=[setting("drain", "3d")]))
    assert shown(policy)["drain"] == ("3d", "sender")
    domain = domains.GetDomain(api.domains_pb2.GetDomainRequest(domain=DOMAIN))
    assert [(one.name, one.value) for one in domain.settings] == [("drain", "2d"),
                                                                  ("rsa_bits", "3072")]
    assert len(domain.delegation_label) == 16
    domains.SetPolicy(new(api.domains_pb2.SetPolicyRequest, domain=DOMAIN, unset=["rsa_bits"]))
    policy = domains.GetPolicy(api.domains_pb2.GetPolicyRequest(domain=DOMAIN))
    assert shown(policy)["rsa_bits"] == ("2048", "configuration")
    assert all(one.what and one.range for one in policy.settings)
    defaults = domains.GetPolicy(api.domains_pb2.GetPolicyRequest())
    assert shown(defaults)["drain"] == ("7d", "configuration")


@pytest.mark.parametrize("name, value, code, reason", [
    ("drain", "soon", "INVALID_ARGUMENT", "BAD_POLICY"),
    ("colour", "red", "INVALID_ARGUMENT", "BAD_POLICY"),
    ("rsa_selectors", "a b c", "INVALID_ARGUMENT", "BAD_POLICY"),
    ("publisher", "nobody", "NOT_FOUND", "PUBLISHER_UNKNOWN"),
])
def test_a_bad_word_is_refused(domains, name, value, code, reason):
    wish = new(api.domains_pb2.SetPolicyRequest, domain=DOMAIN, set=[setting(name, value)])
    assert api.refusal(domains.SetPolicy, wish) == (code, reason)


def test_a_preview_changes_nothing(domains):
    request = api.domains_pb2.PreviewPolicyRequest(
        domain=DOMAIN, set=[setting("rotation_period", "30d")], horizon_ms=365 * DAY)
    preview = domains.PreviewPolicy(request)
    before, after = ([step for step in steps if step.kind == "activate"]
                     for steps in (preview.before, preview.after))
    assert len(after) >= 12 > len(before)
    assert all(step.advice for step in after), "the mode is manual"
    policy = domains.GetPolicy(api.domains_pb2.GetPolicyRequest(domain=DOMAIN))
    assert shown(policy)["rotation_period"] == ("180d", "configuration")


def test_next_steps_come_in_pages_by_time(keeper, rotation, selector):
    keeper.run("key", "generate", DOMAIN)
    everything = steps_of(rotation)
    assert everything and [one.due_ms for one in everything] == sorted(
        one.due_ms for one in everything)
    first = rotation.ListSteps(api.rotation_pb2.ListStepsRequest(domain=DOMAIN, page_size=1))
    assert list(first.steps) == everything[:1]
    assert {one.kind for one in everything} == {"prove"}
    with api.channel(keeper, "sender") as channel:
        stranger = api.rotation_pb2_grpc.RotationStub(channel)
        keeper.run("domain", "add", "other.test")
        assert {one.domain for one in steps_of(stranger)} <= {DOMAIN}
        assert api.refusal(stranger.ListSteps, api.rotation_pb2.ListStepsRequest(
            domain="other.test")) == ("PERMISSION_DENIED", "NO_GRANT")


def test_a_paused_domain_does_not_rotate(domains, rotation):
    paused = domains.PauseDomain(new(api.domains_pb2.PauseDomainRequest, domain=DOMAIN))
    assert paused.paused_at_ms > 0
    wish = new(api.rotation_pb2.RotateKeysRequest, domain=DOMAIN)
    assert api.refusal(rotation.RotateKeys, wish) == ("FAILED_PRECONDITION", "DOMAIN_PAUSED")
    resumed = domains.ResumeDomain(new(api.domains_pb2.ResumeDomainRequest, domain=DOMAIN))
    assert resumed.paused_at_ms == 0


def test_a_rotation_waits_for_an_honest_successor(rotation, selector):
    answer = rotation.RotateKeys(new(api.rotation_pb2.RotateKeysRequest, domain=DOMAIN))
    assert [key.selector for key in answer.replaced] == [selector]
    assert answer.replaced[0].state == ACTIVE, "it signs until its successor is proven"
    assert answer.replaced[0].rotate_at_ms > 0
    assert not answer.active
    assert any(step.kind == "prove" for step in answer.steps)


def test_a_look_at_dns_is_shown_and_kept(keeper, selector):
    with api.channel(keeper, "operator") as channel:
        dns = api.dns_pb2_grpc.DnsStub(channel)
        unknown = dict(domain=DOMAIN, selector="none")
        assert api.refusal(dns.GetCheck, api.dns_pb2.GetCheckRequest(**unknown)) == (
            "NOT_FOUND", "KEY_UNKNOWN")
        assert api.refusal(dns.CheckRecord, api.dns_pb2.CheckRecordRequest(**unknown)) == (
            "NOT_FOUND", "KEY_UNKNOWN")
        looked = dns.CheckRecord(
            api.dns_pb2.CheckRecordRequest(domain=DOMAIN, selector=selector))
        assert looked.name == f"{selector}._domainkey.{DOMAIN}"
        assert looked.wish == "key" and looked.expected.startswith("v=DKIM1;")
        assert looked.verdict != "proven", "that domain is nowhere"
        kept = dns.GetCheck(api.dns_pb2.GetCheckRequest(domain=DOMAIN, selector=selector))
        assert kept == looked


def test_compromised_keys_stop_at_once(keeper, rotation, selector):
    alone = new(api.rotation_pb2.RotateKeysRequest, domain=DOMAIN, destroy_now=True)
    assert api.refusal(rotation.RotateKeys, alone) == ("INVALID_ARGUMENT", "BAD_OPTION")
    with api.channel(keeper, "sender") as channel:
        stranger = api.rotation_pb2_grpc.RotationStub(channel)
        wish = new(api.rotation_pb2.RotateKeysRequest, domain=DOMAIN, compromised=True)
        assert api.refusal(stranger.RotateKeys, wish) == ("PERMISSION_DENIED", "NO_GRANT")
    keeper.run("sign-digest", "--domain", DOMAIN, "--selector", selector, "--algorithm",
               "rsa-sha256", "00" * 32, who="sender")
    wish = new(api.rotation_pb2.RotateKeysRequest, domain=DOMAIN, compromised=True)
    answer = rotation.RotateKeys(wish)
    assert [(key.selector, key.state) for key in answer.replaced] == [(selector, REVOKED)]
    stopped = keeper.run("sign-digest", "--domain", DOMAIN, "--selector", selector, "--algorithm",
                         "rsa-sha256", "00" * 32, who="sender", check=False)
    assert stopped.returncode == 1
    assert [key.selector for key in rotation.RotateKeys(wish).replaced] == [selector], "repeated"


def test_a_removed_domain_goes_with_its_last_key(keeper, domains):
    domains.RemoveDomain(new(api.domains_pb2.RemoveDomainRequest, domain=DOMAIN))
    leaving = domains.GetDomain(api.domains_pb2.GetDomainRequest(domain=DOMAIN))
    assert leaving.removing_at_ms > 0
    again = new(api.domains_pb2.AddDomainRequest, domain=DOMAIN)
    assert api.refusal(domains.AddDomain, again) == ("ALREADY_EXISTS", "DOMAIN_EXISTS")
    refused = keeper.run("key", "generate", DOMAIN, check=False)
    assert b"being removed" in refused.stderr
    for key in keeper.json("key", "list", DOMAIN)["keys"]:
        keeper.run("key", "destroy", DOMAIN, key["selector"])
    gone = ("NOT_FOUND", "DOMAIN_UNKNOWN")
    try:
        domains.RemoveDomain(new(api.domains_pb2.RemoveDomainRequest, domain=DOMAIN))
    except grpc.RpcError as error:  # the daemon's own next step was first
        assert (error.code().name, api.detail(error).reason) == gone
    assert api.refusal(domains.GetDomain, api.domains_pb2.GetDomainRequest(domain=DOMAIN)) == gone
