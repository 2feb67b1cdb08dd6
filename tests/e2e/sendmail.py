"""Debian's Sendmail with a configuration and a queue of its own, no daemon: SMTP on its standard input.

A message is delivered before Sendmail says that it took it.
"""

import contextlib
import pathlib
import smtplib
import socket
import subprocess

from unpacked import unpacked, with_names

CONFIGURATION = """\
divert(-1)
define(`_CF_DIR_', `{cf}/')
include(`{cf}/m4/cf.m4')
divert(0)
OSTYPE(`linux')
define(`confDOMAIN_NAME', `mx.example.test')
define(`QUEUE_DIR', `{home}/queue')
define(`confPID_FILE', `{home}/pid')
define(`confDONT_BLAME_SENDMAIL', `groupwritabledirpathsafe')
define(`STATUS_FILE', `')
define(`ALIAS_FILE', `')
define(`HELP_FILE', `')
define(`SMART_HOST', `esmtp:[127.0.0.1]')
define(`ESMTP_MAILER_ARGS', `TCP $h {port}')
FEATURE(`nocanonify')
FEATURE(`accept_unresolvable_domains')
INPUT_MAIL_FILTER(`dkimkeeper', `S=inet:{milter}@127.0.0.1, F=T, T=C:5s;S:10s;R:30s;E:1m')
MAILER(`smtp')
"""


class Session(smtplib.SMTP):
    """SMTP over a socket that is connected."""

    def __init__(self, connected):
        self.connected = connected
        super().__init__("sendmail", timeout=120)

    def _get_socket(self, *_):
        return self.connected


class Sendmail:
    """Signs with the milter at this port of 127.0.0.1; delivers to 127.0.0.1:`port`. Started as root."""

    def __init__(self, folder, port, milter):
        self.home = pathlib.Path(folder)
        (self.home / "queue").mkdir(parents=True)
        (self.home / "queue").chmod(0o700)
        self.program = unpacked("sendmail-bin") / "usr/libexec/sendmail/sendmail"
        self.environment = with_names(self.home, host="mx.example.test")
        self.config = self.home / "sendmail.cf"
        macros = CONFIGURATION.format(cf=unpacked("sendmail-cf") / "usr/share/sendmail/cf",
                                      home=self.home, port=port, milter=milter)
        self.config.write_bytes(subprocess.run(["m4"], input=macros.encode(), check=True, timeout=60,
                                               capture_output=True).stdout)

    @contextlib.contextmanager
    def session(self):
        ours, theirs = socket.socketpair()
        with subprocess.Popen([self.program, "-C", self.config, "-bs", "-odi"], stdin=theirs,
                              stdout=theirs, env=self.environment) as process:
            theirs.close()
            try:
                with Session(ours) as session:
                    session.ehlo()
                    yield session
            finally:
                process.terminate()

    def send(self, message, envelope="joe@example.test", to="sue@dest.example"):
        """Hands one message over; smtplib.SMTPException where it is refused."""
        with self.session() as session:
            session.sendmail(envelope, [to], message, mail_options=["BODY=8BITMIME"])
