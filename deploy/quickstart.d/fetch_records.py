#!/usr/bin/python3
"""What a name server on loopback shows of key records: fetch_records.py PORT < KEYS

KEYS is what `dkimkeeper --json key list` prints. Writes `NAME VALUE` lines for the verifiers of
tests/e2e/verifiers; names without a record are left out.
"""

import json
import sys

import dns.message
import dns.query
import dns.rdatatype


def values(name, port):
    """The TXT records of the name, the strings of each joined (RFC 6376 §3.6.2.2)."""
    question = dns.message.make_query(name, dns.rdatatype.TXT)
    answer = dns.query.tcp(question, "127.0.0.1", port=port, timeout=10)
    return [b"".join(record.strings).decode("latin-1")
            for rrset in answer.answer if rrset.rdtype == dns.rdatatype.TXT for record in rrset]


def main():
    for key in json.load(sys.stdin)["keys"]:
        for value in values(key["record_name"], int(sys.argv[1])):
            print(key["record_name"], value)


if __name__ == "__main__":
    main()
