"""Every RPC, as the descriptors have it, called by each kind of caller: the code each one gets."""

import importlib
import pkgutil
import uuid
from pathlib import Path

import api
import dkimkeeper.v1
import grpc
from authority import Authority
from google.protobuf import descriptor_pb2

PROTO_FOLDER = Path(__file__).resolve().parents[2] / "proto" / "dkimkeeper" / "v1"
DOMAIN = "table.test"
OTHER = "other.test"
VERBS = ("VERB_SIGN", "VERB_ROTATE", "VERB_AUDIT", "VERB_ADMINISTER")
PAST_MS = 1_700_000_000_000

# Callers, by the name of their certificate; "none" has no certificate. Those of the handshake get
# no further; who is revoked is refused call by call, on connections that stand, too.
HANDSHAKE = ("none", "foreign", "expired")
REFUSED = ("no_grant", "other_domain", "other_sender", "ended_grant")
COLUMNS = (*HANDSHAKE, "revoked", *REFUSED, "right_grant")


def methods():
    """{"Service.Method": descriptor} of all RPCs of dkimkeeper.v1."""
    found = {}
    for module in pkgutil.iter_modules(dkimkeeper.v1.__path__):
        if not module.name.endswith("_pb2"):
            continue
        file = importlib.import_module(f"dkimkeeper.v1.{module.name}").DESCRIPTOR
        for service in file.services_by_name.values():
            found.update({f"{service.name}.{one.name}": one for one in service.methods})
    return found


def generated():
    """The .proto files that there are, and those that Python knows."""
    names = {module.name.removesuffix("_pb2") for module in
             pkgutil.iter_modules(dkimkeeper.v1.__path__) if module.name.endswith("_pb2")}
    return {path.stem for path in PROTO_FOLDER.glob("*.proto")}, names


def call(channel, method, fields):
    """The name of the code; "OK, nothing" for a list without rows."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    request = method.input_type._concrete_class(**fields)
    if "request_id" in method.input_type.fields_by_name:
        request.request_id = uuid.uuid4().hex
    proto = descriptor_pb2.MethodDescriptorProto()
    method.CopyToProto(proto)
    make = channel.unary_stream if proto.server_streaming else channel.unary_unary
    stub = make(path, request_serializer=method.input_type._concrete_class.SerializeToString,
                response_deserializer=method.output_type._concrete_class.FromString)
    try:
        answer = stub(request, timeout=20)
        if proto.server_streaming:
            answer = next(answer)
    except grpc.RpcError as error:
        return error.code().name
    rows = [field for field in answer.DESCRIPTOR.fields if field.label == field.LABEL_REPEATED]
    listing = method.name.startswith(("List", "Watch"))
    return "OK, nothing" if listing and not any(getattr(answer, row.name) for row in rows) else "OK"


class Callers:
    """A domain with a key, and callers of every kind; each has all verbs somewhere, or nowhere."""

    def __init__(self, keeper, folder):
        self.keeper = keeper
        active = keeper.add_domain(DOMAIN)["rsa-sha256"]
        spare = keeper.json("key", "generate", DOMAIN)["selector"]
        self.selectors = {"active": active, "spare": spare}
        keeper.run("sender", "add", DOMAIN, "crm")
        keeper.run("domain", "add", OTHER)
        keeper.run("domain", "add", "gone.test")
        foreign = Authority(folder / "foreign", "somebody else")
        foreign.issue("foreign", uri=["spiffe://example.test/right_grant"])
        self.foreign = folder / "foreign"
        for name in (*REFUSED, "right_grant"):
            keeper.authority.issue(name, uri=[f"spiffe://example.test/{name}"])
        keeper.authority.issue("revoked", uri=["spiffe://example.test/right_grant"])
        keeper.authority.revoke("revoked")
        keeper.authority.issue("expired", uri=["spiffe://example.test/right_grant"], days=-1)
        self._grant("other_domain", OTHER, "*")
        self._grant("other_sender", DOMAIN, "crm")
        self._grant("ended_grant", "*", "*", until=PAST_MS)
        self._grant("right_grant", "*", "*")
        self._await_revocation()

    def _await_revocation(self):
        """The daemon looks at its lists several times a second."""
        whoami = methods()["Access.WhoAmI"]
        with self.channel("revoked") as channel:
            for _ in range(100_000):
                if call(channel, whoami, {}) == "UNAUTHENTICATED":
                    return
        raise AssertionError("a revoked certificate goes on being taken")

    def _grant(self, name, domain, sender, until=0):
        with api.channel(self.keeper, "operator") as channel:
            stub = api.access_pb2_grpc.AccessStub(channel)
            for verb in VERBS:
                grant = api.access_pb2.Grant(identity=f"uri:spiffe://example.test/{name}",
                                             verb=verb, domain=domain, sender=sender)
                if until:
                    grant.limits.valid_until_ms = until
                stub.AddGrant(api.access_pb2.AddGrantRequest(request_id=uuid.uuid4().hex,
                                                             grant=grant), timeout=10)

    def channel(self, column):
        folder = self.foreign if column == "foreign" else None
        return api.channel(self.keeper, None if column == "none" else column, folder=folder)


def print_table(table):
    width = max(map(len, table)) + 2
    print("\n" + " " * width + "  ".join(f"{column:17}" for column in COLUMNS))
    for name, cells in table.items():
        print(name.ljust(width) + "  ".join(f"{cells[column]:17}" for column in COLUMNS))
