#!/usr/bin/python3
"""Each lint finds what it is there for, and leaves good text alone."""

import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import calls
import format as clang_format
import header_sets
import layers
import lengths
import sources
import texts
import tidy


@contextlib.contextmanager
def repository(files):
    """A throwaway repository root that holds {path: text}."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        with contextlib.ExitStack() as stack:
            for module in (sources, texts, clang_format, header_sets, tidy):
                stack.enter_context(mock.patch.object(module, "ROOT", root))
            yield root


class StripTest(unittest.TestCase):
    def strip(self, text, expected):
        self.assertEqual(sources.without_comments_and_strings(text), expected)

    def test_comments_go_and_lines_stay(self):
        self.strip("a // b\nc /* d\ne */ f", "a     \nc     \n     f")

    def test_strings_go(self):
        self.strip('f("a\\"b", \'"\')', 'f("    ", \' \')')

    def test_raw_strings_go(self):
        self.strip('f(R"x({)x") g', "f(        ) g")

    def test_digit_separators_are_no_quotes(self):
        self.strip("1'000 + 2'000; // x", "1'000 + 2'000;     ")


class LayersTest(unittest.TestCase):
    def refused(self, path, line):
        self.assertEqual(len(layers.check(path, f"{line}\n")), 1, f"{path}: {line}")

    def allowed(self, path, line):
        self.assertEqual(layers.check(path, f"{line}\n"), [], f"{path}: {line}")

    def test_arrows_point_one_way(self):
        for path, line in (
                ("proto/dkim/domain.h", '#include "hsm/token.h"'),
                ("proto/dkim/domain.h", '#include "proto/grpc_status.h"'),
                ("hsm/token.h", '#include "server/keys/key_record.h"'),
                ("hsm/token.h", '#include "hsm/pkcs11/session.h"'),
                ("client/lib/client.cc", '#include "server/base/clock.h"'),
                ("server/signing/signer.cc", '#include "dkimkeeper/client.h"'),
                ("server/signing/signer.cc", '#include "client/dkim/canonicalize.h"'),
                ("server/signing/signer.cc", '#include "hsm/pkcs11/pkcs11_token.h"'),
                ("server/signing/signer.cc", '#include "tests/fakes/fake_token.h"'),
                ("tests/unit/client/a_test.cc", '#include "server/keys/key_record.h"')):
            self.refused(path, line)

    def test_libraries_have_rooms(self):
        for path, line in (
                ("server/signing/signer.cc", "#include <grpcpp/grpcpp.h>"),
                ("server/signing/signer.cc", '#include "dkimkeeper/v1/signing.pb.h"'),
                ("server/keys/keyring.cc", "#include <soci/soci.h>"),
                ("hsm/key_id.cc", "#include <libp11.h>"),
                ("server/rpc/keys_service.cc", "#include <p11-kit/pkcs11.h>"),
                ("client/include/dkimkeeper/client.h", "#include <openssl/evp.h>"),
                ("client/include/dkimkeeper/client.h", '#include "dkimkeeper/v1/signing.pb.h"'),
                ("client/lib/key_cache.cc", "#include <grpcpp/grpcpp.h>"),
                ("proto/dkim/domain.cc", "#include <toml++/toml.h>"),
                ("server/keys/keyring.cc", "#include <nlohmann/json.hpp>"),
                ("server/keys/keyring.cc", "#include <curl/curl.h>")):
            self.refused(path, line)

    def test_a_new_folder_needs_a_row(self):
        self.refused("library/x.h", "#include <vector>")

    def test_good_includes_pass(self):
        for path, line in (
                ("proto/dkim/domain.h", "#include <cstdint>"),
                ("proto/dkim/domain.cc", "#include <idn2.h>"),
                ("hsm/pkcs11/session.cc", "#include <p11-kit/pkcs11.h>"),
                ("server/signing/signer.cc", '#include "hsm/token.h"'),
                ("server/rpc/keys_service.cc", "#include <grpcpp/grpcpp.h>"),
                ("client/lib/connection.cc", "#include <grpcpp/grpcpp.h>"),
                ("client/cli/main.cc", "#include <CLI/CLI.hpp>"),
                ("client/dkim/body_hash.cc", '#include "dkimkeeper/message_signer.h"')):
            self.allowed(path, line)


class CallsTest(unittest.TestCase):
    def refused(self, path, line):
        self.assertEqual(len(calls.check(path, f"{line}\n")), 1, line)

    def allowed(self, path, line):
        self.assertEqual(calls.check(path, f"{line}\n"), [], line)

    def test_wall_clock(self):
        for line in ("auto n = std::chrono::system_clock::now();", "t = time(nullptr);",
                     "std::time(&t);", "time(&t);", "::time(0);", "gettimeofday(&tv, nullptr);",
                     "clock_gettime(CLOCK_REALTIME, &ts);"):
            self.refused("server/keys/keyring.cc", line)

    def test_sleep(self):
        for line in ("std::this_thread::sleep_for(1ms);", "usleep(10);", "sleep(1);",
                     "nanosleep(&a, &b);"):
            self.refused("tests/unit/hsm/session_test.cc", line)

    def test_environment(self):
        self.refused("client/lib/client.cc", 'std::getenv("HOME");')
        self.refused("server/startup.cc", 'setenv("A", "b", 1);')

    def test_rooms_and_other_words_pass(self):
        self.allowed("client/cli/main.cc", 'std::getenv("DKIMKEEPER_SERVER");')
        self.allowed("proto/base/clock.cc", "return std::chrono::system_clock::now();")
        self.allowed("server/keys/keyring.cc", "key.time(); hh_mm_ss time(at - day); // system_clock::now()")
        self.allowed("server/keys/keyring.cc", "std::chrono::system_clock::time_point now")
        self.allowed("server/keys/keyring.cc", 'Say("sleep(1)"); std::chrono::steady_clock::now();')


class LengthsTest(unittest.TestCase):
    def functions(self, text):
        return [(f.name, f.line, f.lines) for f in lengths.cpp_functions(text)]

    def test_functions_are_found_where_they_are(self):
        self.assertEqual(self.functions(
            "#define X {\nnamespace a {\nclass B : public C {\n public:\n  B() : x_{1} {}\n"
            "  int f() const {\n    if (x) {\n    }\n  }\n};\n}\n"
            "int table[] = {1, 2};\nauto g(int a,\n       int b) -> int {\n  return [] { return 1; }();\n}\n"),
            [("B", 5, 1), ("f", 6, 4), ("g", 13, 4)])

    def test_initialisers_are_no_bodies(self):
        self.assertEqual(self.functions(
            "B::B(int a)\n    : x_{a},\n      y_{2} {\n  if (a) {\n  }\n}\nRow rows[] = {{f(1)}, {2}};\n"
            "SUITE(A, Values(Row{1},\n  Row{2}));\n"), [("B::B", 1, 6)])

    def test_tests_are_functions(self):
        self.assertEqual(self.functions("TEST(A, B) {\n  x();\n}\n"), [("TEST", 1, 3)])

    def test_long_function_is_refused(self):
        body = "  f();\n" * lengths.FUNCTION_LIMIT
        self.assertEqual(len(lengths.check("a.cc", f"void g() {{\n{body}}}\n")[0]), 1)
        self.assertEqual(len(lengths.check("a.py", "def g():\n" + body.replace(";", ""))[0]), 1)

    def test_long_file_is_refused(self):
        self.assertEqual(len(lengths.check("a.cc", "\n" * lengths.FILE_LIMIT)[0]), 0)
        self.assertEqual(len(lengths.check("a.cc", "\n" * (lengths.FILE_LIMIT + 1))[0]), 1)

    def test_long_readme_is_refused(self):
        self.assertEqual(len(lengths.check("hsm/README.md", "x\n" * 40)[0]), 0)
        self.assertEqual(len(lengths.check("hsm/README.md", "x\n" * 41)[0]), 1)


class TextsTest(unittest.TestCase):
    def found(self, check, files):
        with repository(files):
            return [(f.path, f.line) for f in texts.CHECKS[check](sources.repository_files())[0]]

    def test_shellcheck(self):
        bad = "#!/bin/bash\nrm -rf $1/x\n"
        self.assertEqual(self.found("shell", {"run": bad}), [("run", 2)])
        self.assertEqual(self.found("shell", {"run": '#!/bin/sh\nrm -rf "$1"\n'}), [])
        self.assertEqual(self.found("shell", {"run": bad.replace("bin/bash", "usr/bin/awk")}), [])

    def test_python(self):
        self.assertEqual(self.found("python", {"a.py": "x = 1\ndef (:\n"}), [("a.py", 2)])
        self.assertEqual(self.found("python", {"a.py": "x = '\\d'\n"}), [("a.py", 1)])
        self.assertEqual(self.found("python", {"a.py": "x = 1\n"}), [])

    def test_man(self):
        good = (".Dd January 1, 2025\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n.Nd does it\n"
                ".Sh DESCRIPTION\nIt does.\n")
        self.assertEqual(self.found("man", {"deploy/man/x.1": good}), [])
        self.assertEqual(self.found("man", {"deploy/man/x.1": good + ".Xyz\n"}),
                         [("deploy/man/x.1", 9)])

    def test_man_page_names_every_key(self):
        page = ".Ss [server]\n.It Ic listen , health\n.Ss [[token]]\n.It Ic name\n"
        example = "[server]\nlisten = 1\n#health = 2\n# prose = not a key\n[[token]]\nname = 3\n"
        self.assertEqual(list(texts.undocumented_keys(example, page)), [])
        self.assertEqual(list(texts.undocumented_keys(example + "[audit]\n#path = 4\n", page)),
                         [(7, "[audit]"), (8, "path")])

    def test_paths_of_one_machine(self):
        for folder in ("ho" + "me", "wo" + "rk", "ro" + "ot"):
            self.assertEqual(self.found("paths", {"a.md": f"x\ncp /{folder}/me/x .\n"}), [("a.md", 2)])
        self.assertEqual(self.found("paths", {"a.md": f"$dir/wo{'r'}k/x, /etc/x, a/ho{'m'}e/b\n"}), [])

    def test_readmes(self):
        everything = {f"{folder}/README.md": "x\n"
                      for folder in sources.CODE_FOLDERS + ("deploy",)}
        self.assertEqual(self.found("readmes", everything), [])
        del everything["hsm/README.md"]
        self.assertEqual(self.found("readmes", everything), [("hsm/README.md", 1)])


class FormatTest(unittest.TestCase):
    def test_clang_format(self):
        style = "BasedOnStyle: Google\n"
        with repository({".clang-format": style, "proto/x.h": "int  a ;\n"}) as root:
            self.assertEqual([f.path for f in clang_format.check(["proto/x.h"])][:1], ["proto/x.h"])
            (root / "proto/x.h").write_text("int a;\n", encoding="utf-8")
            self.assertEqual(clang_format.check(["proto/x.h"]), [])


class TidyTest(unittest.TestCase):
    HEADER = "#pragma once\ninline int f(int x) { return x; }\n"
    BAD = "inline int bad(int x) {\n  return sizeof(sizeof(x));\n}\n"

    def run_tidy(self, root):
        build = root / "build"
        build.mkdir(exist_ok=True)
        entries = [{"directory": str(root), "file": str(path), "command": f"c++ -std=c++20 -I{root} {path}"}
                   for path in sorted(root.glob("proto/*.cc"))]
        (build / "compile_commands.json").write_text(json.dumps(entries), encoding="utf-8")
        (root / ".clang-tidy").write_text("Checks: -*,bugprone-*\nWarningsAsErrors: '*'\n",
                                          encoding="utf-8")
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = tidy.main(["tidy.py", str(build)])
        self.assertEqual(list((build / "tidy-cache").glob("*.cc")), [])
        return status, out.getvalue(), err.getvalue()

    def sources(self, body="{ return f(1); }"):
        return {f"proto/{name}.cc": f'#include "proto/a.h"\nint {name}() {body}\n' for name in "bcd"} | {
            "proto/a.h": self.HEADER}

    def test_clean_sources_are_remembered_until_a_header_changes(self):
        with repository(self.sources()) as root:
            status, out, _ = self.run_tidy(root)
            self.assertEqual((status, "3 sources, 0 known" in out), (0, True), out)
            self.assertIn("3 sources, 3 known", self.run_tidy(root)[1])
            (root / "proto/a.h").write_text(self.HEADER + self.BAD, encoding="utf-8")
            for _ in range(2):  # what was found is not remembered as clean
                status, out, err = self.run_tidy(root)
                self.assertEqual((status, "3 sources, 0 known" in out), (1, True), out)
                self.assertIn("proto/a.h:4:", err)

    def test_finds_in_each_source_of_a_batch(self):
        with repository(self.sources("{ return sizeof(sizeof(f)); }")) as root:
            self.assertEqual([line.split(" ")[0] for line in self.run_tidy(root)[2].splitlines()],
                             [f"proto/{name}.cc:2:" for name in "bcd"])

    def test_sources_that_do_not_compile_together_are_looked_at_alone(self):
        files = self.sources()
        for name in "bcd":
            files[f"proto/{name}.cc"] += "namespace { int same() { return 1; } }\nint {}() { return same(); }\n".replace("{}", name * 2)
        with repository(files) as root:
            self.assertEqual(self.run_tidy(root)[0], 0)
            (root / "proto/c.cc").write_text(files["proto/c.cc"] + self.BAD, encoding="utf-8")
            status, out, err = self.run_tidy(root)
            self.assertEqual((status, "2 known" in out, "proto/c.cc:6:" in err), (1, True, True), err)

    def test_source_that_does_not_compile_is_a_failure(self):
        with repository({"proto/b.cc": "int f( {\n"}) as root:
            self.assertEqual(self.run_tidy(root)[0], 1)


class HeaderSetsTest(unittest.TestCase):
    def test_header_in_no_set(self):
        headers = ["hsm/token.h", "client/include/dkimkeeper/client.h"]
        self.assertEqual(header_sets.missing(headers, {"hsm/token.h", "dkimkeeper/client.h"}), [])
        self.assertEqual([f.path for f in header_sets.missing(headers, {"hsm/token.h"})], headers[1:])

    def test_header_that_needs_another(self):
        cmake = ("cmake_minimum_required(VERSION 3.25)\nproject(x LANGUAGES CXX)\n"
                 "set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)\nadd_library(x INTERFACE)\n"
                 "target_sources(x INTERFACE FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} "
                 "FILES hsm/x.h)\n")
        with repository({"CMakeLists.txt": cmake,
                         "hsm/x.h": "#pragma once\nstd::string x();\n"}) as root:
            build = root / "build"
            subprocess.run(["cmake", "-G", "Ninja", "-S", root, "-B", build], check=True,
                           capture_output=True)
            self.assertEqual([(f.path, f.line) for f in header_sets.build_them(build)],
                             [("hsm/x.h", 2)])
            (root / "hsm/x.h").write_text("#pragma once\n#include <string>\nstd::string x();\n",
                                          encoding="utf-8")
            self.assertEqual(header_sets.build_them(build), [])
            self.assertEqual(header_sets.verified_headers(build), {"hsm/x.h"})


    def test_header_beside_a_test_is_compiled_alone(self):
        with repository({"tests/a.h": "#pragma once\nstd::string x();\n",
                         "tests/b.h": "#pragma once\nX y();\n"}):
            flags = {"tests/a_test.cc": ("-std=c++20", "-DX=int"), "hsm/z.cc": ()}
            self.assertEqual([(f.path, f.line) for f in header_sets.compile_alone(
                ["tests/a.h", "tests/b.h"], flags)], [("tests/a.h", 2)])


class ReportTest(unittest.TestCase):
    def test_nothing_looked_at_is_a_failure(self):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(sources.report("x", [], 0), 1)
            self.assertEqual(sources.report("x", [], 1), 0)
            self.assertEqual(sources.report("x", [sources.Finding("a", 1, "b")], 1), 1)


if __name__ == "__main__":
    os.environ.pop("GIT_DIR", None)
    sys.exit(unittest.main())
