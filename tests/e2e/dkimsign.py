"""OpenSMTPD's filter-dkimsign, driven as smtpd(8) drives it (smtpd-filters(7)): lines on its input."""

import contextlib
import itertools
import subprocess

PROGRAM = "/usr/libexec/opensmtpd/filter-dkimsign"
HELLO = "config|smtpd-version|6.8.0\nconfig|subsystem|smtp-in\nconfig|ready\n"
LONGEST = 60


class Filter:
    """A running filter-dkimsign."""

    def __init__(self, process):
        self.process = process
        self.transactions = itertools.count(1)
        self._say(HELLO)
        while self._hear() != "register|ready":
            pass

    def _say(self, text):
        self.process.stdin.write(text.encode("latin-1"))
        self.process.stdin.flush()

    def _hear(self):
        line = self.process.stdout.readline().decode("latin-1").removesuffix("\n")
        assert line, "the filter has ended"
        return line

    def send(self, message):
        """(what smtpd would queue, its answer to the commit) of a message whose lines end in CRLF."""
        session, token = f"{next(self.transactions):016x}", "1ef1c203cc576e5d"
        event = f"0.6|1576146008.006099|smtp-in|%s|{session}"
        self._say(f"report|{event % 'tx-begin'}|1ef1c203\n")
        lines = message.decode("latin-1").removesuffix("\r\n").split("\r\n")
        for line in [*(f".{line}" if line.startswith(".") else line for line in lines), "."]:
            self._say(f"filter|{event % 'data-line'}|{token}|{line}\n")
        given = []
        while not given or given[-1] != ".":
            given.append(self._hear().split("|", 3)[3])
        self._say(f"filter|{event % 'commit'}|{token}|\n")
        answer = self._hear().split("|", 3)[3]
        text = "".join(line.removeprefix(".") + "\r\n" for line in given[:-1])
        return text.encode("latin-1"), answer


@contextlib.contextmanager
def filter_dkimsign(environment, domain, selector, key, algorithm):
    """A running Filter that signs relaxed/relaxed with this key file."""
    words = [PROGRAM, "-a", algorithm, "-c", "relaxed/relaxed", "-d", domain, "-s", selector, "-k", str(key)]
    with subprocess.Popen(["timeout", str(LONGEST), *words], env=environment, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        try:
            yield Filter(process)
        finally:
            process.terminate()
