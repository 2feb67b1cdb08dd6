#!/usr/bin/python3
"""deploy's scripts: what they install, what they say when something fails, what they leave alone."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]


def bash(script, **environment):
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=ROOT,
                          env={**os.environ, **environment}, check=False)


class InstallPackagesTest(unittest.TestCase):
    """With stand-ins for apt-get, dpkg-query, id and sudo that come first in PATH."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        root = pathlib.Path(self.folder.name)
        self.bin, self.calls, self.installed = root / "bin", root / "calls", root / "installed"
        (root / "deploy").mkdir()
        self.bin.mkdir()
        self.calls.touch()
        self.installed.write_text("one\n", encoding="utf-8")
        self.script = shutil.copy(ROOT / "deploy/install-packages", root / "deploy")
        (root / "deploy/packages.txt").write_text("# Tools\none\ntwo  # why\n\nthree\n", encoding="utf-8")
        self.stand_in("dpkg-query", f'shift 3; for p; do grep -qx "$p" {self.installed} && '
                      'echo "installed $p"; done; exit 1')
        self.stand_in("apt-get", f'echo "apt-get $RUNLEVEL $*" >>{self.calls}; '
                      'echo dlstatus:1:50.0:x >&3; echo words; case "$*" in *install*) '
                      f'printf "two\\nthree\\n" >>{self.installed};; esac')
        self.stand_in("id", "echo 0")

    def stand_in(self, name, body):
        path = self.bin / name
        path.write_text(f"#!/bin/bash\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def run_it(self, *arguments, path=None):
        return subprocess.run(["/bin/bash", self.script, *arguments], capture_output=True, text=True,
                              env={"PATH": path or f"{self.bin}:/usr/bin:/bin"}, check=False)

    def test_installs_only_what_is_missing_and_then_nothing(self):
        first = self.run_it()
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertIn("downloading: 50 %", first.stdout)
        calls = self.calls.read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(calls), 2)
        self.assertTrue(calls[0].endswith(" update"), calls)
        self.assertTrue(calls[1].startswith("apt-get 1 "), "services must not start")
        self.assertTrue(calls[1].endswith("install --no-install-recommends three two"), calls)
        self.assertEqual(self.run_it().stdout, "all 3 packages are installed\n")
        self.assertEqual(len(self.calls.read_text(encoding="utf-8").splitlines()), 2)

    def test_what_an_installed_package_provides_is_there(self):
        self.stand_in("dpkg-query", 'case $3 in *Provides*) echo "installed zero, two (= 1.0)"; '
                      'echo "config-files three";; *) echo "installed one";; esac')
        self.assertEqual(self.run_it("--list").stdout, "three\n")

    def test_sections_for_tests_only_can_be_left_out(self):
        packages = pathlib.Path(self.folder.name) / "deploy/packages.txt"
        packages.write_text("# Tools\none\ntwo\n\n# Tests only: a server\nthree\n\n# More\nfour\n",
                            encoding="utf-8")
        self.assertEqual(self.run_it("--without-tests", "--list").stdout, "four\ntwo\n")
        self.assertEqual(self.run_it("--list").stdout, "four\nthree\ntwo\n")

    def test_list_installs_nothing(self):
        self.assertEqual(self.run_it("--list").stdout, "three\ntwo\n")
        self.assertEqual(self.calls.read_text(encoding="utf-8"), "")

    def test_through_sudo_when_not_root(self):
        self.stand_in("id", "echo 1000")
        self.stand_in("sudo", f'echo "sudo $*" >>{self.calls}; exec "$@"')
        self.assertEqual(self.run_it().returncode, 0)
        self.assertTrue(self.calls.read_text(encoding="utf-8").startswith("sudo env "))

    def test_neither_root_nor_sudo_says_what_to_run(self):
        self.stand_in("id", "echo 1000")
        for tool in ("env", "awk", "sed", "comm", "sort", "xargs", "grep", "dirname", "wc", "tail", "bash"):
            (self.bin / tool).symlink_to(shutil.which(tool))
        run = self.run_it(path=str(self.bin))
        self.assertEqual(run.returncode, 1)
        self.assertIn("apt-get install --no-install-recommends three two", run.stderr)
        self.assertEqual(self.calls.read_text(encoding="utf-8"), "")

    def test_failure_shows_the_words_of_apt(self):
        self.stand_in("apt-get", 'echo "E: no such mirror" >&2; exit 100')
        run = self.run_it()
        self.assertEqual(run.returncode, 1)
        self.assertIn("E: no such mirror", run.stderr)
        self.assertIn("run this again", run.stderr)

    def test_packages_txt_has_no_duplicates(self):
        text = (ROOT / "deploy/packages.txt").read_text(encoding="utf-8")
        names = [line.split("#")[0].strip() for line in text.splitlines()]
        names = [name for name in names if name]
        self.assertEqual(sorted(names), sorted(set(names)))


