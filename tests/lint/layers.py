#!/usr/bin/python3
"""A folder is a layer: checks that each file includes only what its folder may see.

RULES is read from the top; the first folder that holds the file decides. To let a folder see more,
add to its row, and say in the commit why the layer needs it.
"""

import re
import sys

from sources import Finding, cpp_files, read, report

# Groups of libraries, by the beginning of what stands between < and > (or, generated, between quotes).
LIBRARIES = {
    "grpc": ("grpcpp/", "grpc/", "google/protobuf/", "absl/", "dkimkeeper/v1/"),
    "audit message": ("audit/audit.pb.h",),
    "openssl": ("openssl/",),
    "pkcs11": ("p11-kit/", "libp11.h"),
    "dlopen": ("dlfcn.h",),
    "seccomp": ("seccomp.h",),
    "sql": ("soci/", "sqlite3.h"),
    "toml": ("toml++/",),
    "cli11": ("CLI/",),
    "spdlog": ("spdlog/", "fmt/"),
    "prometheus": ("prometheus/",),
    "json": ("nlohmann/",),
    "idn2": ("idn2.h",),
    "ldns": ("ldns/",),
    "milter": ("libmilter/",),
    "libdkimkeeper": ("dkimkeeper.h",),  # as a program of somebody else's includes it
    "expected": ("tl/",),
    "googletest": ("gtest/", "gmock/"),
    "posix": ("sys/", "unistd.h", "fcntl.h", "poll.h", "signal.h", "pthread.h", "grp.h", "pwd.h",
              "netdb.h", "arpa/", "netinet/", "net/", "malloc.h", "syslog.h", "termios.h", "spawn.h",
              "sched.h"),
}

