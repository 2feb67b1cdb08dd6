#!/usr/bin/python3
"""Runs clang-tidy over every source that a build folder compiles, and remembers what was clean.

    tidy.py BUILD-FOLDER [FILE …]

A source is looked at again when it, a header of ours that it includes, its compile command,
.clang-tidy or clang-tidy itself changed: their hash names an empty file in BUILD-FOLDER/tidy-cache.
Only clean results are remembered. Two run at a time.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

from sources import CODE_FOLDERS, ROOT, Finding, report

TOOL = "clang-tidy-19"
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
DIAGNOSTIC = re.compile(r"^(?P<path>[^:\s][^:]*):(?P<line>\d+):\d+: (?P<text>(?:error|warning): .*)")


def commands_of(build):
    """Our own sources of the build folder: {path from the root: compile command}."""
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    commands = {}
    for entry in entries:
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if path.is_relative_to(ROOT):
            name = str(path.relative_to(ROOT))
            if name.split("/")[0] in CODE_FOLDERS:
                commands[name] = entry["command"]
    return commands


class Hashes:
    """Hashes of sources together with all headers of ours below them."""

    def __init__(self, build):
        self._roots = (ROOT, ROOT / "client/include", build / "proto")
        self._own = {}  # path → (hash of its text, paths that it includes)

    def _read(self, path):
        if path not in self._own:
            text = path.read_bytes()
            includes = INCLUDE.findall(text.decode("utf-8", "replace"))
            found = [next((root / name for root in self._roots if (root / name).is_file()), None)
                     for name in includes]
            self._own[path] = (hashlib.sha256(text).hexdigest(), [f for f in found if f])
        return self._own[path]

    def of(self, path):
        seen, todo = set(), [path]
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo += self._read(at)[1]
        return sorted((str(p), self._read(p)[0]) for p in seen)


def settings():
    """What else decides the outcome: the tool and its checks."""
    version = subprocess.run([TOOL, "--version"], capture_output=True, text=True, check=True).stdout
    return version + (ROOT / ".clang-tidy").read_text(encoding="utf-8")


def run(build, name):
    """Returns (name, output of a run that found something or None)."""
    done = subprocess.run([TOOL, "--quiet", "-p", str(build), str(ROOT / name)],
                          capture_output=True, text=True, cwd=ROOT, check=False)
    return name, (None if done.returncode == 0 else done.stdout + done.stderr)


def findings_in(name, output):
    """Findings of clang-tidy's output, each once."""
    found = []
    for line in output.splitlines():
        match = DIAGNOSTIC.match(line)
        if match:
            path = os.path.relpath(match.group("path"), ROOT)
            found.append(Finding(path, int(match.group("line")), match.group("text")))
    return found or [Finding(name, 1, f"clang-tidy failed: {output.strip()}")]


def key_of(name, command, hashes, common):
    # Where the compiler and the build folder lie does not matter, which flags it gets does.
    flags = [word for word in shlex.split(command) if word.startswith(("-D", "-I", "-std", "-isystem"))]
    return hashlib.sha256(repr((flags, hashes.of(ROOT / name), common)).encode()).hexdigest()


def main(arguments):
    if len(arguments) < 2 or not (pathlib.Path(arguments[1]) / "compile_commands.json").is_file():
        print(f"{__doc__}\ntidy.py: no compile_commands.json in the build folder; configure first",
              file=sys.stderr)
        return 2
    build = pathlib.Path(arguments[1]).resolve()
    cache = build / "tidy-cache"
    cache.mkdir(exist_ok=True)
    commands = commands_of(build)
    hashes, common = Hashes(build), settings()
    wanted = arguments[2:] or sorted(commands)
    keys = {name: key_of(name, commands[name], hashes, common) for name in wanted}
    todo = [name for name in wanted if not (cache / keys[name]).exists()]
    print(f"tidy: {len(wanted)} sources, {len(wanted) - len(todo)} known to be clean")

    findings = set()
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for count, (name, output) in enumerate(pool.map(lambda n: run(build, n), todo), 1):
            print(f"  {count}/{len(todo)} {name}", flush=True)
            if output is None:
                (cache / keys[name]).touch()
            else:
                findings.update(findings_in(name, output))
    return report("tidy", sorted(findings), len(wanted))


if __name__ == "__main__":
    sys.exit(main(sys.argv))
