"""The gRPC API from Python: a channel with a client certificate, and the generated stubs."""

import grpc
from dkimkeeper.v1 import access_pb2, access_pb2_grpc, common_pb2, domains_pb2  # noqa: F401
from dkimkeeper.v1 import domains_pb2_grpc, keys_pb2, keys_pb2_grpc, signing_pb2  # noqa: F401
from dkimkeeper.v1 import signing_pb2_grpc, status_pb2, status_pb2_grpc  # noqa: F401
from dkimkeeper.v1 import tokens_pb2, tokens_pb2_grpc  # noqa: F401
from dkimkeeper.v1 import dns_pb2, dns_pb2_grpc, rotation_pb2, rotation_pb2_grpc  # noqa: F401


def channel(keeper, who="sender", ca="ca", folder=None):
    """A channel to `keeper` as `who`; nobody for None."""
    tls = folder or keeper.folder / "tls"
    chain = (tls / f"{who}.pem").read_bytes() if who else None
    key = (tls / f"{who}.key").read_bytes() if who else None
    credentials = grpc.ssl_channel_credentials(
        (keeper.folder / "tls" / f"{ca}.pem").read_bytes(), key, chain)
    return grpc.secure_channel(f"localhost:{keeper.port}", credentials)


def detail(error):
    """The ErrorDetail of a failed call."""
    for name, value in error.trailing_metadata() or ():
        if name == "grpc-status-details-bin":
            return common_pb2.ErrorDetail.FromString(value)
    return None


def refusal(call, request, timeout=10):
    """(code name, reason) of a call that must fail."""
    try:
        call(request, timeout=timeout)
    except grpc.RpcError as error:
        found = detail(error)
        return error.code().name, found.reason if found else None
    raise AssertionError("the call was not refused")
