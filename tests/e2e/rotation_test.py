"""Keys rotate themselves: stories from `domain add` to the destroyed key, with real name servers."""

import re
import threading

import api
import pytest
from custody import DOMAIN, Custody


@pytest.fixture
def begin(tmp_path_factory):
    """Starts a custody; it ends with the test."""
    running = []

    def start(*arguments, **options):
        folder = tmp_path_factory.mktemp("custody")
        running.append(Custody(folder, *arguments, **options).__enter__())
        return running[-1]

    yield start
    for custody in running:
        custody.__exit__()


def is_revoked(values):
    return len(values) == 1 and values[0].endswith("p=")


@pytest.mark.parametrize("kind", ["knot", "bind"])
def test_a_key_lives_from_domain_add_to_its_destruction(begin, kind):
    custody = begin(kind=kind)
    custody.add()
    before = custody.sign()
    old = set(custody.keys("ACTIVE"))
    for selector in old:
        custody.wait("generate", selector)
    assert custody.verdicts(before) == dict.fromkeys(old, True)
    custody.wait("prove", count=4)
    custody.keeper.run("rotate", DOMAIN, "--no-wait")
    custody.wait("activate", count=4)
    after = custody.sign()
    new = set(custody.keys("ACTIVE"))
    assert not new & old
    assert custody.verdicts(after) == dict.fromkeys(new, True)
    assert custody.verdicts(before) == dict.fromkeys(old, True), "mail in transit verifies"
    for selector in old:
        custody.wait("prove_withdrawn", selector)
    assert custody.verdicts(before) == dict.fromkeys(old, False)
    assert all(is_revoked(custody.server.txt(custody.name(one))) for one in old)
    for selector in old:
        custody.wait("destroy", selector)
    assert set(custody.keys("DESTROYED")) == old
    assert custody.verdicts(custody.sign()) == dict.fromkeys(new, True)
    standing = {custody.name(one) for one in (*new, *custody.keys("PUBLISHED"))}
    assert set(custody.server.key_records()) == standing
    assert custody.private_keys() == len(standing) == 4
    acts = custody.audited()
    assert all(re.fullmatch(r"[a-z_]+(\.[a-z_]+)?|[A-Z][a-z]+\.[A-Z]\w+", act) for act in acts), set(acts)
    for act in ("generate", "publish", "prove", "activate", "revoke", "destroy"):
        assert acts.count(f"rotation.{act}") >= 2, act


def test_who_watches_the_keys_never_fails_to_sign(begin):
    custody = begin(handover_window="4s")
    custody.add()
    custody.wait("prove", count=4)
    used, refused, over = set(), [], threading.Event()
    with api.channel(custody.keeper) as channel:
        signing = api.signing_pb2_grpc.SigningStub(channel)
        watch = signing.WatchSigningKeys(api.signing_pb2.WatchSigningKeysRequest())
        newest = [next(watch)]

        def follow():
            for answer in watch:
                newest[0] = answer

        def send():
            while not over.is_set():
                for key in newest[0].keys:
                    if key.signs_until_ms:
                        continue
                    try:
                        signing.SignDigest(api.signing_pb2.SignDigestRequest(
                            domain=DOMAIN, selector=key.selector, algorithm=key.algorithm,
                            digest=bytes(32)))
                        used.add(key.selector)
                    except api.grpc.RpcError as error:
                        refused.append((key.selector, error.details()))

        follower, sender = threading.Thread(target=quiet(follow)), threading.Thread(target=send)
        follower.start()
        sender.start()
        old = set(custody.keys("ACTIVE"))
        custody.keeper.run("rotate", DOMAIN, "--no-wait")
        for selector in old:
            custody.wait("revoke", selector)
        over.set()
        sender.join()
        watch.cancel()
        follower.join()
    assert not refused
    assert used == old | set(custody.keys("ACTIVE"))


def quiet(follow):
    """A stream that is cancelled ends by an exception."""
    def run():
        try:
            follow()
        except api.grpc.RpcError:
            pass
    return run


def test_a_paused_domain_rotates_when_it_is_resumed(begin):
    custody = begin()
    custody.add()
    custody.wait_standbys()
    old = set(custody.keys("ACTIVE"))
    custody.keeper.run("domain", "pause", DOMAIN)
    custody.keeper.run("policy", "set", DOMAIN, "rotation_period=2s")
    due = [step for step in custody.keeper.json("next", DOMAIN)["steps"]
           if step["kind"] == "activate"]
    assert len(due) == 2 and all("paused" in step["waits_for"] for step in due)
    refused = custody.keeper.run("rotate", DOMAIN, "--no-wait", check=False)
    assert b"DOMAIN_PAUSED" in refused.stderr
    assert set(custody.keys("ACTIVE")) == old
    custody.keeper.run("domain", "resume", DOMAIN)
    custody.wait("activate", count=4)
    assert not set(custody.keys("ACTIVE")) & old


