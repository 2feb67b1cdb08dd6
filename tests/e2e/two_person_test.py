"""The two-person rule: two administrators walk through a destroy, and every wrong way is refused."""

import uuid

import api
import pytest
from dkimkeeper.v1 import approvals_pb2, approvals_pb2_grpc
from keeper import OPERATOR, SENDER, Keeper, Refused

SECOND = "uri:spiffe://example.test/second"
THIRD = "uri:spiffe://example.test/third"
DOMAIN = "rule.test"
ACTS = ("activate-without-dns-proof", "adopt", "destroy", "grant-administer", "lift-headers", "remove-domain",
        "remove-sender", "revoke", "rule", "shorten")


@pytest.fixture(name="keeper", scope="module")
def two_administrators(tmp_path_factory):
    keeper = Keeper(tmp_path_factory.mktemp("keeper"))
    keeper.authority.issue("second", uri=["spiffe://example.test/second"])
    keeper.authority.issue("third", uri=["spiffe://example.test/third"])
    access = f'administrators = ["{OPERATOR}", "{SECOND}", "unix:local"]'
    socket = f'[[socket]]\npath = "{keeper.folder}/local.sock"\nidentity = "unix:local"\n'
    keeper.write_config(access=access, extra=socket)
    keeper.start()
    keeper.run("grant", "add", SECOND, "rotate", "*")
    keeper.run("grant", "add", THIRD, "rotate", "*")
    yield keeper
    assert keeper.stop() == 0, keeper.log.read_text()


@pytest.fixture(autouse=True)
def rule(keeper):
    """Off after each test, by two persons where it needs them."""
    yield
    finished = keeper.run("rule", "set", "none", check=False)
    if finished.returncode != 0:
        approve(keeper, asked(finished.stderr.decode()))
    assert keeper.json("rule", "show")["acts"] == []


def revoked_key(keeper, name):
    """A domain with a REVOKED key, which destroying it is the next step for; its selector."""
    domain = f"{name}.{DOMAIN}"
    selector = keeper.add_domain(domain)["rsa-sha256"]
    keeper.run("key", "revoke", domain, selector, "--compromised")
    return domain, selector


def asked(sentence):
    """The id in the sentence of APPROVAL_REQUIRED."""
    assert sentence.rstrip().endswith("[APPROVAL_REQUIRED]"), sentence
    return sentence.split("dkimkeeper approval show ")[1].split("`")[0]


def ask(keeper, *arguments, who="operator"):
    with pytest.raises(Refused) as held:
        keeper.run(*arguments, who=who)
    return asked(str(held.value))


def approve(keeper, approval, who="second", seen=None):
    seen = seen or keeper.json("approval", "show", approval, who=who)["seen"]
    return keeper.json("approval", "approve", approval, seen, who=who)


def refusal(keeper, *arguments, who="second"):
    with pytest.raises(Refused) as refused:
        keeper.run(*arguments, who=who)
    return refused.value.reason


def state(keeper, domain, selector):
    return keeper.json("key", "show", domain, selector)["state"]


def test_two_administrators_walk_through_a_destroy(keeper):
    domain, selector = revoked_key(keeper, "walk")
    keeper.run("rule", "set", "destroy", "rule")
    approval = ask(keeper, "key", "destroy", domain, selector)
    assert state(keeper, domain, selector) == "REVOKED", "nothing was done yet"
    shown = keeper.json("approval", "show", approval, who="second")
    assert (shown["act"], shown["method"], shown["state"]) == ("destroy", "Keys.DestroyKey", "pending")
    assert shown["requester"] == OPERATOR and (shown["domain"], shown["sender"]) == (domain, "default")
    assert domain in shown["parameters"] and selector in shown["parameters"]
    assert shown["expires_at_ms"] - shown["requested_at_ms"] == 24 * 3600 * 1000
    text = keeper.run("approval", "show", approval, who="second").stdout.decode()
    assert f"dkimkeeper approval approve {approval} {shown['seen']}" in text
    done = approve(keeper, approval)
    assert (done["state"], done["decided_by"], done["outcome"]) == ("approved", SECOND, "done")
    assert state(keeper, domain, selector) == "DESTROYED"
    for act, identity in (("approval.ask", OPERATOR), ("approval.approve", SECOND),
                          ("approval.execute", SECOND), ("key.destroy", OPERATOR)):
        record = keeper.audited(act=act, identity=identity, domain=domain, result="ok")
        assert record, act
        if act.startswith("approval."):
            assert approval in record["detail"] and OPERATOR in record["detail"]