class StepsTest(unittest.TestCase):
    def run_steps(self, body):
        with tempfile.TemporaryDirectory() as folder:
            return bash(f". deploy/steps.sh; steps_begin 2 {folder}/log; {body}")

    def test_steps_are_numbered_and_timed(self):
        run = self.run_steps("step One true; step Two true")
        self.assertEqual(run.returncode, 0)
        self.assertRegex(run.stdout, r"\[1/2\] One\n +done in \d+\.\d s\n\[2/2\] Two\n")

    def test_failure_in_the_middle_of_a_function_ends_the_script(self):
        run = self.run_steps("f() { echo before; false; echo after; }; "
                             "step_fails_because 'Do that.'; step One f; echo unreached")
        self.assertEqual(run.returncode, 1)
        self.assertIn("before", run.stderr)
        self.assertIn("Do that.", run.stderr)
        self.assertNotIn("after", run.stderr)
        self.assertNotIn("unreached", run.stdout)

    def test_progress_is_shown_by_quarters(self):
        run = self.run_steps("step One seq -f '[%.0f/100] Building' 100")
        self.assertIn("      25 of 100\n      50 of 100\n", run.stdout)
        self.assertNotIn("Building", run.stdout)

    def test_what_a_step_tells_is_shown_at_once_and_kept(self):
        run = self.run_steps("f() { steps_tell It is so.; echo words; }; step One f; "
                             'grep -c "It is so" "$steps_log"')
        self.assertRegex(run.stdout, r"\[1/2\] One\n      It is so\.\n +done in \d+\.\d s\n1\n")
        self.assertNotIn("words", run.stdout)


class FollowTest(unittest.TestCase):
    """The daemon's log in words, with a log that does not grow."""

    LOG = ("level=info event=rotation.generate domain=d selector=\"\" result=ok\n"
           "level=info event=rotation.publish domain=d selector=s1 detail=\"\" result=ok\n"
           "level=info event=rotation.prove domain=d selector=s1 detail=\"\" result=DEADLINE\n"
           "level=info event=rotation.prove domain=d selector=s1 detail=\"\" result=ok\n"
           "level=info event=rotation.activate domain=d selector=s1 detail=\"\" result=ok\n")

    def follow(self, *calls):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "log").mkdir()
            pathlib.Path(folder, "log/dkimkeeperd.log").write_text(self.LOG, encoding="utf-8")
            return bash(f"dir={folder}; . deploy/steps.sh; . deploy/quickstart.d/follow.sh; "
                        + "; ".join(calls)).stderr.splitlines()

    def test_tells_until_it_happened_and_goes_on_from_there(self):
        lines = self.follow("follow_keys prove 1", "echo then >&2", "follow_keys activate 1")
        self.assertEqual([line.split(":")[0] for line in lines],
                         ["» s1  published", "» s1  proven", "then", "» s1  active"])


