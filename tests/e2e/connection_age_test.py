"""A connection ends at its age; calls, and watches of keys, go on at the next one."""

import socket
import ssl
import threading
import time

import api
import grpc
import pytest
from agent import Agent
from keeper import SENDER, Keeper

DOMAIN = "age.test"
GOAWAY = 7  # RFC 9113 §6.8


@pytest.fixture(name="keeper", scope="module")
def keeper_of_short_connections(tmp_path_factory):
    keeper = Keeper(tmp_path_factory.mktemp("keeper"))
    keeper.write_config(tls=f'{keeper.tls_section}\nmax_connection_age = "1s"')
    keeper.start()
    keeper.add_domain(DOMAIN)
    yield keeper
    assert keeper.stop() == 0, keeper.log.read_text()


def await_end_of_connection(keeper):
    """Begins a TLS connection that calls nothing, until the server closes it: the frames' types."""
    tls = keeper.folder / "tls"
    context = ssl.create_default_context(cafile=str(tls / "ca.pem"))
    context.load_cert_chain(tls / "sender.pem", tls / "sender.key")
    context.set_alpn_protocols(["h2"])
    raw = socket.create_connection(("127.0.0.1", keeper.port), timeout=60)
    with context.wrap_socket(raw, server_hostname="localhost") as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        received = b""
        while part := connection.recv(4096):
            received += part
    types = []
    while received:
        length = int.from_bytes(received[:3], "big")
        types.append(received[3])
        received = received[9 + length:]
    return types


def test_a_connection_ends_and_is_told_so(keeper):
    assert GOAWAY in await_end_of_connection(keeper)


def test_calls_go_on_at_the_next_connection(keeper):
    connected = threading.Semaphore(0)
    give_up = time.monotonic() + 60
    with api.channel(keeper, "sender") as channel:
        channel.subscribe(lambda state: state is grpc.ChannelConnectivity.READY
                          and connected.release())
        stub = api.access_pb2_grpc.AccessStub(channel)
        for _ in range(3):
            while not connected.acquire(blocking=False):
                who = stub.WhoAmI(api.access_pb2.WhoAmIRequest(), timeout=10)
                assert who.identity == SENDER
                assert time.monotonic() < give_up


def test_a_watch_loses_nothing(keeper, tmp_path):
    agent = Agent(tmp_path, keeper).start()
    try:
        for number in range(3):
            for _ in range(3):  # its connections end, too
                await_end_of_connection(keeper)
            selector = keeper.add_key(DOMAIN, "rsa-sha256", "--selector", f"next{number}")
            give_up = time.monotonic() + 60
            while selector not in agent.keys_file.read_text(encoding="utf-8"):
                assert time.monotonic() < give_up, agent.log.read_text(encoding="utf-8")
    finally:
        agent.stop()