def test_every_wrong_way_is_refused_and_does_nothing(keeper):
    domain, selector = revoked_key(keeper, "wrong")
    keeper.run("rule", "set", "destroy")
    approval = ask(keeper, "key", "destroy", domain, selector)
    seen = keeper.json("approval", "show", approval)["seen"]
    # The same person.
    assert refusal(keeper, "approval", "approve", approval, seen, who="operator") == "SAME_PERSON"
    # Somebody without the right; who may rotate may not approve what administrators do.
    assert refusal(keeper, "approval", "approve", approval, seen, who="third") == "NO_GRANT"
    assert refusal(keeper, "approval", "show", approval, who="sender") == "NO_GRANT"
    # What was not looked at.
    wrong = "0" * len(seen)
    assert refusal(keeper, "approval", "approve", approval, wrong) == "CHANGED_SINCE_READ"
    # Nothing that was asked for.
    assert refusal(keeper, "approval", "approve", "0" * 20, seen) == "APPROVAL_UNKNOWN"
    assert state(keeper, domain, selector) == "REVOKED"
    # Refused: closed for good.
    assert keeper.json("approval", "refuse", approval, who="second")["state"] == "refused"
    assert refusal(keeper, "approval", "approve", approval, seen) == "APPROVAL_CLOSED"
    assert state(keeper, domain, selector) == "REVOKED"


def test_an_approval_is_good_once(keeper):
    domain, selector = revoked_key(keeper, "once")
    keeper.run("rule", "set", "destroy")
    approval = ask(keeper, "key", "destroy", domain, selector)
    seen = keeper.json("approval", "show", approval, who="second")["seen"]
    approve(keeper, approval)
    assert refusal(keeper, "approval", "approve", approval, seen) == "APPROVAL_CLOSED"
    assert refusal(keeper, "approval", "refuse", approval) == "APPROVAL_CLOSED"
    records = [one for one in keeper.json("approval", "list", "--all")["approvals"]
               if one["id"] == approval]
    assert [one["state"] for one in records] == ["approved"]


def test_a_call_and_its_repetition_are_one_approval_and_other_parameters_another(keeper):
    domain, selector = revoked_key(keeper, "repeat")
    keeper.run("rule", "set", "destroy")
    request = api.keys_pb2.DestroyKeyRequest(request_id=uuid.uuid4().hex, domain=domain,
                                             selector=selector)
    with api.channel(keeper, "operator") as channel:
        destroy = api.keys_pb2_grpc.KeysStub(channel).DestroyKey
        refused = ("FAILED_PRECONDITION", "APPROVAL_REQUIRED")
        before = len(keeper.json("approval", "list")["approvals"])
        assert api.refusal(destroy, request) == refused
        assert api.refusal(destroy, request) == refused
        pending = keeper.json("approval", "list")["approvals"]
        assert len(pending) == before + 1
        approve(keeper, pending[0]["id"])
        assert api.refusal(destroy, request) == ("FAILED_PRECONDITION", "APPROVAL_CLOSED")
        # Parameters that were not approved, under the same name.
        other, spare = revoked_key(keeper, "other")
        request.domain, request.selector = other, spare
        assert api.refusal(destroy, request) == refused
    assert state(keeper, other, spare) == "REVOKED"


def test_what_changed_since_it_was_looked_at_is_not_done(keeper):
    domain = f"changed.{DOMAIN}"
    selector = keeper.add_domain(domain)["rsa-sha256"]
    keeper.run("rule", "set", "revoke", "remove-domain")
    revoke = ask(keeper, "key", "revoke", domain, selector)
    remove = ask(keeper, "domain", "remove", domain)
    seen = {each: keeper.json("approval", "show", each, who="second")["seen"]
            for each in (revoke, remove)}
    # Stopping a key needs one person, and changes what both are about.
    keeper.run("key", "revoke", domain, selector, "--compromised")
    for each in (revoke, remove):
        assert refusal(keeper, "approval", "approve", each, seen[each]) == "CHANGED_SINCE_READ"
    assert keeper.json("domain", "show", domain)["domain"] == domain


def test_a_requester_who_lost_the_right_gets_nothing(keeper):
    domain = f"lost.{DOMAIN}"
    selector = keeper.add_domain(domain)["rsa-sha256"]
    keeper.run("rule", "set", "revoke")
    approval = ask(keeper, "key", "revoke", domain, selector, who="third")
    keeper.run("grant", "remove", THIRD, "rotate", "*")
    seen = keeper.json("approval", "show", approval, who="second")["seen"]
    assert refusal(keeper, "approval", "approve", approval, seen) == "NO_GRANT"
    keeper.run("grant", "add", THIRD, "rotate", "*")
    assert keeper.json("approval", "show", approval)["outcome"] == "NO_GRANT"
    assert state(keeper, domain, selector) == "ACTIVE"


def test_a_socket_neither_asks_nor_approves(keeper):
    domain, selector = revoked_key(keeper, "socket")
    keeper.run("rule", "set", "destroy")
    local = ("--server", f"unix:{keeper.folder}/local.sock")
    assert refusal(keeper, *local, "key", "destroy", domain, selector) == "SOCKET_IDENTITY"
    approval = ask(keeper, "key", "destroy", domain, selector)
    seen = keeper.json(*local, "approval", "show", approval)["seen"]
    for verb in (("approve", approval, seen), ("refuse", approval)):
        assert refusal(keeper, *local, "approval", *verb) == "SOCKET_IDENTITY"
    assert state(keeper, domain, selector) == "REVOKED"