def test_records_that_people_publish_are_proven(begin):
    custody = begin(publisher="manual", algorithms='["rsa-sha256"]')
    custody.keeper.run("domain", "add", DOMAIN)
    custody.wait("generate")
    (selector, key), = custody.keys().items()
    assert not custody.server.key_records()
    custody.wait("publish", selector)
    assert any(step["selector"] == selector for step in custody.keeper.json("next", DOMAIN)["steps"])
    custody.server.update(DOMAIN, ("add", key["record_name"], key["record_value"]))
    custody.keeper.run("dns", "check", DOMAIN, selector)
    custody.wait("activate", selector)
    assert custody.keys()[selector]["state"] == "ACTIVE"


def test_compromised_keys_stop_and_their_standbys_sign_at_once(begin):
    custody = begin(revoked_retention="1h")
    custody.add()
    custody.wait_standbys()
    old, standby = set(custody.keys("ACTIVE")), set(custody.keys("PUBLISHED"))
    before = custody.sign()
    custody.keeper.run("rotate", DOMAIN, "--compromised", "--no-wait")
    # In the answer, not some time later.
    assert set(custody.keys("ACTIVE")) == standby and set(custody.keys("REVOKED")) == old
    assert custody.verdicts(custody.sign()) == dict.fromkeys(standby, True)
    for selector in old:
        custody.wait("prove_withdrawn", selector)
        assert is_revoked(custody.server.txt(custody.name(selector)))
    assert custody.verdicts(before) == dict.fromkeys(old, False)


def look(custody, selector):
    """Twice, as one look may be a server that hiccups."""
    for _ in range(2):
        custody.keeper.run("dns", "check", DOMAIN, selector, check=False)


def test_a_record_that_vanishes_raises_an_alarm_until_it_is_back(begin):
    custody = begin()
    custody.add()
    selector = custody.active()
    name, subject = custody.name(selector), f"{DOMAIN}/{selector}"
    value, = custody.server.txt(name)
    custody.server.update(DOMAIN, ("delete", name))
    look(custody, selector)
    custody.wait_event(f"event=alarm.raised alarm=record.lost subject={subject}")
    assert ("record.lost", subject) in custody.alarms()
    assert custody.keys()[selector]["state"] == "ACTIVE", "it signs on: nothing better is known"
    custody.server.update(DOMAIN, ("add", name, value))
    look(custody, selector)
    custody.wait_event(f"event=alarm.cleared alarm=record.lost subject={subject}")
    assert not custody.alarms()


def test_the_standby_takes_over_from_a_key_whose_record_vanished(begin):
    custody = begin(on_record_lost="switch", watch_interval="3s")
    custody.add()
    custody.wait_standbys()
    selector = custody.active()
    custody.server.update(DOMAIN, ("delete", custody.name(selector)))
    look(custody, selector)
    custody.wait("switch", seconds=60)
    assert custody.active() != selector
    assert set(custody.verdicts(custody.sign()).values()) == {True}


def test_somebody_elses_record_is_left_alone(begin):
    custody = begin(watch_interval="1h")
    custody.add()
    custody.wait("prove", count=4)
    selector, other = custody.active("ed25519-sha256"), custody.active("rsa-sha256")
    theirs = "v=DKIM1; k=ed25519; p=" + 43 * "A" + "="
    name = custody.name(selector)
    custody.server.update(DOMAIN, ("delete", name), ("add", name, theirs))
    custody.keeper.run("rotate", DOMAIN, "--no-wait")
    custody.wait_event(f"event=alarm.raised alarm=record.changed subject={DOMAIN}/{selector}")
    custody.wait("destroy", other)
    assert custody.server.txt(custody.name(selector)) == [theirs]


def test_a_removed_domain_goes_with_its_last_key(begin):
    custody = begin()
    custody.add()
    custody.wait("prove", count=4)
    custody.keeper.run("domain", "remove", DOMAIN)
    custody.wait("drop_domain")
    assert custody.keeper.json("domain", "list")["domains"] == []
    assert custody.server.key_records() == {}
    assert custody.private_keys() == 0
