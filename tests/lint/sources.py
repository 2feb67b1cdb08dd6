"""What the lints look at: the repository's files, C++ text without comments, and findings."""

import pathlib
import re
import subprocess
import sys
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE_FOLDERS = ("proto", "hsm", "server", "client", "tests")


class Finding(NamedTuple):
    """One thing to repair."""

    path: str  # from the repository's root
    line: int  # from 1
    text: str  # what is wrong and what to do


def repository_files():
    """Paths of all files that belong to the repository, new ones included, sorted."""
    listing = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=False)
    if listing.returncode == 0:
        names = listing.stdout.decode().split("\0")
    else:  # an unpacked archive
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")
                 if path.relative_to(ROOT).parts[0] not in ("build", ".git")]
    return sorted(name for name in names if name and (ROOT / name).is_file())


def cpp_files():
    """Our C and C++ sources and headers."""
    return [name for name in repository_files()
            if name.startswith(tuple(f"{folder}/" for folder in CODE_FOLDERS))
            and name.endswith((".h", ".cc", ".c"))]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


TOKEN = re.compile(
    r"""R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)"   # raw string
      | "(?:\\.|[^"\\\n])*"                                      # string
      | (?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])*'                      # character, not a digit separator
      | //[^\n]*
      | /\*.*?\*/
    """, re.VERBOSE | re.DOTALL)


def without_comments_and_strings(text):
    """C++ text of the same lines and columns, with comments blank and literals empty."""

    def blank(match):
        token = match.group(0)
        kept = {0, len(token) - 1} if token[0] in "\"'" else set()
        return "".join(c if c == "\n" or i in kept else " " for i, c in enumerate(token))

    return TOKEN.sub(blank, text)


def report(title, findings, checked):
    """Prints the findings and returns the exit status."""
    for finding in findings:
        print(f"{finding.path}:{finding.line}: {finding.text}", file=sys.stderr)
    print(f"{title}: {len(findings)} to repair in {checked} files")
    if checked == 0:
        print(f"{title}: found no file to look at, which cannot be right", file=sys.stderr)
        return 1
    return 1 if findings else 0
