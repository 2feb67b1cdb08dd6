"""Keys rotate themselves: the real daemon, a real name server, a verifier that others wrote."""

import pytest
from keeper import SENDER, Keeper, verify
from nameserver import NameServer

DOMAIN = "example.test"
# Short times, by configuration.
POLICY = """mode = "auto"
publisher = "ns"
record_ttl = "1s"
handover_window = "3s"
drain = "8s"
revoked_retention = "2s"
watch_interval = "1s"
"""
MAIL = (b"From: Ann <ann@example.test>\r\nTo: bob@example.net\r\nSubject: hello\r\n"
        b"Date: Wed, 25 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@example.test>\r\n\r\nhi\r\n")


@pytest.fixture(scope="module", params=["knot", "bind"])
def house(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    server = NameServer(folder / "ns", [DOMAIN, "hand.test"], kind=request.param).start()
    (folder / "keeper").mkdir()
    keeper = Keeper(folder / "keeper")
    keeper.write_config(policy=POLICY, extra=server.authorities + server.publisher)
    keeper.start()
    keeper.grant_operator()
    yield keeper, server
    assert keeper.stop() == 0, keeper.log.read_text()
    server.stop()


def happened(keeper, act, selector="", domain=DOMAIN):
    """Waits until the executor has taken a step."""
    pattern = f"event=rotation.{act} .*domain={domain} .*selector=\"?{selector}.*result=ok"
    assert keeper.logged(pattern, seconds=60), keeper.log.read_text()


def keys(keeper, domain=DOMAIN):
    return {key["selector"]: key for key in keeper.json("key", "list", domain)["keys"]}


def active(keeper, domain=DOMAIN):
    (selector,) = [s for s, key in keys(keeper, domain).items() if key["state"] == "ACTIVE"]
    return selector


def record_name(selector, domain=DOMAIN):
    return f"{selector}._domainkey.{domain}"


def signed(keeper, name):
    path = keeper.folder / name
    path.write_bytes(keeper.run("sign", "--domain", DOMAIN, who="sender", stdin=MAIL).stdout)
    return path


def assert_valid(keeper, server, path, selector):
    """By the record as the name server shows it now."""
    (value,) = server.txt(record_name(selector))
    records = keeper.folder / "records"
    records.write_text(f"{record_name(selector)} {value}\n")
    code, verdicts = verify("dkimpy_verify.py", path, records)
    assert code == 0, verdicts


def test_a_rotation_from_the_first_key_to_its_end(house):
    keeper, server = house
    keeper.run("domain", "add", DOMAIN)
    keeper.run("grant", "add", SENDER, "sign", DOMAIN)
    happened(keeper, "activate")
    first = active(keeper)
    assert "p=" in server.txt(record_name(first))[0]
    before = signed(keeper, "before.eml")
    assert_valid(keeper, server, before, first)

    keeper.run("rotate", DOMAIN, "--wait")
    second = active(keeper)
    assert second != first
    after = signed(keeper, "after.eml")
    assert_valid(keeper, server, after, second)
    assert_valid(keeper, server, before, first)  # in transit: its record stays for the drain time

    happened(keeper, "prove_withdrawn", first)
    happened(keeper, "destroy", first)
    assert server.txt(record_name(first)) == []
    assert keys(keeper)[first]["state"] == "DESTROYED"
    assert_valid(keeper, server, after, second)


def test_a_compromised_key_stops_and_its_standby_signs_at_once(house):
    keeper, server = house
    lost = active(keeper)
    standby = next(s for s, key in keys(keeper).items() if key["state"] in ("PENDING", "PUBLISHED"))
    happened(keeper, "prove", standby)
    keeper.run("rotate", DOMAIN, "--compromised", "--no-wait")
    assert keys(keeper)[lost]["state"] == "REVOKED"
    path = signed(keeper, "emergency.eml")
    assert lost.encode() not in path.read_bytes()
    happened(keeper, "prove_withdrawn", lost)


def test_a_record_published_by_hand_is_found_and_proven(house):
    keeper, server = house
    keeper.run("domain", "add", "hand.test")
    keeper.run("policy", "set", "hand.test", "publisher=manual")
    happened(keeper, "publish", domain="hand.test")
    (key,) = [k for k in keys(keeper, "hand.test").values() if k["state"] == "PENDING"][:1]
    if not server.txt(key["record_name"]):
        server.update("hand.test", ("add", key["record_name"], key["record_value"]))
    keeper.run("dns", "check", "hand.test", key["selector"])
    happened(keeper, "activate", key["selector"], domain="hand.test")


def test_a_domain_that_is_removed_goes_with_its_last_key(house):
    keeper, server = house
    keeper.run("domain", "remove", DOMAIN)
    happened(keeper, "drop_domain")
    assert DOMAIN not in [d["domain"] for d in keeper.json("domain", "list")["domains"]]
    assert all(key["state"] == "DESTROYED" for key in keys(keeper).values())
