"""Who may call what: every RPC by every kind of caller."""

import api
import pytest
from access_table import COLUMNS, DOMAIN, HANDSHAKE, REFUSED, Callers
from access_table import call, generated, methods, print_table
from keeper import Keeper

DENIED = dict.fromkeys(REFUSED, "PERMISSION_DENIED")
# A list shows what the caller may see, and refuses nobody.
NOTHING = dict.fromkeys(REFUSED, "OK, nothing")
# Who has some right in the domain, or somewhere, sees that part.
SOME_OF_DOMAIN = {**DENIED, "other_sender": "OK"}
SOME = {**NOTHING, "other_domain": "OK", "other_sender": "OK"}
# Who administers anything may ask for what is not there.
UNKNOWN = {**DENIED, "other_domain": "NOT_FOUND", "other_sender": "NOT_FOUND"}
NOBODY = "uri:spiffe://example.test/nobody"
SIGN = dict(identity=NOBODY, verb="VERB_SIGN", domain=DOMAIN)


def key(which="active"):
    return lambda selectors: dict(domain=DOMAIN, selector=selectors[which])


def fields(**fixed):
    return lambda selectors: fixed


def digest(selectors):
    return dict(domain=DOMAIN, selector=selectors["active"], algorithm="ALGORITHM_RSA_SHA256",
                digest=bytes(32))


def headers(selectors):
    signature = (f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={DOMAIN}; s={selectors['active']}; "
                 f"h=from; bh={'A' * 43}=; b=")
    block = f"from:ann@{DOMAIN}\r\ndkim-signature:{signature}"
    return dict(domain=DOMAIN, selector=selectors["active"], algorithm="ALGORITHM_RSA_SHA256",
                header_block=block.encode())


# By RPC: its request, what callers get who have no right to it, what those get who have.
ROWS = {
    "Access.WhoAmI": (fields(), dict.fromkeys(REFUSED, "OK"), "OK"),
    "Access.AddGrant": (fields(grant=SIGN), DENIED, "OK"),
    "Access.RemoveGrant": (fields(grant=SIGN), DENIED, "OK"),
    "Access.ListGrants": (fields(domain=DOMAIN), {**NOTHING, "other_sender": "OK"}, "OK"),
    "Access.ExplainGrant": (fields(**SIGN), DENIED, "OK"),
    "Access.AddGroupMembers": (fields(group="group:g", members=[NOBODY]), DENIED, "OK"),
    "Access.RemoveGroupMembers": (fields(group="group:g"), DENIED, "OK"),
    "Access.ListGroups": (fields(), DENIED, "OK, nothing"),
    "Approvals.ListApprovals": (fields(), NOTHING, "OK, nothing"),
    "Approvals.GetApproval": (fields(id="none"), UNKNOWN, "NOT_FOUND"),
    "Approvals.ApproveRequest": (fields(id="none"), UNKNOWN, "NOT_FOUND"),
    "Approvals.RefuseRequest": (fields(id="none"), UNKNOWN, "NOT_FOUND"),
    "Approvals.GetRule": (fields(), DENIED, "OK"),
    "Approvals.SetRule": (fields(), DENIED, "OK"),
    "Dns.CheckRecord": (key(), DENIED, "OK"),
    "Dns.GetCheck": (key(), DENIED, "OK"),
    "Domains.AddDomain": (fields(domain="new.test"), DENIED, "OK"),
    "Domains.GetDomain": (fields(domain=DOMAIN), SOME_OF_DOMAIN, "OK"),
    "Domains.ListDomains": (fields(), SOME, "OK"),
    "Domains.RemoveDomain": (fields(domain="gone.test"), DENIED, "OK"),
    "Domains.AddSender": (fields(domain=DOMAIN, sender="new"), DENIED, "OK"),
    "Domains.RemoveSender": (fields(domain=DOMAIN, sender="new"), DENIED, "OK"),
    "Domains.PlaceDomain": (fields(domain=DOMAIN, token="main"), DENIED, "OK"),
    "Domains.PauseDomain": (fields(domain=DOMAIN), DENIED, "OK"),
    "Domains.ResumeDomain": (fields(domain=DOMAIN), DENIED, "OK"),
    "Domains.GetPolicy": (fields(domain=DOMAIN), DENIED, "OK"),
    "Domains.SetPolicy": (fields(domain=DOMAIN, set=[dict(name="drain", value="2d")]), DENIED,
                          "OK"),
    "Domains.PreviewPolicy": (fields(domain=DOMAIN), DENIED, "OK"),
    "Keys.GenerateKey": (fields(domain=DOMAIN, algorithm="ALGORITHM_RSA_SHA256"), DENIED, "OK"),
    "Keys.AdoptKey": (fields(domain=DOMAIN, selector="a", token_key_id="01"), DENIED, "NOT_FOUND"),
    "Keys.ActivateKey": (key(), DENIED, "FAILED_PRECONDITION"),
    "Keys.RetireKey": (key(), DENIED, "FAILED_PRECONDITION"),
    "Keys.RevokeKey": (key("spare"), DENIED, "OK"),
    "Keys.DestroyKey": (key(), DENIED, "FAILED_PRECONDITION"),
    "Keys.GetKey": (key(), DENIED, "OK"),
    "Keys.ListKeys": (fields(), NOTHING, "OK"),
    "Rotation.RotateKeys": (fields(domain=DOMAIN), DENIED, "OK"),
    "Rotation.ListSteps": (fields(), SOME, "OK"),
    "Signing.ListSigningKeys": (fields(domain=DOMAIN), {**DENIED, "other_sender": "OK, nothing"},
                                "OK"),
    "Signing.WatchSigningKeys": (fields(), NOTHING, "OK"),
    "Signing.SignDigest": (digest, DENIED, "OK"),
    "Signing.SignHeaders": (headers, DENIED, "OK"),
    # Each item has a code of its own.
    "Signing.SignDigests": (lambda selectors: dict(items=[digest(selectors)]),
                            dict.fromkeys(REFUSED, "OK"), "OK"),
    "Signing.AcknowledgeKeys": (fields(generation=1), {**DENIED, "other_domain": "OK",
                                                       "other_sender": "OK"}, "OK"),
    "Status.GetStatus": (fields(), DENIED, "OK"),
    "Status.ListCheckpoints": (fields(), DENIED, "OK"),
    "Status.GetActivity": (fields(), DENIED, "OK"),
    "Tokens.ListTokens": (fields(), DENIED, "OK"),
    "Tokens.GetToken": (fields(token="main"), DENIED, "OK"),
    "Tokens.AttestToken": (fields(token="main"), DENIED, "OK"),
    "Tokens.LogInToken": (fields(token="main"), DENIED, "OK"),
    "Tokens.CompromiseToken": (fields(token="none"), DENIED, "NOT_FOUND"),
    "Tokens.ConfirmBackup": (fields(token="main"), DENIED, "OK"),
}


