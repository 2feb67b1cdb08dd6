#!/usr/bin/python3
"""Checks that every header stands in a target's HEADERS, and that each of those is self-contained.

    header_sets.py BUILD-FOLDER

CMake makes one source for each header of a file set (VERIFY_INTERFACE_HEADER_SETS) that includes
nothing else. This builds them, and lists headers that have none. Headers that stand beside the tests
or examples that use them belong to no library: they are compiled here, with the flags of their neighbours.
"""

import os
import pathlib
import re
import subprocess
import sys

from sources import ROOT, Finding, cpp_files, report
from tidy import sources_of

COMPILER = "clang++-19"

# Folders of headers that belong to no library, and the language that they are compiled as.
BESIDE = {"tests/": ("c++", ".cc"), "client/examples/": ("c", ".c")}

TARGET = "all_verify_interface_header_sets"
ERROR = re.compile(r"^(?P<path>[^:\s][^:]*):(?P<line>\d+):\d+: (?:fatal )?error: (?P<text>.*)")


def verified_headers(build):
    """Paths, from the repository's root, of the headers that have a source to verify them."""
    included = set()
    for source in build.rglob("*_verify_interface_header_sets/**/*.cxx"):
        for name in re.findall(r"#include [<\"]([^>\"]+)[>\"]", source.read_text(encoding="utf-8")):
            included.add(name)
    return included


def missing(headers, verified):
    """Headers in no HEADERS; a header of client/include is known by what follows that folder."""
    return [Finding(name, 1, "stands in no HEADERS of its folder's CMakeLists.txt: add it, so that "
                    "it is proven self-contained")
            for name in headers
            if not name.startswith(tuple(BESIDE)) and name not in verified and name.removeprefix("client/include/") not in verified]


def findings_in(what, output):
    """The errors of a compiler's output."""
    found = []
    for line in output.splitlines():
        match = ERROR.match(line)
        if match:
            path = pathlib.Path(match.group("path")).resolve()
            name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
            found.append(Finding(name, int(match.group("line")),
                                 f"{match.group('text')}: include what the header uses"))
    return found or [Finding(what, 0, output)]


def build_them(build):
    run = subprocess.run(["cmake", "--build", str(build), "--target", TARGET, "--", "-k", "0"],
                         capture_output=True, text=True, check=False)
    return [] if run.returncode == 0 else findings_in(TARGET, run.stdout + run.stderr)


def neighbour_flags(name, sources, suffix):
    """Flags of the source that shares most of the path; of several, of the one that sees most."""
    nearest = max((source for source in sources if source.endswith(suffix)), key=lambda source: (len(os.path.commonpath([source, name])),
                                               len(sources[source]), source))
    return sources[nearest]


def compile_alone(names, sources):
    found = []
    for name in names:
        language, suffix = next(how for folder, how in BESIDE.items() if name.startswith(folder))
        run = subprocess.run([COMPILER, *neighbour_flags(name, sources, suffix), "-fsyntax-only",
                              "-x", language, "-include", str(ROOT / name), "/dev/null"],
                             capture_output=True, text=True, cwd=ROOT, check=False)
        if run.returncode != 0:
            found += findings_in(name, run.stdout + run.stderr)
    return found


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    build = pathlib.Path(arguments[1]).resolve()
    headers = [name for name in cpp_files() if name.endswith(".h")]
    findings = build_them(build)
    verified = verified_headers(build)
    findings += missing(headers, verified)
    findings += compile_alone([name for name in headers if name.startswith(tuple(BESIDE))
                               and name not in verified], sources_of(build))
    return report("header sets", findings, len(headers))


if __name__ == "__main__":
    sys.exit(main(sys.argv))
