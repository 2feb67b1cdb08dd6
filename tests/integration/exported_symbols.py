#!/usr/bin/python3
"""What libdkimkeeper.so exports: the functions of dkimkeeper.h, each and no other in C, and C++ of ours.

    exported_symbols.py LIBRARY HEADER
"""

import re
import subprocess
import sys

C_NODE, CXX_NODE = "DKIMKEEPER_0.1", "DKIMKEEPER_CXX_0.1"
# A mangled name that is about something in namespace dkimkeeper, templates of libraries included.
OURS = re.compile(r"_Z\w*10dkimkeeper")


def functions_of(header):
    """Names that the header declares."""
    with open(header, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/|^#.*?$", "", file.read(), flags=re.DOTALL | re.MULTILINE)
    return set(re.findall(r"\b(dkimkeeper_\w+)\(", text))


def exported(library):
    """[(name, version node)]"""
    listed = subprocess.run(["nm", "--dynamic", "--defined-only", "--with-symbol-versions", library],
                            capture_output=True, text=True, check=True).stdout
    symbols = [line.split() for line in listed.splitlines()]
    return [tuple(fields[-1].replace("@@", "@").partition("@")[::2]) for fields in symbols
            if fields[-2] != "A"]  # not the nodes themselves


def findings(symbols, declared):
    in_c = {name for name, node in symbols if node == C_NODE}
    yield from (f"{name} is declared and not exported: add it to libdkimkeeper.map"
                for name in sorted(declared - in_c))
    yield from (f"{name} is exported and not declared: take it out of libdkimkeeper.map"
                for name in sorted(in_c - declared))
    for name, node in symbols:
        if node not in (C_NODE, CXX_NODE):
            yield f"{name} has the version {node or 'none'}"
        elif node == CXX_NODE and not OURS.match(name):
            yield f"{name} is nothing of ours: libdkimkeeper.map lets out too much"


def main():
    library, header = sys.argv[1:]
    declared, symbols = functions_of(header), exported(library)
    wrong = list(findings(symbols, declared))
    for finding in wrong:
        print(finding, file=sys.stderr)
    print(f"{len(declared)} functions in C, {len(symbols)} symbols, {len(wrong)} to repair")
    return 1 if wrong or len(declared) < 20 or len(symbols) <= len(declared) else 0


if __name__ == "__main__":
    sys.exit(main())
