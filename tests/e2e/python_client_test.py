"""Anyone can sign from the proto alone: a client in Python, and what the API promises it."""

import base64
import hashlib
import threading

import api
import grpc
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, utils
from keeper import OPERATOR, SENDER

DIGEST = hashlib.sha256(b"headers").digest()
RSA = api.common_pb2.ALGORITHM_RSA_SHA256
ED25519 = api.common_pb2.ALGORITHM_ED25519_SHA256


@pytest.fixture(scope="module")
def selectors(keeper):
    return keeper.add_domain("example.test", algorithms=("rsa-sha256", "ed25519-sha256"))


@pytest.fixture(scope="module")
def signing(keeper, selectors):
    with api.channel(keeper) as channel:
        yield api.signing_pb2_grpc.SigningStub(channel)


def request(selectors, **replace):
    fields = dict(domain="example.test", selector=selectors["rsa-sha256"], algorithm=RSA,
                  digest=DIGEST)
    fields.update(replace)
    return api.signing_pb2.SignDigestRequest(**fields)


def public_key(keeper, selector):
    with api.channel(keeper, "operator") as channel:
        keys = api.keys_pb2_grpc.KeysStub(channel)
        return keys.GetKey(api.keys_pb2.GetKeyRequest(domain="example.test",
                                                      selector=selector)).public_key


def test_rsa_signature_verifies(keeper, signing, selectors):
    signature = signing.SignDigest(request(selectors)).signature
    key = serialization.load_der_public_key(public_key(keeper, selectors["rsa-sha256"]))
    key.verify(signature, DIGEST, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))


def test_ed25519_signature_verifies(keeper, signing, selectors):
    selector = selectors["ed25519-sha256"]
    signature = signing.SignDigest(
        request(selectors, selector=selector, algorithm=ED25519)).signature
    ed25519.Ed25519PublicKey.from_public_bytes(public_key(keeper, selector)).verify(
        signature, DIGEST)


def test_signing_is_idempotent(signing, selectors):
    assert signing.SignDigest(request(selectors)) == signing.SignDigest(request(selectors))


def test_batch_answers_each_item_on_its_own(signing, selectors):
    items = [request(selectors), request(selectors, digest=b"short"),
             request(selectors, selector="nosuch"), request(selectors)]
    results = signing.SignDigests(api.signing_pb2.SignDigestsRequest(items=items)).results
    assert [r.detail.reason for r in results] == ["", "BAD_DIGEST", "KEY_UNKNOWN", ""]
    assert results[0].signature == results[3].signature != b""
    assert results[1].code == grpc.StatusCode.INVALID_ARGUMENT.value[0]


@pytest.mark.parametrize("count", [0, 65])
def test_batch_bounds(signing, selectors, count):
    batch = api.signing_pb2.SignDigestsRequest(items=[request(selectors)] * count)
    assert api.refusal(signing.SignDigests, batch) == ("INVALID_ARGUMENT", "BAD_BATCH")


@pytest.mark.parametrize("replace, expected", [
    (dict(digest=b""), ("INVALID_ARGUMENT", "BAD_DIGEST")),
    (dict(digest=DIGEST + b"x"), ("INVALID_ARGUMENT", "BAD_DIGEST")),
    (dict(domain="no_domain"), ("INVALID_ARGUMENT", "BAD_DOMAIN")),
    (dict(domain=""), ("INVALID_ARGUMENT", "BAD_DOMAIN")),
    (dict(selector="-x"), ("INVALID_ARGUMENT", "BAD_SELECTOR")),
    (dict(selector=""), ("INVALID_ARGUMENT", "BAD_SELECTOR")),
    (dict(algorithm=0), ("INVALID_ARGUMENT", "BAD_ALGORITHM")),
    (dict(algorithm=ED25519), ("INVALID_ARGUMENT", "BAD_ALGORITHM")),
    (dict(note="x" * 129), ("INVALID_ARGUMENT", "BAD_NOTE")),
    (dict(note="line\nbreak"), ("INVALID_ARGUMENT", "BAD_NOTE")),
    (dict(sender="UPPER_"), ("INVALID_ARGUMENT", "BAD_SENDER")),
    (dict(selector="nosuch"), ("NOT_FOUND", "KEY_UNKNOWN")),
    (dict(domain="other.test"), ("PERMISSION_DENIED", "NO_GRANT")),
    (dict(domain="sub.example.test"), ("PERMISSION_DENIED", "NO_GRANT")),
    (dict(sender="newsletter"), ("PERMISSION_DENIED", "NO_GRANT")),
])
def test_bad_requests_get_their_reason(signing, selectors, replace, expected):
    assert api.refusal(signing.SignDigest, request(selectors, **replace)) == expected


