"""Agents say which keys their host signs with: the old key ends early, or one of them is an alarm."""

import time

import api
import pytest
from agent import Agent
from keeper import SENDER

PATIENT = "example.com"   # hands over for two days
HASTY = "example.net"     # for seconds
ALARM = ("agent.behind", SENDER)
MINUTE = 60_000


@pytest.fixture(name="agent", scope="module")
def agent_that_keeps_tables(keeper, tmp_path_factory):
    keeper.grant_operator()
    for domain, window in ((PATIENT, "2d"), (HASTY, "1s")):
        keeper.run("domain", "add", domain)
        keeper.run("grant", "add", SENDER, "sign", domain)
        keeper.run("policy", "set", domain, "mode=auto", "standby=false",
                   f"handover_window={window}")
        keeper.add_key(domain, "rsa-sha256", "--selector", "first")
    folder = tmp_path_factory.mktemp("agent")
    (folder / "references").mkdir()
    agent = Agent(folder, keeper, milter=f'socket = "{folder}/milter.sock"',
                  opendkim=f'key_table = "{folder}/KeyTable"\n'
                           f'signing_table = "{folder}/SigningTable"\n'
                           f'references = "{folder}/references"\n'
                           'reload_command = ["/bin/true"]').start()
    assert agent.logged("event=keys.acknowledged"), agent.log.read_text()
    yield agent
    agent.stop()


def awaited(look):
    """What `look` answers once that is something."""
    give_up = time.monotonic() + 60
    while not (seen := look()):
        assert time.monotonic() < give_up, look
    return seen


def key(keeper, domain, selector):
    return keeper.json("key", "show", domain, selector)


def alarms(keeper):
    return {(one["name"], one["subject"]) for one in keeper.json("status")["alarms"]}


def test_the_old_key_ends_early_once_the_agent_has_the_new_one(keeper, agent):
    keeper.add_key(PATIENT, "rsa-sha256", "--selector", "second")
    assert keeper.logged(r"event=rotation.shorten_hand-over .*selector=first"), keeper.log.read_text()
    assert f"{PATIENT}:second:" in (agent.folder / "KeyTable").read_text()
    old = key(keeper, PATIENT, "first")
    assert int(old["signs_until_ms"]) - int(old["retired_at_ms"]) < 10 * MINUTE
    assert ALARM not in alarms(keeper)


def test_an_agent_that_is_away_holds_up_the_window_and_is_an_alarm_at_its_end(keeper, agent):
    agent.stop()
    keeper.add_key(PATIENT, "rsa-sha256", "--selector", "third")
    keeper.add_key(HASTY, "rsa-sha256", "--selector", "second")
    awaited(lambda: ALARM in alarms(keeper))
    assert awaited(lambda: key(keeper, HASTY, "first").get("stopped_at_ms")), "nobody waits for it"
    assert SENDER in keeper.run("next", PATIENT).stdout.decode()
    agent.start()
    awaited(lambda: ALARM not in alarms(keeper))
    assert keeper.logged(r"event=rotation.shorten_hand-over .*selector=second"), keeper.log.read_text()


def refused(keeper, who, generation):
    with api.channel(keeper, who) as channel:
        signing = api.signing_pb2_grpc.SigningStub(channel)
        request = api.signing_pb2.AcknowledgeKeysRequest(generation=generation)
        return api.refusal(signing.AcknowledgeKeys, request)


def test_who_may_sign_nothing_has_nothing_to_acknowledge(keeper, agent):
    assert refused(keeper, "operator", 1) == ("PERMISSION_DENIED", "NO_GRANT")


def test_a_list_that_nobody_sent_cannot_be_acknowledged(keeper, agent):
    assert refused(keeper, "sender", 1_000_000) == ("INVALID_ARGUMENT", "BAD_OPTION")