# folder or file → (our own includes, by prefix; library groups). Standard headers are free to all.
VOCABULARY = ("proto/result.h", "proto/reason.h", "proto/dkim/")
SEAM = ("hsm/token.h", "hsm/key_id.h", "hsm/key_id_map.h", "hsm/key_purpose.h")
RULES = (
    ("proto/grpc_status", ("proto/",), ("grpc", "expected")),
    ("proto/base/config/", VOCABULARY[:2] + ("proto/base/",), ("expected", "toml", "posix")),
    ("proto/base/", VOCABULARY[:2] + ("proto/base/",), ("expected", "spdlog", "posix")),
    ("proto/dkim/", VOCABULARY, ("expected", "idn2", "openssl", "json")),
    # The audit log as daemon and readers share it; its message is seen by the record alone.
    ("proto/audit/record.cc", VOCABULARY + ("proto/audit/",), ("expected", "audit message")),
    ("proto/audit/", VOCABULARY + ("proto/octets.h", "proto/audit/"), ("expected", "openssl")),
    ("proto/octets", ("proto/octets.h",), ()),
    ("proto/descriptor", (), ("posix",)),
    ("proto/", ("proto/result.h", "proto/reason.h"), ("expected",)),

    # Record locks, and a file that processes share.
    ("hsm/shared/", VOCABULARY + SEAM + ("hsm/shared/",), ("expected", "posix")),
    ("hsm/pkcs11/", VOCABULARY + SEAM + ("hsm/shared/", "hsm/pkcs11/"),
     ("expected", "pkcs11", "openssl", "dlopen", "posix")),
    ("hsm/wire/", VOCABULARY + SEAM + ("proto/octets.h", "hsm/wire/"), ("expected",)),
    # Serves any Token; only the program's own files know that it is a PKCS#11 one.
    ("hsm/worker/", VOCABULARY + SEAM + ("hsm/shared/", "hsm/wire/", "hsm/worker/"),
     ("expected", "posix", "seccomp")),
    # The composition root of dkimkeeper-token.
    ("hsm/program/command_line", ("hsm/shared/", "hsm/worker/", "hsm/program/"), ("cli11",)),
    ("hsm/program/", VOCABULARY + SEAM + ("hsm/",), ("expected", "pkcs11", "openssl", "posix")),
    ("hsm/remote/", VOCABULARY + SEAM + ("hsm/wire/", "hsm/remote/"), ("expected", "posix")),
    ("hsm/launcher/", VOCABULARY + ("hsm/launcher/", "hsm/shared/process_lock.h",
                                    "hsm/shared/refused_pin.h", "proto/octets.h", "proto/descriptor.h",
                                    "hsm/worker/exit_status.h", "hsm/remote/worker_source.h"),
     ("expected", "posix")),
    ("hsm/", VOCABULARY + SEAM, ("expected", "openssl")),

    ("server/base/", VOCABULARY + ("proto/base/", "server/base/",),
     ("expected", "prometheus", "posix")),
    # A policy is written in one language: in the file, on the command line, in the store.
    ("server/config/", VOCABULARY + ("proto/base/", "server/config/", "server/dns/dns_options.h",
                                     "server/dns/publisher_options.h", "server/keys/key_policy.h", "server/keys/policy_settings.h"),
     ("expected", "posix")),
    ("server/tls/", VOCABULARY + ("proto/base/", "server/base/", "server/tls/"), ("expected", "openssl", "posix")),
    # What servers say and are told, as octets: ldns stays behind it.
    ("server/dns/ldns_", VOCABULARY + ("server/dns/",), ("expected", "ldns", "posix")),
    ("server/dns/hook_contract", VOCABULARY + ("server/dns/",), ("expected", "json")),
    ("server/dns/check_text", VOCABULARY + ("server/keys/", "server/dns/"), ("expected", "json")),
    ("server/dns/", VOCABULARY + ("proto/base/", "server/base/", "server/keys/", "server/dns/"),
     ("expected", "posix")),
    ("server/keys/", VOCABULARY + SEAM + ("proto/base/", "server/base/", "server/keys/"), ("expected",)),
    ("server/approval/", VOCABULARY + ("proto/approval_reason.h", "server/keys/timestamp.h", "server/access/identity.h",
                                       "server/approval/"), ("expected",)),
    ("server/store/sql_approvals.cc", VOCABULARY + ("proto/approval_reason.h", "server/approval/", "server/store/"),
     ("expected", "sql")),
    # Creates the store's file before SQLite would, with no right for others.
    ("server/store/sqlite.cc", VOCABULARY + ("server/store/",), ("expected", "sql", "posix")),
    ("server/store/", VOCABULARY + SEAM + ("proto/base/", "server/base/", "server/keys/", "server/store/",
                                           "server/access/", "server/approval/"),
     ("expected", "sql")),
    # What a socket calls an address, it makes a value of.
    ("server/access/ip_network", VOCABULARY + ("server/access/",), ("expected", "posix")),
    ("server/access/", VOCABULARY + ("proto/base/", "server/base/", "server/access/", "server/keys/timestamp.h",
                                     "server/store/"), ("expected",)),
    # Has checkpoints signed by a token, and keeps them in the store.
    ("server/audit/audit_key", VOCABULARY + SEAM + ("proto/base/", "proto/audit/", "server/tokens/", "server/audit/"),
     ("expected",)),
    ("server/audit/audit_trail", VOCABULARY + ("proto/base/", "server/tokens/", "server/audit/"), ("expected",)),
    ("server/audit/audit_notary", VOCABULARY + SEAM + ("proto/base/", "proto/audit/", "server/base/", "server/store/",
                                                       "server/tokens/", "server/audit/"), ("expected",)),
    ("server/audit/", VOCABULARY + SEAM + ("proto/base/", "proto/audit/", "proto/descriptor.h", "server/base/",
                                           "server/audit/"),
     ("expected", "posix")),
    ("server/tokens/", VOCABULARY + SEAM + ("proto/base/", "server/base/", "server/keys/", "server/tokens/"),
     ("expected",)),
    ("server/signing/", VOCABULARY + SEAM + ("proto/base/", "server/base/", "server/keys/", "server/access/",
                                             "server/audit/", "server/tokens/", "server/signing/"),
     ("expected",)),
    ("server/lifecycle/", VOCABULARY + SEAM + ("proto/base/", "server/base/", "server/keys/", "server/store/",
                                               "server/access/", "server/audit/",
                                               "server/tokens/", "server/lifecycle/"), ("expected", "openssl")),
    # Verifies with what DNS shows.
    ("server/rotation/proof_signature", VOCABULARY + ("server/rotation/",), ("expected", "openssl")),
    ("server/rotation/", VOCABULARY + SEAM + ("proto/base/", "server/base/", "server/keys/", "server/dns/",
                                              "server/store/", "server/access/", "server/audit/",
                                              "server/tokens/", "server/lifecycle/",
                                              "server/rotation/"), ("expected",)),
    ("server/rpc/", ("proto/", "hsm/token.h", "hsm/key_id.h", "server/"),
     ("expected", "grpc", "openssl", "posix")),
    # The composition root sees everything that it puts together.
    ("server/", ("proto/", "hsm/", "server/"),
     ("expected", "grpc", "prometheus", "spdlog", "posix", "cli11")),

    # Installed headers stand alone: what they name must be there after `cmake --install`.
    ("client/include/", ("dkimkeeper/", "proto/result.h", "proto/reason.h", "proto/dkim/"),
     ("expected",)),
    ("client/dkim/", VOCABULARY + ("dkimkeeper/", "client/dkim/"), ("expected", "openssl")),
    # The provider of OpenSSL links it: nothing but names, packets and a socket.
    ("client/reference/", VOCABULARY + ("proto/octets.h", "proto/descriptor.h", "dkimkeeper/digest_signer.h",
                                        "client/reference/"), ("expected", "posix")),
    ("client/provider/", VOCABULARY + ("client/reference/", "client/provider/"),
     ("expected", "openssl")),
    ("client/lib/certificate_files", VOCABULARY + ("client/lib/",), ("expected", "openssl")),
    ("client/lib/request_id", VOCABULARY + ("client/lib/",), ("expected", "openssl")),
    ("client/lib/", VOCABULARY + ("proto/grpc_status.h", "dkimkeeper/", "client/lib/"),
     ("expected", "grpc", "posix")),
    # dkimkeeper.h. It connects in a file of its own, so that the rest is without gRPC.
    ("client/c_abi/", VOCABULARY + ("dkimkeeper/", "client/c_abi/"), ("expected",)),
    ("client/examples/", ("connect.h",), ("libdkimkeeper",)),
    # What `dkimkeeper apply` reads: TOML, as the daemon's configuration is, or JSON.
    ("client/document/", VOCABULARY + ("proto/base/config/", "dkimkeeper/", "client/document/"),
     ("expected", "json", "toml")),
    # Reads what OpenDKIM reads; of a private key file only what kind it is.
    ("client/opendkim/old_key", VOCABULARY + ("client/opendkim/",), ("expected", "openssl")),
    ("client/opendkim/", VOCABULARY + ("dkimkeeper/", "client/document/document.h",
                                       "client/opendkim/"), ("expected",)),
    ("client/audit/", VOCABULARY + ("proto/audit/", "client/dkim/", "dkimkeeper/", "client/audit/"), ("expected",)),
    ("client/cli/", ("proto/", "dkimkeeper/", "client/audit/", "client/opendkim/", "client/lib/", "client/document/",
                     "client/reference/reference_file.h", "client/reference/reference_client.h", "client/cli/"),
     ("expected", "grpc", "cli11", "json", "posix")),

    # The mail host's agent: what decides sees no library; the fronts see one each.
    ("client/agent/milter_callbacks", VOCABULARY + ("proto/base/", "client/agent/"),
     ("expected", "milter", "posix")),
    ("client/agent/milter_front", VOCABULARY + ("proto/base/", "client/agent/"),
     ("expected", "milter", "posix")),
    ("client/agent/agent_metrics", VOCABULARY + ("client/agent/",), ("expected", "prometheus")),
    ("client/agent/command_line", ("client/agent/",), ("cli11",)),
    ("client/agent/config/accounts", ("client/agent/config/accounts.h",), ("posix",)),
    ("client/agent/config/", VOCABULARY + ("proto/base/", "dkimkeeper/", "client/agent/",
                                           "client/reference/local_access.h",
                                           "client/reference/reference_server.h",
                                           "client/dkim/header_selection.h"), ("expected", "posix")),
    # The desk of local programs: it answers what client/reference carries.
    ("client/agent/main", VOCABULARY + ("proto/base/", "client/reference/", "client/agent/"),
     ("expected", "grpc", "posix")),
    ("client/agent/", VOCABULARY + ("proto/base/", "dkimkeeper/", "client/reference/", "client/agent/"),
     ("expected", "posix")),

    # Tests see what they test, their fakes, and the tools to make inputs with.
    ("tests/fakes/fake_api_server", ("proto/", "tests/fakes/"), ("grpc",)),
    ("tests/fakes/primary_server", ("proto/", "server/", "tests/fakes/"),
     ("googletest", "expected", "json", "posix")),
    ("tests/fakes/", ("proto/", "hsm/", "server/", "dkimkeeper/", "tests/fakes/"),
     ("googletest", "expected", "openssl", "posix")),
    # Shares no code with what it tests: a module that only PKCS#11 connects with it.
    ("tests/faultmodule/", ("tests/",), ("googletest", "pkcs11", "dlopen", "posix")),
    ("tests/unit/proto/base/", ("proto/", "tests/"), ("googletest", "expected", "posix")),
    ("tests/unit/proto/", ("proto/", "tests/"),
     ("googletest", "expected", "openssl", "json", "grpc")),
    ("tests/unit/hsm/", ("proto/", "hsm/", "tests/"),
     ("googletest", "expected", "pkcs11", "openssl", "posix")),
    ("tests/unit/client/", ("proto/", "dkimkeeper/", "client/", "tests/"),
     ("googletest", "expected", "openssl", "json", "grpc", "posix")),
    ("tests/unit/server/", ("proto/", "hsm/", "server/", "tests/"),
     ("googletest", "expected", "sql", "openssl", "grpc", "prometheus", "posix")),
    ("tests/", ("proto/", "hsm/", "server/", "dkimkeeper/", "client/", "tests/"),
     ("googletest", "expected", "grpc", "openssl", "sql", "json", "posix", "pkcs11")),
)

