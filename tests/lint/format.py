#!/usr/bin/python3
"""Checks that clang-format would change nothing. `format.py --fix` changes it."""

import re
import subprocess
import sys

from sources import ROOT, Finding, cpp_files, report

TOOL = "clang-format-19"


def check(files):
    run = subprocess.run([TOOL, "--dry-run", "-Werror", *files], capture_output=True, text=True,
                         cwd=ROOT, check=False)
    places = re.findall(r"^([^:\n]+):(\d+):\d+: error: code should be clang-formatted", run.stderr,
                        re.MULTILINE)
    if run.returncode != 0 and not places:
        return [Finding(TOOL, 0, run.stderr.strip())]
    return [Finding(path, int(line), "is not as clang-format writes it: run tests/lint/format.py --fix")
            for path, line in places]


def main(arguments):
    files = cpp_files()
    if arguments[1:] == ["--fix"]:
        return subprocess.run([TOOL, "-i", *files], cwd=ROOT, check=False).returncode
    return report("format", check(files), len(files))


if __name__ == "__main__":
    sys.exit(main(sys.argv))
