"""A real Postfix on loopback with a configuration, a queue and processes of its own.

It takes mail on one port, hands it to a milter, and relays all of it to smtp-sink, which writes each
message into a file. The machine's own Postfix, where there is one, is not touched.
"""

import pathlib
import re
import shutil
import signal
import smtplib
import socket
import subprocess

MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = {home}
maillog_file = {home}/maillog
myhostname = mx.example.test
mydestination =
mynetworks = 0.0.0.0/0
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
smtp_host_lookup = native
relayhost = [127.0.0.1]:{sink}
alias_maps =
local_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtputf8_enable = yes
strict_smtputf8 = no
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
milter_default_action = tempfail
milter_connect_timeout = 5s
milter_content_timeout = 30s
smtpd_milters = {milter}
non_smtpd_milters = {milter}
internal_mail_filter_classes = bounce
"""
SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
  -o milter_macro_daemon_name={listener}
postlog   unix-dgram n - n - 1 postlogd
pickup    unix n - n 3 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
"""
# What smtp-sink puts before a message.
SINK_LINES = re.compile(rb"X-(Client|Helo|Mail|Rcpt)-")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postfix:
    """`with Postfix(folder, milter) as mail_server:`; `milter`: as smtpd_milters takes it; `more`: lines for
    main.cf. Other users have to get to `folder`."""

    def __init__(self, folder, milter, listener="ORIGINATING", more=""):
        self.home = pathlib.Path(folder)
        self.port, self.sink_port = free_port(), free_port()
        self.sink_folder = self.home / "sink"
        for name in ("etc", "queue", "data", "sink"):
            (self.home / name).mkdir(parents=True)
        shutil.chown(self.home / "data", "postfix")
        shutil.chown(self.sink_folder, "nobody")
        words = {"home": self.home, "sink": self.sink_port, "port": self.port, "milter": milter,
                 "listener": listener}
        (self.home / "etc/main.cf").write_text(MAIN.format(**words) + more, encoding="ascii")
        (self.home / "etc/master.cf").write_text(SERVICES.format(**words), encoding="ascii")
        self.sink = self.master = None
        self.taken = 0

    def __enter__(self):
        self.sink = subprocess.Popen(
            ["smtp-sink", "-u", "nobody", "-d", f"{self.sink_folder}/%M.",
             f"127.0.0.1:{self.sink_port}", "100"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._postfix("check", check=False)
        self.master = subprocess.Popen(
            ["/usr/lib/postfix/sbin/master", "-c", str(self.home / "etc"), "-d"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self._await("daemon started")
        return self

    def __exit__(self, *_):
        # master -d ends its children with itself.
        self.master.send_signal(signal.SIGTERM)
        self.master.wait(timeout=60)
        self.sink.terminate()
        self.sink.wait(timeout=60)

    def _postfix(self, *arguments, check=True):
        subprocess.run(["postfix", "-c", str(self.home / "etc"), *arguments], check=check,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)

    def _await(self, pattern, seconds=60, count=1):
        follow = ["timeout", str(seconds), "tail", "-n", "+1", "-F", str(self.home / "maillog")]
        found = 0
        with subprocess.Popen(follow, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True) as tail:
            for line in tail.stdout:
                found += bool(re.search(pattern, line))
                if found == count:
                    tail.terminate()
                    return line
        raise AssertionError(f"{pattern!r} came {found} times: " + self.log())

    def log(self):
        return (self.home / "maillog").read_text(encoding="utf-8", errors="replace")

    def session(self, client=None, login=None):
        """An SMTP session; `client` and `login`: from this address, as who logged in (XCLIENT)."""
        session = smtplib.SMTP("127.0.0.1", self.port, timeout=30)
        session.ehlo()
        if client or login:
            words = f"ADDR={client or '127.0.0.1'}" + (f" LOGIN={login}" if login else "")
            code, text = session.docmd("XCLIENT", words)
            assert code == 220, text
            session.ehlo()
        return session

    def send(self, message, envelope="joe@example.test", to="sue@dest.example", **who):
        """Hands one message over; smtplib.SMTPException where it is refused."""
        with self.session(**who) as session:
            session.sendmail(envelope, [to], message, mail_options=["BODY=8BITMIME"])

    def submit(self, message, envelope="joe@example.test", to="sue@dest.example"):
        """Hands one message to sendmail(1), as a program of this host does."""
        subprocess.run(["/usr/sbin/sendmail", "-C", str(self.home / "etc"), "-i", "-f", envelope, to],
                       input=message, check=True, timeout=60)

    def delivered(self, count=1):
        """The next `count` messages that the sink gets; oldest first."""
        self.taken += count
        self._await(r"status=sent", count=self.taken)
        files = sorted(self.sink_folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return [as_sent(path.read_bytes()) for path in files[self.taken - count:self.taken]]


def as_sent(dump):
    """smtp-sink's file without the lines that smtp-sink puts before the message, ended by CRLF."""
    # And it ends each with a line end more.
    lines = dump.removesuffix(b"\n").replace(b"\r\n", b"\n").split(b"\n")
    while lines and SINK_LINES.match(lines[0]):
        lines.pop(0)
    if lines and lines[0].startswith(b"Received:"):
        lines.pop(0)
        while lines and lines[0][:1] in (b" ", b"\t"):
            lines.pop(0)
    return b"\r\n".join(lines)
