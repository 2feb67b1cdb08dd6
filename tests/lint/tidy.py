#!/usr/bin/python3
"""Runs clang-tidy over every source that a build folder compiles, and remembers what was clean.

    tidy.py BUILD-FOLDER [FILE …]

A source is looked at again when it, a header of ours that it includes, its compile command,
.clang-tidy or clang-tidy itself changed: their hash names an empty file in BUILD-FOLDER/tidy-cache.
Only clean results are remembered.

Most of clang-tidy's time goes into the headers of libraries, anew for each source. So sources that
are compiled alike are looked at together, included into one, which is six times as fast; those that
do not compile beside the others (a function of one name in both, say) make a set of their own. Two
run at a time.
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
COMPILER = "clang++-19"
BATCH = 40
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
DIAGNOSTIC = re.compile(r"^(?P<path>[^:\s][^:]*):(?P<line>\d+):\d+: (?P<text>(?:error|warning): .*)")
# A test may copy a string; and what a test's constant throws ends a test, not a service.
NOT_OF_TESTS = "-performance-*,-cert-err58-cpp,-bugprone-implicit-widening-of-multiplication-result"


def flags_of(command):
    """What of a compile command decides how the source reads."""
    words, flags = shlex.split(command), []
    for index, word in enumerate(words):
        if word == "-isystem":
            flags += [word, words[index + 1]]
        elif word.startswith(("-D", "-I", "-std")):
            flags.append(word)
    return tuple(flags)


def sources_of(build):
    """Our own sources of the build folder: {path from the root: flags}."""
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    sources = {}
    for entry in entries:
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if path.is_relative_to(ROOT):
            name = str(path.relative_to(ROOT))
            if name.split("/")[0] in CODE_FOLDERS:
                sources[name] = flags_of(entry["command"])
    return sources


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
    return version + NOT_OF_TESTS + (ROOT / ".clang-tidy").read_text(encoding="utf-8")


def key_of(name, flags, hashes, common):
    return hashlib.sha256(repr((flags, hashes.of(ROOT / name), common)).encode()).hexdigest()


def batches_of(names, flags):
    """Names in groups of one set of flags and one set of checks, neighbours together."""
    groups = {}
    for name in names:
        kind = (name.startswith("tests/"), name.rsplit(".", 1)[-1], flags[name])
        groups.setdefault(kind, []).append(name)
    return [group[at:at + BATCH] for group in groups.values() for at in range(0, len(group), BATCH)]


def run_tool(arguments):
    done = subprocess.run([TOOL, "--quiet", f"--header-filter=^{re.escape(str(ROOT))}/("
                           + "|".join(CODE_FOLDERS) + ")/", *arguments],
                          capture_output=True, text=True, cwd=ROOT, check=False)
    return None if done.returncode == 0 else done.stdout + done.stderr


def checks_for(name, *more):
    """The argument that changes .clang-tidy's checks for this source, in a list."""
    changes = [NOT_OF_TESTS] * name.startswith("tests/") + list(more)
    return [f"--checks={','.join(changes)}"] if changes else []


def clashing(together, names, flags):
    """The names whose text does not compile after the texts of those before them; empty: all do."""
    done = subprocess.run([COMPILER, "-fsyntax-only", "-ferror-limit=0", str(together), *flags],
                          capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode == 0:
        return []
    errors = {os.path.relpath(m.group("path"), ROOT) for m in map(DIAGNOSTIC.match, done.stderr.splitlines()) if m}
    named = [name for name in names if name in errors]
    # Where no one source is to blame (a header after another's using-declaration), halves are tried.
    return named if 0 < len(named) < len(names) else names[len(names) // 2:]


def run_batch(build, names, flags):
    """Returns {name: output of a run that found something, or None}."""
    if len(names) == 1:
        return {names[0]: run_tool([*checks_for(names[0]), str(ROOT / names[0]), "--", *flags])}
    together = build / "tidy-cache" / f"{names[0].replace('/', '-')}.{names[0].rsplit('.', 1)[-1]}"
    together.write_text("".join(f'#include "{ROOT / name}"\n' for name in names), encoding="utf-8")
    apart = clashing(together, names, flags)
    if not apart:
        output = run_tool([*checks_for(names[0], "-bugprone-suspicious-include"), str(together), "--", *flags])
        together.unlink()
        return dict.fromkeys(names, output)
    together.unlink()
    beside = [name for name in names if name not in apart]
    return {**run_batch(build, beside, flags), **run_batch(build, apart, flags)}


def findings_in(name, output):
    """Findings of clang-tidy's output, each once."""
    found = []
    for line in output.splitlines():
        match = DIAGNOSTIC.match(line)
        if match:
            path = os.path.relpath(match.group("path"), ROOT)
            found.append(Finding(path, int(match.group("line")), match.group("text")))
    return found or [Finding(name, 1, f"clang-tidy failed: {output.strip()}")]


def main(arguments):
    if len(arguments) < 2 or not (pathlib.Path(arguments[1]) / "compile_commands.json").is_file():
        print(f"{__doc__}\ntidy.py: no compile_commands.json in the build folder; configure first",
              file=sys.stderr)
        return 2
    build = pathlib.Path(arguments[1]).resolve()
    cache = build / "tidy-cache"
    cache.mkdir(exist_ok=True)
    flags = sources_of(build)
    hashes, common = Hashes(build), settings()
    wanted = arguments[2:] or sorted(flags)
    keys = {name: key_of(name, flags[name], hashes, common) for name in wanted}
    todo = [name for name in wanted if not (cache / keys[name]).exists()]
    print(f"tidy: {len(wanted)} sources, {len(wanted) - len(todo)} known to be clean")

    findings, done = set(), 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        runs = [pool.submit(run_batch, build, batch, flags[batch[0]]) for batch in batches_of(todo, flags)]
        for run in concurrent.futures.as_completed(runs):
            done += len(run.result())
            print(f"  {done} of {len(todo)}", flush=True)
            for name, output in run.result().items():
                if output is None:
                    (cache / keys[name]).touch()
                else:
                    findings.update(findings_in(name, output))
    return report("tidy", sorted(findings), len(wanted))


if __name__ == "__main__":
    sys.exit(main(sys.argv))