def test_each_act_of_the_rule_is_held_and_what_is_none_is_not(keeper):
    domain = f"acts.{DOMAIN}"
    selector = keeper.add_domain(domain)["rsa-sha256"]
    keeper.run("sender", "add", domain, "crm")
    spare = keeper.json("key", "generate", domain, "--sender", "crm")["selector"]
    keeper.run("group", "add", "group:ops", THIRD)
    keeper.run("grant", "add", "group:ops", "administer", domain)
    keeper.run("grant", "add", THIRD, "sign", domain, "--require-headers")
    keeper.run("group", "add", "group:digests", SENDER)
    keeper.run("grant", "add", "group:digests", "sign", domain)
    keeper.run("rule", "set", *ACTS)
    held = {
        "activate-without-dns-proof": ("key", "activate", domain, spare, "--without-dns-proof", "x"),
        "adopt": ("key", "adopt", domain, "--selector", "a", "--token-key-id", "01"),
        "destroy": ("key", "revoke", domain, selector, "--compromised", "--destroy-now"),
        "grant-administer": ("grant", "add", THIRD, "administer", domain),
        "lift-headers": ("grant", "add", THIRD, "sign", domain),
        "remove-domain": ("domain", "remove", domain),
        "remove-sender": ("sender", "remove", domain, "crm"),
        "revoke": ("key", "revoke", domain, spare),
        "rule": ("rule", "set", "none"),
        "shorten": ("policy", "set", domain, "drain=1s"),
    }
    assert set(held) == set(ACTS)
    for act, call in held.items():
        shown = keeper.json("approval", "show", ask(keeper, *call))
        assert (shown["act"], shown["state"]) == (act, "pending"), act
    ask(keeper, "group", "add", "group:ops", SENDER)
    ask(keeper, "group", "add", "group:digests", THIRD)
    ask(keeper, "grant", "add", THIRD, "sign", "*")
    ask(keeper, "policy", "set", domain, "revoked_retention=1s")
    assert refusal(keeper, "key", "destroy", domain, "nosuch") == "KEY_UNKNOWN"
    for free in (("policy", "set", domain, "drain=300d"), ("group", "add", "group:other", SENDER),
                 ("grant", "add", SENDER, "rotate", domain), ("grant", "add", SENDER, "sign", domain),
                 ("grant", "add", THIRD, "sign", domain, "--require-headers"), ("domain", "add", f"new.{domain}"),
                 ("key", "revoke", domain, selector, "--compromised")):
        keeper.run(*free)
    assert keeper.json("key", "show", domain, spare)["state"] != "ACTIVE"
    assert state(keeper, domain, selector) == "REVOKED"


def test_an_approved_grant_and_rule_are_what_was_asked_for(keeper):
    keeper.run("rule", "set", "grant-administer", "rule")
    approve(keeper, ask(keeper, "grant", "add", THIRD, "administer", "*"))
    assert keeper.json("grant", "explain", THIRD, "administer", "*")["allowed"]
    approve(keeper, ask(keeper, "rule", "set", "rule", "adopt"))
    assert keeper.json("rule", "show")["acts"] == ["adopt", "rule"]
    keeper.run("grant", "remove", THIRD, "administer", "*")
    with pytest.raises(Refused) as refused:
        keeper.run("rule", "set", "everything")
    assert refused.value.code == 2
    with api.channel(keeper, "operator") as channel:
        stub = approvals_pb2_grpc.ApprovalsStub(channel)
        request = approvals_pb2.SetRuleRequest(request_id=uuid.uuid4().hex, acts=["everything"])
        assert api.refusal(stub.SetRule, request) == ("INVALID_ARGUMENT", "BAD_RULE")


def test_break_glass_is_the_hosts_and_loud(keeper):
    domain, selector = revoked_key(keeper, "glass")
    keeper.run("rule", "set", "destroy")
    assert keeper.stop() == 0
    quiet = keeper.config.read_text()
    keeper.config.write_text(quiet.replace("[access]\n", "[access]\nbreak_glass = true\n"))
    keeper.start()
    assert keeper.json("rule", "show") == {"acts": ["destroy"], "break_glass": True}
    alarms = keeper.json("status")["alarms"]
    assert "approval.break_glass" in [one["name"] for one in alarms]
    keeper.run("key", "destroy", domain, selector)
    assert state(keeper, domain, selector) == "DESTROYED"
    record = keeper.audited(act="approval.break_glass", identity=OPERATOR)
    assert record and "destroy by one person" in record["detail"]
    assert keeper.stop() == 0
    keeper.config.write_text(quiet)
    keeper.start()
    assert keeper.json("rule", "show") == {"acts": ["destroy"], "break_glass": False}
