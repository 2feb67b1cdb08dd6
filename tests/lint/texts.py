#!/usr/bin/python3
"""Checks of files that are not C++: shell scripts, Python, man pages, and no path of one machine.

Give the name of one check: shell, python, man, paths, readmes.
"""

import re
import subprocess
import sys
import warnings

from sources import CODE_FOLDERS, ROOT, Finding, read, report, repository_files

SHELL = re.compile(r"^#!\s*(/bin/|/usr/bin/env )(ba|da|)sh\b|^# shellcheck shell=")
# Written in two parts, so that this file passes its own check.
HOST_PATH = re.compile(r"(?<![\w.$})])/(?:wor" r"k|hom" r"e|roo" r"t|User" r"s)/\w")


def tool_findings(command, files, pattern):
    """Runs a tool that prints `file:line…: text` lines over files; returns them as findings."""
    if not files:
        return []
    run = subprocess.run([*command, *files], capture_output=True, text=True, cwd=ROOT, check=False)
    output = run.stdout + run.stderr
    findings = [Finding(m.group("path"), int(m.group("line")), m.group("text"))
                for m in (re.match(pattern, line) for line in output.splitlines()) if m]
    if run.returncode != 0 and not findings:
        findings.append(Finding(command[0], 0, output.strip() or f"exit {run.returncode}"))
    return findings


def shell_scripts(files):
    """Those whose first line says so."""
    return [path for path in files
            if not path.endswith((".md", ".txt")) and SHELL.match(read(path)[:200])]


def check_shell(files):
    scripts = shell_scripts(files)
    return tool_findings(["shellcheck", "--format=gcc", "--external-sources", "--"], scripts,
                         r"(?P<path>[^:]+):(?P<line>\d+):\d+: (?P<text>.*)"), len(scripts)


def check_python(files):
    """Each compiles; warnings (an unknown escape, a comparison with a literal) are errors."""
    scripts = [path for path in files if path.endswith(".py")]
    findings = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for path in scripts:
            try:
                compile(read(path), path, "exec")
            except SyntaxError as error:
                findings.append(Finding(path, error.lineno or 1, error.msg))
    return findings, len(scripts)


def undocumented_keys(example, page):
    """Keys of the example configuration, commented ones too, that the page does not name."""
    named = set(re.findall(r"\w+", " ".join(re.findall(r"^\.It Ic (.*)$", page, re.MULTILINE))))
    sections = set(re.findall(r"^\.Ss (\[.*\])$", page, re.MULTILINE))
    for number, line in enumerate(example.splitlines(), 1):
        section = re.match(r"(\[+\w+\]+)$", line)
        if section and section.group(1) not in sections:
            yield number, section.group(1)
        key = re.match(r"#?(\w+) = ", line)
        if key and key.group(1) not in named:
            yield number, key.group(1)


def check_man(files):
    pages = [path for path in files if re.match(r"deploy/man/.*\.[1-8]$", path)]
    findings = tool_findings(["mandoc", "-T", "lint", "-W", "warning"], pages,
                             r"mandoc: (?P<path>[^:]+):(?P<line>\d+):\d+: (?P<text>.*)")
    example, page = "deploy/dkimkeeperd.toml", "deploy/man/dkimkeeperd.toml.5"
    if example in files:
        findings += [Finding(example, line, f"{key} is not explained in {page}")
                     for line, key in undocumented_keys(read(example), read(page))]
    return findings, len(pages)


def check_paths(files):
    """Nothing names a folder that only the writer's machine has."""
    findings = [Finding(path, number, f"`{match.group(0)}…` is a path of one machine; "
                        "use one from the repository's root, or a variable")
                for path in files
                for number, line in enumerate(read(path).splitlines(), 1)
                for match in [HOST_PATH.search(line)] if match]
    return findings, len(files)


def check_readmes(files):
    """Each top-level folder says what lives in it. How long it may be: lengths.py."""
    folders = CODE_FOLDERS + ("deploy",)
    return [Finding(f"{folder}/README.md", 1, "is missing: what lives here, what it may depend on, "
                    "its invariants, in at most 40 lines")
            for folder in folders if f"{folder}/README.md" not in files], len(folders)


CHECKS = {"shell": check_shell, "python": check_python, "man": check_man, "paths": check_paths,
          "readmes": check_readmes}


def main(arguments):
    if len(arguments) != 2 or arguments[1] not in CHECKS:
        print(__doc__, file=sys.stderr)
        return 2
    findings, checked = CHECKS[arguments[1]](repository_files())
    return report(arguments[1], findings, checked)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