class QuickstartFolderTest(unittest.TestCase):
    def clear(self, folder):
        return bash(f"dir={folder} build=/nonexistent; . deploy/steps.sh; "
                    ". deploy/quickstart.d/story.sh; . deploy/quickstart.d/files.sh; clear_dir")

    def test_folder_of_somebody_else_is_left_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            theirs = pathlib.Path(folder, "theirs")
            theirs.write_text("x", encoding="utf-8")
            run = self.clear(folder)
            self.assertEqual(run.returncode, 1)
            self.assertIn("holds something else", run.stderr)
            self.assertTrue(theirs.exists())

    def test_folder_is_private_and_emptied_the_second_time(self):
        with tempfile.TemporaryDirectory() as parent:
            folder = pathlib.Path(parent, "new/folder")
            for _ in range(2):
                self.assertEqual(self.clear(folder).returncode, 0)
                self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
                self.assertFalse((folder / "left").exists())
                (folder / "left").touch()

    def test_usage(self):
        for arguments in ("--keep", "--what x", "x"):
            run = bash(f"deploy/quickstart {arguments}")
            self.assertEqual((run.returncode, run.stdout), (2, ""))
            self.assertIn("usage: deploy/quickstart [--keep DIR]", run.stderr)


class TestsRunTest(unittest.TestCase):
    """tests/run in a copy whose cmake only says how its tests went."""

    def run_it(self, outcome, *arguments):
        with tempfile.TemporaryDirectory() as parent:
            root = pathlib.Path(parent)
            for folder in ("deploy", "tests", "bin"):
                (root / folder).mkdir()
            shutil.copy(ROOT / "tests/run", root / "tests")
            shutil.copy(ROOT / "deploy/steps.sh", root / "deploy")
            for path, body in (("deploy/install-packages", "exit 0"), ("bin/cmake", outcome)):
                (root / path).write_text(f"#!/bin/bash\n{body}\n", encoding="utf-8")
                (root / path).chmod(0o755)
            return subprocess.run([root / "tests/run", *arguments], capture_output=True, text=True,
                                  env={**os.environ, "PATH": f"{root}/bin:{os.environ['PATH']}"},
                                  check=False)

    def last_line(self, run):
        return run.stdout.splitlines()[-1]

    def test_counts_of_all_stages_are_added(self):
        run = self.run_it('echo "100% tests passed, 0 tests failed out of 30"')
        self.assertEqual((run.returncode, self.last_line(run)), (0, "120 passed, 0 failed"))

    def test_quick_is_the_check_only(self):
        run = self.run_it('echo "100% tests passed, 0 tests failed out of 30"', "--quick")
        self.assertEqual((run.returncode, self.last_line(run)), (0, "30 passed, 0 failed"))

    def test_one_failing_stage_fails_all_and_the_others_run(self):
        run = self.run_it('if [ "$3" = asan ]; then echo "90% tests passed, 3 tests failed out of 30"; '
                          'exit 8; fi; echo "100% tests passed, 0 tests failed out of 10"')
        self.assertEqual((run.returncode, self.last_line(run)), (1, "57 passed, 3 failed"))
        self.assertIn("failed: asan", run.stdout)

    def test_output_of_failed_tests_is_shown(self):
        run = self.run_it(r'printf " 1/3 Test #1: a ... Passed\n 2/3 Test #2: b ...***Failed\nsaid why\n'
                          r'      Start 3: c\nnot this\n67%% tests passed, 1 tests failed out of 3\n"; '
                          + "exit 8", "--quick")
        self.assertEqual(self.last_line(run), "2 passed, 1 failed")
        self.assertIn("    said why", run.stdout)
        self.assertNotIn("not this", run.stdout)

    def test_stage_that_does_not_build_counts_as_failed(self):
        run = self.run_it('echo "ninja: error"; exit 1', "--quick")
        self.assertEqual((run.returncode, self.last_line(run)), (1, "0 passed, 1 failed"))

    def test_stage_without_tests_is_a_failure(self):
        run = self.run_it("exit 0", "--quick")
        self.assertEqual((run.returncode, self.last_line(run)), (1, "0 passed, 1 failed"))


if __name__ == "__main__":
    unittest.main()