def test_who_may_not_sign_is_told_so(keeper, selectors):
    with api.channel(keeper, "operator") as channel:
        stub = api.signing_pb2_grpc.SigningStub(channel)
        assert api.refusal(stub.SignDigest, request(selectors)) == ("PERMISSION_DENIED", "NO_GRANT")


def test_a_note_is_recorded_as_claimed_and_only_in_the_audit_log(keeper, signing, selectors):
    signing.SignDigest(request(selectors, note="queue 4XyZ user joe"))
    record = keeper.audited(act="sign", claimed="queue 4XyZ user joe")
    assert record["digest"] == DIGEST and record["result"] == "ok"
    assert DIGEST.hex() not in keeper.log.read_text()


def test_list_names_what_the_caller_may_sign_with(keeper, selectors):
    with api.channel(keeper) as channel:
        stub = api.signing_pb2_grpc.SigningStub(channel)
        answer = stub.ListSigningKeys(api.signing_pb2.ListSigningKeysRequest())
    assert {k.selector for k in answer.keys} == set(selectors.values())
    assert {k.domain for k in answer.keys} == {"example.test"} and answer.generation > 0
    assert {k.public_key for k in answer.keys} == {b""}, "a list of all domains is short"


def test_list_of_one_domain_has_the_public_keys(keeper, selectors):
    with api.channel(keeper) as channel:
        stub = api.signing_pb2_grpc.SigningStub(channel)
        answer = stub.ListSigningKeys(api.signing_pb2.ListSigningKeysRequest(domain="example.test"))
    records = keeper.records().read_text()
    assert {k.selector for k in answer.keys} == set(selectors.values())
    assert all(base64.b64encode(k.public_key).decode() in records for k in answer.keys)


def test_watch_sends_each_change_and_resumes(keeper, selectors):
    with api.channel(keeper) as channel:
        stub = api.signing_pb2_grpc.SigningStub(channel)
        watch = stub.WatchSigningKeys(api.signing_pb2.WatchSigningKeysRequest(), timeout=60)
        first = next(watch)
        old = selectors["rsa-sha256"]
        new = keeper.add_key("example.test")
        following = next(watch)
        while new not in {k.selector for k in following.keys}:
            following = next(watch)
        assert following.generation > first.generation
        by_selector = {k.selector: k for k in following.keys}
        assert by_selector[new].signs_until_ms == 0 < by_selector[old].signs_until_ms
        watch.cancel()
        selectors["rsa-sha256"] = new

        # A watch that has this generation hears nothing until the next change.
        resumed = stub.WatchSigningKeys(api.signing_pb2.WatchSigningKeysRequest(
            after_generation=following.generation), timeout=60)
        heard = []
        reader = threading.Thread(target=lambda: heard.append(next(resumed)))
        reader.start()
        newest = keeper.add_key("example.test")
        reader.join()
        resumed.cancel()
        assert newest in {k.selector for k in heard[0].keys} or \
            heard[0].generation > following.generation
        selectors["rsa-sha256"] = newest


