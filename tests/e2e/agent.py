"""A real dkimkeeper-agent in front of a Keeper, for one test."""

import os
import pathlib
import re
import signal
import subprocess
import urllib.request


class Agent:
    """Start with `Agent(folder, keeper).start()`; everything it writes is below `folder`."""

    def __init__(self, folder, keeper, **sections):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)
        self.config = self.folder / "agent.toml"
        self.log = self.folder / "agent.log"
        self.socket = self.folder / "milter.sock"
        self.keys_file = self.folder / "keys"
        self.process = None
        self.metrics_port = None
        self.keeper = keeper
        self.sections = sections
        self.reloads = 0
        self.counted_before = {}
        self.write_config()

    @property
    def milter(self):
        """As Postfix's smtpd_milters and miltertest take it."""
        return f"unix:{self.socket}"

    def write_config(self, extra="", **replace):
        """The configuration, section by section; a keyword replaces a section's text whole."""
        tls = self.keeper.folder / "tls"
        sections = {
            "server": f'addresses = ["127.0.0.1:{self.keeper.port}"]\nca = "{tls}/ca.pem"\n'
                      f'certificate = "{tls}/sender.pem"\nkey = "{tls}/sender.key"\n'
                      'time_budget = "3s"',
            "milter": f'socket = "{self.socket}"\ngroup = "postfix"',
            "origin": "",
            "author": "",
            "signature": "",
            "keys": f'file = "{self.keys_file}"',
            "metrics": 'listen = "127.0.0.1:0"',
        }
        sections.update(self.sections)
        sections.update(replace)
        text = "".join(f"[{name}]\n{body}\n" for name, body in sections.items())
        self.config.write_text(text + extra, encoding="utf-8")

    def start(self):
        """Returns when it serves; raises with its log when it gives up instead."""
        self.reloads = 0
        self.counted_before = {}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [os.environ["DKIMKEEPER_AGENT"], "--config", str(self.config)], stderr=log)
        found = self.logged(r"event=agent\.(started|failed)")
        if not found or "agent.failed" in found:
            self.stop()
            raise RuntimeError(self.log.read_text(encoding="utf-8"))
        self.metrics_port = int(re.search(r"port=(\d+)", self.logged("event=metrics.listening")).group(1))
        return self

    def stop(self, how=signal.SIGTERM):
        """Returns the exit code; negative for a signal."""
        if self.process is None:
            return None
        self.process.send_signal(how)
        code = self.process.wait(timeout=60)
        self.process = None
        return code

    def reload(self, **replace):
        """Another configuration, and SIGHUP; returns when it was obeyed, or refused."""
        self.write_config(**replace)
        self.process.send_signal(signal.SIGHUP)
        self.reloads += 1
        assert self.logged(r"event=config\.", count=self.reloads)

    def begin(self):
        """For the next test: the first configuration, counts from 0."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        self.reload()
        self.counted_before = self._counts()

    def logged(self, pattern, seconds=60, count=1):
        """Waits for the `count`th line of the log that matches; nothing where there is none."""
        follow = ["timeout", str(seconds), "tail", "-n", "+1", "-F", str(self.log)]
        with subprocess.Popen(follow, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True) as tail:
            for line in tail.stdout:
                count -= bool(re.search(pattern, line))
                if count == 0:
                    tail.terminate()
                    return line
        return None

    def counted(self, result, what="messages"):
        """How many messages, or `program_calls`, ended with this result, or bore this of `transit_risks`."""
        return self._counts().get((what, result), 0) - self.counted_before.get((what, result), 0)

    def _counts(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=60) as page:
            text = page.read().decode()
        found = re.findall(r"^dkimkeeper_agent_(\w+)_total\{(.*)\} (\d+)", text, re.MULTILINE)
        counts = {}
        for what, labels, count in found:
            result = what, re.search(r'(?:result|risk)="(\w+)"', labels).group(1)
            counts[result] = counts.get(result, 0) + int(count)
        return counts