@pytest.fixture(scope="module")
def callers(tmp_path_factory):
    keeper = Keeper(tmp_path_factory.mktemp("keeper")).with_revocation().start()
    yield Callers(keeper, tmp_path_factory.mktemp("callers"))
    assert keeper.stop() == 0, keeper.log.read_text()


def test_every_rpc_has_a_row():
    files, known = generated()
    assert files == known, "tests/e2e/CMakeLists.txt lists the .proto files"
    assert set(methods()) == set(ROWS), "say in ROWS who may call the new RPC"


def test_each_caller_gets_the_code_of_its_right(callers):
    table = {}
    # The right grant last: what it changes, the others no longer find.
    for column in COLUMNS:
        with callers.channel(column) as channel:
            for name, method in methods().items():
                request = ROWS[name][0](callers.selectors)
                table.setdefault(name, {})[column] = call(channel, method, request)
    print_table(table)
    expected = {name: {**dict.fromkeys(HANDSHAKE, "UNAVAILABLE"), "revoked": "UNAUTHENTICATED", **refused,
                       "right_grant": right}
                for name, (_, refused, right) in ROWS.items()}
    wrong = [(name, column, cells[column], expected[name][column])
             for name, cells in table.items() for column in COLUMNS
             if cells[column] != expected[name][column]]
    assert not wrong, f"(RPC, caller, got, expected): {wrong}"


def test_each_item_of_a_batch_is_refused(callers):
    request = api.signing_pb2.SignDigestsRequest(items=[digest(callers.selectors)])
    for column in REFUSED:
        with callers.channel(column) as channel:
            answer = api.signing_pb2_grpc.SigningStub(channel).SignDigests(request, timeout=10)
            assert [one.detail.reason for one in answer.results] == ["NO_GRANT"], column
