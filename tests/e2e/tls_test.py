"""Who gets as far as a call: TLS versions, certificates, and their reload without a restart."""

import shutil
import socket
import ssl
import subprocess

import api
import grpc
import pytest
from authority import Authority


@pytest.fixture(scope="module")
def whoami(keeper):
    def call(who, **options):
        with api.channel(keeper, who, **options) as channel:
            stub = api.access_pb2_grpc.AccessStub(channel)
            return stub.WhoAmI(api.access_pb2.WhoAmIRequest(), timeout=10).identity
    return call


def s_client(keeper, *options):
    tls = keeper.folder / "tls"
    finished = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{keeper.port}", "-CAfile", f"{tls}/ca.pem",
         "-alpn", "h2", *options], stdin=subprocess.DEVNULL, capture_output=True, timeout=30,
        check=False)
    return (finished.stdout + finished.stderr).decode(errors="replace")


def with_certificate(keeper, who="sender"):
    tls = keeper.folder / "tls"
    return ["-cert", f"{tls}/{who}.pem", "-key", f"{tls}/{who}.key"]


def refused(call, *arguments, **options):
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments, **options)
    return caught.value.code()


def test_tls_1_3_is_spoken(keeper):
    assert "TLSv1.3" in s_client(keeper, "-tls1_3", *with_certificate(keeper))


def test_tls_1_2_is_refused(keeper):
    answer = s_client(keeper, "-tls1_2", *with_certificate(keeper))
    assert "Cipher is (NONE)" in answer and "no peer certificate available" in answer


def connect(keeper):
    """A TLS connection that has got the server's first HTTP/2 frame, and so its session tickets."""
    tls = keeper.folder / "tls"
    context = ssl.create_default_context(cafile=str(tls / "ca.pem"))
    context.load_cert_chain(tls / "sender.pem", tls / "sender.key")
    context.set_alpn_protocols(["h2"])
    raw = socket.create_connection(("127.0.0.1", keeper.port), timeout=10)
    wrapped = context.wrap_socket(raw, server_hostname="localhost")
    wrapped.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
    assert wrapped.recv(9)
    return wrapped


def test_no_session_ticket_is_given(keeper):
    with connect(keeper) as connection:
        assert not connection.session.has_ticket


def test_a_certificate_is_an_identity(whoami):
    assert whoami("sender") == "uri:spiffe://example.test/sender"


def test_no_certificate_is_refused(whoami):
    assert refused(whoami, None) == grpc.StatusCode.UNAVAILABLE


def test_a_foreign_authority_is_refused(keeper, whoami, tmp_path):
    foreign = Authority(tmp_path / "foreign", "somebody else")
    foreign.issue("sender", uri=["spiffe://example.test/sender"])
    assert refused(whoami, "sender", folder=tmp_path / "foreign") == grpc.StatusCode.UNAVAILABLE


def test_an_expired_certificate_is_refused(keeper, whoami):
    keeper.authority.issue("expired", uri=["spiffe://example.test/sender"], days=-1)
    assert refused(whoami, "expired") == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("name, names, expected", [
    ("dns", dict(dns=["mx.example.test"]), "dns:mx.example.test"),
    ("uri before dns", dict(uri=["urn:x"], dns=["mx.example.test"]), "uri:urn:x"),
    ("two uris", dict(uri=["urn:x", "urn:y"]), None),
    ("two dns", dict(dns=["a.test", "b.test"]), None),
    ("wildcard", dict(dns=["*.example.test"]), None),
    ("nothing", dict(), None),
])
def test_identity_is_exactly_one_name(keeper, whoami, name, names, expected):
    file = name.replace(" ", "-")
    keeper.authority.issue(file, **names)
    if expected:
        assert whoami(file) == expected
    else:
        assert refused(whoami, file) == grpc.StatusCode.UNAUTHENTICATED


def served_serial(keeper):
    """The serial number of the certificate that a new connection is shown."""
    with connect(keeper) as connection:
        return int(connection.getpeercert()["serialNumber"], 16)


def test_a_replaced_certificate_is_the_one_that_is_served(keeper):
    before = served_serial(keeper)
    new = keeper.authority.issue("server", dns=["localhost"], ip=["127.0.0.1"], server=True)
    assert new.serial_number != before
    # gRPC looks at the files once a second; each turn here is a new connection.
    assert any(served_serial(keeper) == new.serial_number for _ in range(5000))


def test_a_half_written_certificate_locks_nobody_out(keeper, whoami):
    tls = keeper.folder / "tls"
    serial = served_serial(keeper)
    good = (tls / "server.pem").read_bytes()
    (tls / "server.pem").write_bytes(good[: len(good) // 2])
    assert keeper.logged("alarm.raised.*tls.refused")
    assert served_serial(keeper) == serial and whoami("sender")
    (tls / "server.pem").write_bytes(good)
    assert keeper.logged("alarm.cleared.*tls.refused")


def test_a_key_that_does_not_match_locks_nobody_out(keeper, whoami):
    tls = keeper.folder / "tls"
    keep = (tls / "server.key").read_bytes()
    shutil.copy(tls / "sender.key", tls / "server.key")
    assert keeper.logged("alarm.raised.*tls.refused.*key")
    assert whoami("sender")
    (tls / "server.key").write_bytes(keep)


def test_tls_1_2_is_spoken_only_when_configured(keeper):
    keeper.stop()
    tls = keeper.folder / "tls"
    keeper.write_config(tls=f'certificate = "{tls}/server.pem"\nkey = "{tls}/server.key"\n'
                            f'client_ca = "{tls}/ca.pem"\nallow_tls12 = true')
    keeper.start()
    assert "TLSv1.2" in s_client(keeper, "-tls1_2", *with_certificate(keeper))


def test_start_up_refuses_without_a_usable_certificate(keeper):
    keeper.stop()
    tls = keeper.folder / "tls"
    (tls / "server.pem").rename(tls / "away.pem")
    finished = keeper.run_to_end("--config", str(keeper.config))
    (tls / "away.pem").rename(tls / "server.pem")
    assert finished.returncode == 1 and "BAD_CERTIFICATE" in finished.stderr
    assert "server.pem" in finished.stderr
    keeper.start()
