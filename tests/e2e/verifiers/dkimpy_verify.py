#!/usr/bin/python3
"""Verifies a message's DKIM signatures with dkimpy; see README.md here for the contract."""

import sys

import dkim
import dkim.util

SIGNATURE_FIELD = b"dkim-signature"


def read_records(path):
    """The file of `NAME VALUE` lines as {lower-case name without a trailing dot: value}."""
    records = {}
    with open(path, "rb") as lines:
        for line in lines:
            parts = line.strip().split(None, 1)
            if len(parts) == 2 and not parts[0].startswith(b"#"):
                records[parts[0].lower().rstrip(b".")] = parts[1]
    return records


def describe(field):
    """`d=… s=… a=…` of a signature field's value, as far as they can be read."""
    try:
        tags = dkim.util.parse_tag_value(field)
    except dkim.util.InvalidTagValueList:
        return "d=? s=? a=?"
    names = (b"d", b"s", b"a")
    return " ".join(f"{n.decode()}={one_line(tags.get(n, b'?').decode('latin-1'))}" for n in names)


def one_line(text):
    """Without the white space of folding."""
    return "".join(text.split())


def judge(message, index, records):
    """Returns (verdict, detail) for the index-th signature from the top."""

    def look_up(name, timeout=0):  # dkimpy gives the time-out by name
        return records.get(name.lower().rstrip(b"."))

    try:
        passed = dkim.DKIM(message).verify(idx=index, dnsfunc=look_up)
    except dkim.DKIMException as error:
        return "fail", " (" + " ".join(str(error).split()) + ")"
    return ("pass", "") if passed else ("fail", " (signature does not match)")


def main(arguments):
    if len(arguments) != 3:
        print(f"usage: {arguments[0]} MESSAGE RECORDS", file=sys.stderr)
        return 2
    try:
        with open(arguments[1], "rb") as file:
            message = file.read()
        records = read_records(arguments[2])
        headers, _ = dkim.rfc822_parse(message)
    except (OSError, dkim.MessageFormatError) as error:
        print(f"dkimpy: cannot read the input: {error}", file=sys.stderr)
        return 2

    fields = [value for name, value in headers if name.lower() == SIGNATURE_FIELD]
    if not fields:
        print("dkimpy fail (no DKIM-Signature)")
        return 1
    verdicts = []
    for index, field in enumerate(fields):
        verdict, detail = judge(message, index, records)
        print(f"dkimpy {verdict} {describe(field)}{detail}")
        verdicts.append(verdict)
    return 0 if all(verdict == "pass" for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))