def test_mutations_are_bound_to_their_request_id(keeper, selectors):
    with api.channel(keeper, "operator") as channel:
        domains = api.domains_pb2_grpc.DomainsStub(channel)
        add = api.domains_pb2.AddDomainRequest(request_id="once", domain="twice.test")
        assert domains.AddDomain(add) == domains.AddDomain(add)
        add.domain = "other.test"
        assert api.refusal(domains.AddDomain, add) == ("INVALID_ARGUMENT", "REQUEST_ID_REUSED")
        add.request_id = ""
        assert api.refusal(domains.AddDomain, add) == ("INVALID_ARGUMENT", "BAD_REQUEST_ID")
        again = api.domains_pb2.AddDomainRequest(request_id="new", domain="twice.test")
        assert api.refusal(domains.AddDomain, again) == ("ALREADY_EXISTS", "DOMAIN_EXISTS")


def test_a_repeated_generate_makes_one_key(keeper, selectors):
    with api.channel(keeper, "operator") as channel:
        keys = api.keys_pb2_grpc.KeysStub(channel)
        generate = api.keys_pb2.GenerateKeyRequest(request_id="make one", domain="example.test")
        assert api.refusal(keys.GenerateKey, generate) == ("INVALID_ARGUMENT", "BAD_REQUEST_ID")
        generate.request_id = "make-one"
        assert keys.GenerateKey(generate).selector == keys.GenerateKey(generate).selector


def test_lists_come_in_pages(keeper, selectors):
    with api.channel(keeper, "operator") as channel:
        domains = api.domains_pb2_grpc.DomainsStub(channel)
        for i in range(5):
            domains.AddDomain(api.domains_pb2.AddDomainRequest(request_id=f"p{i}",
                                                               domain=f"p{i}.test"))
        seen, token = [], ""
        while True:
            page = domains.ListDomains(api.domains_pb2.ListDomainsRequest(page_size=2,
                                                                          page_token=token))
            assert len(page.domains) <= 2
            seen += [d.domain for d in page.domains]
            token = page.next_page_token
            if not token:
                break
        assert seen == sorted(set(seen)) and len(seen) >= 6


def test_whoami_and_grants(keeper, selectors):
    with api.channel(keeper) as channel:
        access = api.access_pb2_grpc.AccessStub(channel)
        me = access.WhoAmI(api.access_pb2.WhoAmIRequest())
        assert me.identity == SENDER and [g.domain for g in me.grants] == ["example.test"]
        grant = api.access_pb2.AddGrantRequest(request_id="g", grant=api.access_pb2.Grant(
            identity=SENDER, verb=api.access_pb2.VERB_ADMINISTER, domain="*"))
        assert api.refusal(access.AddGrant, grant) == ("PERMISSION_DENIED", "NO_GRANT")
        status = api.status_pb2_grpc.StatusStub(channel)
        assert api.refusal(status.GetStatus, api.status_pb2.GetStatusRequest()) == (
            "PERMISSION_DENIED", "NO_GRANT")
    with api.channel(keeper, "operator") as channel:
        answer = api.status_pb2_grpc.StatusStub(channel).GetStatus(
            api.status_pb2.GetStatusRequest())
        assert answer.isolation == "none" and answer.tokens[0].healthy
        assert answer.keys_by_state["ACTIVE"] >= 2
        listed = api.access_pb2_grpc.AccessStub(channel).ListGrants(
            api.access_pb2.ListGrantsRequest(identity=OPERATOR))
        assert any(g.bootstrap for g in listed.grants)


def test_health_is_offered(keeper, selectors):
    with api.channel(keeper) as channel:
        check = channel.unary_unary("/grpc.health.v1.Health/Check")
        # HealthCheckRequest{service} and HealthCheckResponse{status=SERVING}, on the wire.
        service = b"dkimkeeper.v1.Signing"
        assert check(b"\x0a" + bytes([len(service)]) + service, timeout=10) == b"\x08\x01"
