#!/usr/bin/python3
"""Time, environment and sleep have rooms of their own: checks that nobody else calls them.

Time is a parameter (`now`), so that a year passes in a test in a millisecond; a test that sleeps is
slow and wrong on a busy machine; a library that reads the environment surprises its user.
"""

import re
import sys

from sources import Finding, cpp_files, read, report, without_comments_and_strings

# name, what must not be called, what to do instead, rooms where it may be
RULES = (
    ("wall clock",
     re.compile(r"\b(?:system_clock|utc_clock|file_clock)\s*::\s*now\b"
                r"|(?<![\w.>:])(?:std::|::)?(?:gettimeofday|timespec_get)\s*\("
                # Not a variable of that name, as in `hh_mm_ss time(at - day)`.
                r"|\bstd::time\s*\(|(?<![\w.>])time\s*\(\s*(?:nullptr|NULL|0|&\w+)\s*\)"
                r"|\bclock_gettime\s*\(\s*CLOCK_REALTIME"),
     "take the time as a parameter; only a loop owns a Clock (proto/base/clock.h)",
     ("proto/base/clock", "client/cli/", "client/examples/", "tests/bench/")),
    ("sleep",
     re.compile(r"\b(?:sleep_for|sleep_until|usleep|nanosleep|clock_nanosleep)\b"
                r"|(?<![\w.>:])(?:std::|::)?sleep\s*\("),
     "wait for the event itself (condition variable, poll, future), with a limit",
     ()),
    ("environment",
     re.compile(r"\b(?:getenv|secure_getenv|setenv|unsetenv|putenv)\s*\(|(?<![\w.>])\benviron\b"),
     "take the value as an option; programs read their environment in main",
     ("client/cli/", "client/examples/", "client/provider/provider.cc", "client/agent/main.cc",
      "tests/unit/client/cli/",
      "server/main.cc", "hsm/program/main.cc",
      "tests/fakes/softhsm", "tests/fakes/run_program", "tests/contract/", "tests/bench/",
      # A module has no other way to be told anything.
      "tests/faultmodule/module", "tests/faultmodule/raw_token",
      # What a started program inherits.
      "proto/base/process")),
)


def check(path, text):
    """Findings of one file."""
    findings = []
    lines = without_comments_and_strings(text).splitlines()
    for name, forbidden, instead, rooms in RULES:
        if path.startswith(rooms):
            continue
        for number, line in enumerate(lines, 1):
            match = forbidden.search(line)
            if match:
                call = match.group(0).rstrip("( ")
                findings.append(Finding(path, number, f"`{call}` ({name}): {instead}"))
    return findings


def main():
    files = cpp_files()
    return report("calls", [f for path in files for f in check(path, read(path))], len(files))


if __name__ == "__main__":
    sys.exit(main())
