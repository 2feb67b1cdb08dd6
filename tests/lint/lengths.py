#!/usr/bin/python3
"""Reports how long files and functions are, and refuses the few that are far too long.

The report is the point: median and ninth decile say whether the house style holds. Limits: 500
lines a file, 100 lines a function; READMEs of top-level folders 40.
"""

import ast
import re
import statistics
import sys
from typing import NamedTuple

from sources import Finding, cpp_files, read, report, repository_files, without_comments_and_strings

FILE_LIMIT = 500
FUNCTION_LIMIT = 100
README_LIMIT = 40
README = re.compile(r"^(proto|hsm|server|client|tests|deploy)/README\.md$")
SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b[^()=]*$|^\s*$")
LABEL = re.compile(r"^\s*(?:(?:public|protected|private)\s*:\s*)+")
# `B() : x_` before `{1}`; not `f() const` before its body.
MEMBER = re.compile(r"\)[^;]*[^:]:(?!:)[^;]*[\w>]\s*$")


class Function(NamedTuple):
    name: str
    line: int  # of its first line, from 1
    lines: int


def brace_kind(head, inside_function):
    """What opens after `head`: a scope, a function, or (block) something that holds no function."""
    if inside_function:
        return "block"
    if SCOPE.search(head.replace("\n", " ")) or "(" not in head:
        return "scope"
    if head.count("(") > head.count(")") or MEMBER.search(head):
        return "initialiser"
    return "function"


def cpp_functions(text):
    """The functions of C++ text, by their braces: a body stands after `)` in a namespace or class."""
    text = re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                  without_comments_and_strings(text), flags=re.MULTILINE)
    functions, stack, head_start = [], [], 0
    for match in re.finditer(r"[{};]", text):
        at, kind = match.start(), None
        if match.group(0) == "{":
            head = text[head_start:at]
            start = head_start + (LABEL.match(head).end() if LABEL.match(head) else 0)
            start += len(text[start:at]) - len(text[start:at].lstrip())
            inside_function = any(opened != "scope" for opened, _ in stack)
            stack.append((brace_kind(head, inside_function), start))
        elif match.group(0) == "}" and stack:
            kind, start = stack.pop()
            if kind == "function":
                name = re.search(r"(operator\S*|[\w:~]+)\s*\(", text[start:at])
                functions.append(Function(name.group(1) if name else "?", text.count("\n", 0, start) + 1,
                                          text.count("\n", start, at) + 1))
        if kind != "initialiser" and all(opened == "scope" for opened, _ in stack):
            head_start = at + 1
    return functions


def python_functions(text):
    return [Function(node.name, node.lineno, node.end_lineno - node.lineno + 1)
            for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def check(path, text):
    """(findings, functions) of one file."""
    findings = []
    lines = text.count("\n")
    if README.match(path):
        if lines > README_LIMIT:
            findings.append(Finding(path, README_LIMIT + 1, f"{lines} lines; a README here has at most "
                                    f"{README_LIMIT}: move the rest to DESIGN.md"))
        return findings, []
    if lines > FILE_LIMIT:
        findings.append(Finding(path, FILE_LIMIT + 1, f"{lines} lines; over {FILE_LIMIT} a file holds "
                                "more than one noun: split it"))
    functions = python_functions(text) if path.endswith(".py") else (
        cpp_functions(text) if path.endswith((".h", ".cc", ".c")) else [])
    for function in functions:
        if function.lines > FUNCTION_LIMIT:
            findings.append(Finding(path, function.line, f"{function.name} has {function.lines} lines; "
                                    f"over {FUNCTION_LIMIT} nobody reads it at once: split it"))
    return findings, functions


def describe(title, values):
    """One line: how many, median, ninth decile, longest."""
    if not values:
        return
    deciles = statistics.quantiles(values, n=10) if len(values) > 1 else [values[0]] * 9
    print(f"{title}: {len(values)}, median {statistics.median(values):.0f}, "
          f"nine in ten under {deciles[8]:.0f}, longest {max(values)}")


def main():
    files = cpp_files() + [name for name in repository_files()
                           if name.endswith((".py", ".sh", ".pl")) or README.match(name)]
    findings, all_functions, longest = [], [], []
    for path in files:
        text = read(path)
        found, functions = check(path, text)
        findings += found
        all_functions += [function.lines for function in functions]
        longest += [(function.lines, path, function) for function in functions]
    describe("lines a file", [read(path).count("\n") for path in files])
    describe("lines a function", all_functions)
    for lines, path, function in sorted(longest, reverse=True)[:5]:
        print(f"  {lines:4} {path}:{function.line} {function.name}")
    return report("lengths", findings, len(files))


if __name__ == "__main__":
    sys.exit(main())
