#!/usr/bin/python3
"""dkimkeeper(1), dkimkeeperd(8), dkimkeeper-agent(8) and dkimkeeper-token(8) name every verb and option,
dkimkeeper-agent.toml(5) every key of the example, and libdkimkeeper(3) every function.

    man_page_test.py DKIMKEEPER DKIMKEEPERD DKIMKEEPER-TOKEN DKIMKEEPER-AGENT
"""

import pathlib
import re
import subprocess
import sys
import unittest

MAN = pathlib.Path(__file__).resolve().parents[3] / "deploy/man"


def help_of(program, words=()):
    return subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True).stdout


def verbs_in(text):
    """Names in the list of sub-commands of a help text."""
    listed = re.search(r"^Subcommands:\n((?:  .*\n|\n)*)", text, re.MULTILINE)
    return re.findall(r"^  ([a-z][a-z-]*)\b", listed.group(1), re.MULTILINE) if listed else []


def options_in(text):
    return set(re.findall(r"^  (?:-\w,)?--([a-z][a-z-]*)", text, re.MULTILINE)) - {"help"}


def walk(program, words=()):
    """(words of a verb, its options) for each verb that does something."""
    text = help_of(program, words)
    yield words, options_in(text), not verbs_in(text)
    for verb in verbs_in(text):
        yield from walk(program, (*words, verb))


def documented_options(page):
    return set(re.findall(r"\bFl -([a-z][a-z-]*)", page)) | set(
        option for line in re.findall(r"\.Fl (-[^.\n]*)", page)
        for option in re.findall(r"-([a-z][a-z-]*)", line))


class ManPageTest(unittest.TestCase):
    dkimkeeper = dkimkeeperd = dkimkeeper_token = dkimkeeper_agent = None

    def test_dkimkeeper_names_every_verb_and_option(self):
        page = (MAN / "dkimkeeper.1").read_text(encoding="utf-8")
        verbs = list(walk(self.dkimkeeper))
        self.assertGreater(len(verbs), 20, "the help was not understood")
        for words, options, acts in verbs:
            with self.subTest(verb=" ".join(words)):
                if words and acts:
                    self.assertRegex(page, rf"(?m)\bIc {' '.join(words)}\b")
                self.assertEqual(options - documented_options(page), set())

    def test_the_daemons_name_every_option(self):
        for name, program in (("dkimkeeperd", self.dkimkeeperd), ("dkimkeeper-agent", self.dkimkeeper_agent)):
            with self.subTest(program=name):
                page = (MAN / f"{name}.8").read_text(encoding="utf-8")
                options = options_in(help_of(program))
                self.assertIn("config", options, "the help was not understood")
                self.assertEqual(options - documented_options(page), set())

    def test_the_agents_configuration_names_every_key(self):
        page = (MAN / "dkimkeeper-agent.toml.5").read_text(encoding="utf-8")
        example = (MAN.parent / "dkimkeeper-agent.toml").read_text(encoding="utf-8")
        keys = re.findall(r"(?m)^#?([a-z_]+) = ", example)
        self.assertGreater(len(keys), 25, "the example was not understood")
        named = {word for line in re.findall(r"(?m)^\.It Ic (.*)$", page) for word in line.split(" , ")}
        self.assertEqual(set(keys) - named, set())

    def test_dkimkeeper_token_names_every_command_and_option(self):
        page = (MAN / "dkimkeeper-token.8").read_text(encoding="utf-8")
        verbs = list(walk(self.dkimkeeper_token))
        self.assertEqual(len(verbs), 5, "the help was not understood")
        for words, options, _ in verbs:
            with self.subTest(verb=" ".join(words)):
                for word in words:
                    self.assertRegex(page, rf"(?m)^\.Ic {word}$")
                self.assertEqual(options - documented_options(page), set())

    def test_libdkimkeeper_names_every_function(self):
        page = (MAN / "libdkimkeeper.3").read_text(encoding="utf-8")
        header = MAN.parents[1] / "client/include/dkimkeeper/dkimkeeper.h"
        text = re.sub(r"(?s)/\*.*?\*/", "", header.read_text(encoding="utf-8"))
        functions = set(re.findall(r"\b(dkimkeeper_\w+)\(", text))
        self.assertGreater(len(functions), 20, "the header was not understood")
        self.assertEqual(functions ^ set(re.findall(r"(?m)^\.Fn (\w+)", page)), set())


if __name__ == "__main__":
    ManPageTest.dkimkeeper_agent = sys.argv.pop()
    ManPageTest.dkimkeeper_token = sys.argv.pop()
    ManPageTest.dkimkeeperd = sys.argv.pop()
    ManPageTest.dkimkeeper = sys.argv.pop()
    unittest.main()
