"""Stock rspamd as a milter that signs and does no more, started as whoever runs the tests."""

import contextlib
import os
import signal
import subprocess

CONFIGURATION = """\
lua = "/usr/share/rspamd/rules/rspamd.lua"
options {{
  filters = "dkim";
  local_addrs = ["127.0.0.0/8"];
  dns {{ nameserver = ["127.0.0.1:9"]; }}
  url_tld = "{home}/tld";
  hs_cache_dir = "{home}";
  control_socket = "{home}/control.sock";
  pidfile = "{home}/pid";
}}
logging {{ type = "console"; level = "info"; }}
worker "rspamd_proxy" {{
  bind_socket = "{socket} mode=0666";
  milter = yes;
  count = 1;
  upstream "local" {{ default = yes; self_scan = yes; }}
}}
dkim {{ }}
modules {{ path = "/usr/share/rspamd/plugins"; }}
dkim_signing {{
  sign_local = true;
  use_domain = "header";
  allow_hdrfrom_mismatch = true;
  domain {{ "{domain}" {{ path = "{key}"; selector = "{selector}"; }} }}
}}
{more}
"""
# A signature that could not be made is no reason for rspamd to hold mail back; this rule makes it one.
NEVER_UNSIGNED = """\
force_actions { rules { UNSIGNED {
  action = "soft reject";
  expression = "!DKIM_SIGNED";
  message = "4.7.0 signing is not possible just now";
} } }
"""


@contextlib.contextmanager
def rspamd(home, environment, domain, selector, key, more=""):
    """A running rspamd; yields the path of its socket. Its log is home/log."""
    home.mkdir()
    home.chmod(0o755)
    (home / "tld").write_text("com\n")
    socket = home / "milter.sock"
    (home / "rspamd.conf").write_text(CONFIGURATION.format(
        home=home, socket=socket, domain=domain, selector=selector, key=key, more=more))
    with open(home / "log", "wb") as log:
        process = subprocess.Popen(["rspamd", "-f", "-i", "-c", str(home / "rspamd.conf")],
                                   env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        with subprocess.Popen(["timeout", "60", "tail", "-n", "+1", "-F", str(home / "log")],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as tail:
            started = next((line for line in tail.stdout if "starting rspamd_proxy process" in line), "")
            tail.terminate()
        assert started, (home / "log").read_text()
        yield socket
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=60)
