#!/usr/bin/python3
"""A hook as an operator writes one: keeps the records of a "provider" in the JSON file that it is given.

Without the file there is no provider. Reads one order from standard input, answers on standard output.
"""

import json
import sys


def public_key(value):
    """p= of a key record; None where it is none."""
    tags = dict(part.strip().split("=", 1) for part in value.split(";") if "=" in part)
    return tags.get("p")


def whole(value):
    return [part.strip() for part in value.split(";") if part.strip()]


def act(order, records):
    """The answer to an order; changes `records`."""
    name, before, after = order["name"], order["before"], order["after"]
    standing = records.get(name, {"txt": [], "cname": ""})
    if standing["cname"]:
        return {"status": "changed", "message": f"{name} is a CNAME"}
    values = ["".join(strings) for strings in standing["txt"]]
    if len(values) > 1:
        return {"status": "changed", "message": f"{name} has several records"}
    value = values[0] if values else None
    tags_only = before and after and public_key(before["value"]) == public_key(after["value"])
    same = whole if tags_only else public_key
    if value is not None and after and same(value) is not None and same(value) == same(after["value"]):
        return {"status": "done"}
    if value is None and not after:
        return {"status": "done"}
    expected = before and public_key(before["value"])
    if (value is None) != (before is None) or (before and public_key(value) != expected):
        return {"status": "changed", "message": f"{name} holds something else"}
    records.pop(name, None)
    if after:
        records[name] = {"txt": [after["strings"]], "cname": ""}
    return {"status": "done", "message": "the provider has it"}


def main():
    path = sys.argv[1]
    order = json.load(sys.stdin)
    assert order["version"] == 1 and order["type"] == "TXT", order
    assert order["action"] == ("create" if not order["before"] else "replace" if order["after"] else "remove")
    with open(path, encoding="utf-8") as file:
        records = json.load(file)
    answer = act(order, records)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(records, file)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
