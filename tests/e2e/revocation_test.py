"""Certificates that are withdrawn while their connections stand; lists that are late, wrong or gone."""

import time

import api
import grpc
import pytest
from authority import Authority
from keeper import Keeper

LIMIT = 30  # s; a second is what is promised, and printed


@pytest.fixture(name="keeper", scope="module")
def keeper_with_lists(tmp_path_factory):
    daemon = Keeper(tmp_path_factory.mktemp("keeper")).with_revocation().start()
    yield daemon
    assert daemon.stop() == 0, daemon.log.read_text()


@pytest.fixture(name="sender")
def sender_with_connection(keeper):
    """A new certificate, and what calls with it answer on one connection: OK or the reason."""
    with Sender(keeper) as sender:
        yield sender


class Sender:
    count = 0

    def __init__(self, keeper):
        Sender.count += 1
        self.name = f"mx{Sender.count}"
        keeper.authority.issue(self.name, uri=[f"spiffe://example.test/{self.name}"])
        self.channel = api.channel(keeper, self.name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()

    def answer(self):
        try:
            stub = api.access_pb2_grpc.AccessStub(self.channel)
            stub.WhoAmI(api.access_pb2.WhoAmIRequest(), timeout=10)
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.UNAUTHENTICATED
            return api.detail(error).reason
        return "OK"

    def becomes(self, wanted):
        """Asks until that is the answer; returns how many seconds it took."""
        begun = time.monotonic()
        while (got := self.answer()) != wanted:
            assert time.monotonic() - begun < LIMIT, f"{got}, not {wanted}"
        return time.monotonic() - begun


def test_an_overwritten_list_counts_on_connections_that_stand(keeper, sender):
    assert sender.answer() == "OK"
    with Sender(keeper) as other:
        assert other.answer() == "OK"
        keeper.authority.revoke(sender.name)
        took = sender.becomes("CERTIFICATE_REVOKED")
        print(f"refused {took:.2f} s after the file was written")
        assert other.answer() == "OK"


def test_a_watch_ends_when_its_certificate_is_revoked(keeper, sender):
    watch = api.signing_pb2_grpc.SigningStub(sender.channel).WatchSigningKeys(
        api.signing_pb2.WatchSigningKeysRequest(), timeout=LIMIT)
    next(watch)
    keeper.authority.revoke(sender.name)
    with pytest.raises(grpc.RpcError) as ended:
        next(watch)
    assert ended.value.code() == grpc.StatusCode.UNAUTHENTICATED
    assert api.detail(ended.value).reason == "CERTIFICATE_REVOKED"
    assert keeper.audited(act=r"Signing\.WatchSigningKeys", result="CERTIFICATE_REVOKED",
                          identity=f"uri:spiffe://example.test/{sender.name}")


def test_a_list_that_is_gone_or_late_refuses_all_and_says_so(keeper, sender):
    (keeper.folder / "tls/ca.crl").unlink()
    sender.becomes("CRL_MISSING")
    assert keeper.logged("event=alarm.raised .*tls.crl_refused")
    keeper.authority.revoke(days=-1)
    assert sender.answer() == "CRL_MISSING"
    keeper.authority.revoke()
    sender.becomes("OK")


def test_a_pinned_identity_needs_its_issuer(tmp_path_factory):
    keeper = Keeper(tmp_path_factory.mktemp("pins"))
    tls = keeper.folder / "tls"
    second = Authority(keeper.folder / "second", "second")
    second.issue("intruder", uri=["spiffe://example.test/sender"])
    (tls / "both.pem").write_bytes((tls / "ca.pem").read_bytes()
                                   + (keeper.folder / "second/ca.pem").read_bytes())
    section = keeper.tls_section.replace("/ca.pem", "/both.pem")
    keeper.write_config(tls=f'{section}\n[[tls.pin]]\nidentity = "uri:spiffe://example.test/*"\n'
                            f'issuer = "{tls}/ca.pem"')
    keeper.start()
    try:
        with api.channel(keeper, "sender") as channel:
            stub = api.access_pb2_grpc.AccessStub(channel)
            stub.WhoAmI(api.access_pb2.WhoAmIRequest(), timeout=10)
        with api.channel(keeper, "intruder", folder=keeper.folder / "second") as channel:
            stub = api.access_pb2_grpc.AccessStub(channel)
            assert api.refusal(stub.WhoAmI, api.access_pb2.WhoAmIRequest()) == (
                "UNAUTHENTICATED", "WRONG_ISSUER")
    finally:
        keeper.stop()
