#!/usr/bin/python3
"""Signs a SHA-256 digest with each key that signs for a domain; needs grpcio and the .proto files only.

    sign_digest.py DOMAIN HEX

Writes a line for each key: selector, algorithm, public key and signature in hexadecimal. Connects as the
command dkimkeeper does: DKIMKEEPER_SERVER (host:port), DKIMKEEPER_CA, DKIMKEEPER_CERT, DKIMKEEPER_KEY.

The modules dkimkeeper.v1.* come from the .proto files (Debian: python3-grpcio, python3-grpc-tools):

    python3 -m grpc_tools.protoc -I proto --python_out=. --grpc_python_out=. proto/dkimkeeper/v1/*.proto
"""

import os
import pathlib
import sys

import grpc
from dkimkeeper.v1 import common_pb2, signing_pb2, signing_pb2_grpc

DEADLINE = 5  # seconds; of each call
NAMES = {common_pb2.ALGORITHM_RSA_SHA256: "rsa-sha256",
         common_pb2.ALGORITHM_ED25519_SHA256: "ed25519-sha256"}


def connect():
    """A channel with a client certificate: one for the life of the program."""
    ca, cert, key = (pathlib.Path(os.environ[f"DKIMKEEPER_{name}"]).read_bytes()
                     for name in ("CA", "CERT", "KEY"))
    return grpc.secure_channel(os.environ["DKIMKEEPER_SERVER"],
                               grpc.ssl_channel_credentials(ca, key, cert))


def reason_of(error):
    """The stable reason of a failed call: "NO_GRANT", "SELECTOR_NOT_ACTIVE"; "" without one."""
    for name, value in error.trailing_metadata() or ():
        if name == "grpc-status-details-bin":
            return common_pb2.ErrorDetail.FromString(value).reason
    return ""


def sign_with_each(signing, domain, digest):
    keys = signing.ListSigningKeys(signing_pb2.ListSigningKeysRequest(domain=domain),
                                   timeout=DEADLINE).keys
    for key in keys:
        signature = signing.SignDigest(signing_pb2.SignDigestRequest(
            domain=key.domain, selector=key.selector, algorithm=key.algorithm, digest=digest,
            note="the example in Python"), timeout=DEADLINE).signature
        print(key.selector, NAMES[key.algorithm], key.public_key.hex(), signature.hex())


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: sign_digest.py DOMAIN HEX   (64 hexadecimal digits: a SHA-256)")
    with connect() as channel:
        try:
            sign_with_each(signing_pb2_grpc.SigningStub(channel), sys.argv[1],
                           bytes.fromhex(sys.argv[2]))
        except grpc.RpcError as error:
            sys.exit(f"{error.details()} [{error.code().name} {reason_of(error)}]")


if __name__ == "__main__":
    main()
