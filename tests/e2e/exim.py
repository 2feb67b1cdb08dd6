"""Debian's Exim with a configuration and a spool of its own, as one unprivileged user, no daemon.

A message is delivered before the command that hands it over ends; what is deferred waits for run_queue.
"""

import pathlib
import shlex
import shutil
import subprocess

from unpacked import unpacked, with_names

CONFIGURATION = """\
exim_path = {program}
exim_user = {user}
exim_group = {user}
keep_environment = LD_PRELOAD : NSS_WRAPPER_*
deliver_drop_privilege = true
spool_directory = {home}/spool
log_file_path = {home}/log/%s
primary_hostname = mx.example.test
trusted_users = {user}
qualify_domain = example.test

begin routers
all:
  driver = manualroute
  route_list = * 127.0.0.1 byname
  self = send
  transport = signed

begin transports
signed:
  driver = smtp
  port = {port}
  allow_localhost
  hosts_try_chunking =
  transport_filter = {filter}

begin retry
* * F,1h,1s
"""
USER = "Debian-exim"


class Exim:
    """Delivers to 127.0.0.1:`port`, through the command `words`, as the user with this number."""

    def __init__(self, folder, port, words, user):
        self.home = pathlib.Path(folder)
        for name in ("spool", "log"):
            (self.home / name).mkdir(parents=True)
            (self.home / name).chmod(0o777)
        # `user` has to get to it, wherever it was unpacked.
        self.program = shutil.copy(unpacked("exim4-daemon-light") / "usr/sbin/exim4", self.home)
        self.user = user
        self.environment = with_names(self.home, users={USER: user})
        self.config = self.home / "exim.conf"
        self.config.write_text(CONFIGURATION.format(
            program=self.program, user=USER, home=self.home, port=port, filter=shlex.join(words)))

    def run(self, *words, message=b""):
        done = subprocess.run([self.program, "-C", self.config, *words], input=message, timeout=120,
                              env=self.environment, capture_output=True, check=False, user=self.user,
                              group=self.user, extra_groups=[])
        assert done.returncode == 0, done.stderr.decode() + self.log()
        return done.stdout.decode()

    def submit(self, message, envelope="joe@example.test", to="sue@dest.example"):
        """Hands one message over, lines ended as on Unix, and waits for the attempt to deliver it."""
        self.run("-odi", "-i", "-f", envelope, to, message=message.replace(b"\r\n", b"\n"))

    def run_queue(self):
        self.run("-qff")

    def waiting(self):
        """How many messages are deferred."""
        return int(self.run("-bpc"))

    def log(self):
        return "".join(path.read_text() for path in sorted((self.home / "log").iterdir()))