# These folders and files alone may name gRPC and protobuf, whatever the rows above allow their
# folder: the seams behind them stay testable without a network (and under ThreadSanitizer).
NARROWED = {
    "client/lib/": ("grpc", re.compile(r"^(channel|channel_pace|connection|operator_client|signing_messages)\.")),
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")')


def library_of(header):
    """The group that a library's header belongs to; None for the standard library and for ours."""
    for group, prefixes in LIBRARIES.items():
        if header.startswith(prefixes):
            return group
    return None


def is_standard(header):
    """<vector>, <cstdint>, <stdint.h>; a library of ours to judge stands in LIBRARIES."""
    return "/" not in header and (not header.endswith(".h") or header in (
        "stdint.h", "stddef.h", "stdio.h", "stdbool.h", "string.h", "stdlib.h", "errno.h", "limits.h",
        "time.h"))


def rule_for(path):
    return next((rule for rule in RULES if path.startswith(rule[0])), None)


def judge(path, header, angled):
    """What is wrong with `path` including `header`, or None."""
    rule = rule_for(path)
    if rule is None:
        return "lies in no folder that tests/lint/layers.py knows; add a row for it"
    folder, own, groups = rule
    group = library_of(header)
    if group is not None:
        if group not in groups:
            return (f"<{header}> belongs to {group}, which {folder} may not see; "
                    "go through the seam that hides it (DESIGN.md, folders)")
        only = NARROWED.get(folder)
        if only and only[0] == group and not only[1].search(path.rsplit("/", 1)[-1]):
            return f"<{header}>: only files of {folder} named for {only[1].pattern} may see {group}"
        return None
    if angled:
        if is_standard(header):
            return None
        return f"<{header}> is in no group of tests/lint/layers.py; add its library, and to which folder"
    if header.startswith(own):
        return None
    return (f'"{header}" is outside what {folder} may include: {", ".join(own)} '
            "(paths start at the repository's root)")


def check(path, text):
    """Findings of one file."""
    findings = []
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            wrong = judge(path, match.group(1) or match.group(2), match.group(1) is not None)
            if wrong:
                findings.append(Finding(path, number, wrong))
    return findings


def main():
    files = cpp_files()
    return report("layers", [f for path in files for f in check(path, read(path))], len(files))


if __name__ == "__main__":
    sys.exit(main())
