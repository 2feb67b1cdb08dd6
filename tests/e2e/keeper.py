"""A real dkimkeeperd on loopback with a throwaway SoftHSM token, for one test module."""

import contextlib
import itertools
import json
import os
import re
import secrets
import signal
import subprocess
import threading
import time
from pathlib import Path

import audit_records
from authority import Authority

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
VERIFIERS = Path(__file__).resolve().parent / "verifiers"
OPERATOR = "uri:spiffe://example.test/operator"
SENDER = "uri:spiffe://example.test/sender"


class Refused(Exception):
    """The command line exited with 1 or 2."""

    def __init__(self, finished):
        super().__init__(finished.stderr.decode(errors="replace").strip())
        self.code = finished.returncode
        self.stdout = finished.stdout

    @property
    def reason(self):
        """The stable reason that ends the sentence: `… [NO_GRANT]`."""
        found = re.search(r"\[([A-Z_]+)\]\s*$", str(self))
        return found.group(1) if found else None


class Keeper:
    """Start with `Keeper(folder).start()`; everything it writes is below `folder`."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.chmod(0o700)
        self.authority = Authority(self.folder / "tls")
        self.authority.issue("server", dns=["localhost"], ip=["127.0.0.1"], server=True)
        self.authority.issue("operator", uri=["spiffe://example.test/operator"])
        self.authority.issue("sender", uri=["spiffe://example.test/sender"])
        self.config = self.folder / "dkimkeeperd.toml"
        self.log = self.folder / "dkimkeeperd.log"
        self.audit = self.folder / "audit"
        self.pin = self.folder / "pin"
        self.label = "keeper-" + secrets.token_hex(4)
        self.process = None
        self.port = None
        self._make_token()
        self.write_config()

    # The token and the configuration

    def _make_token(self):
        tokens = self.folder / "tokens"
        tokens.mkdir(mode=0o700)
        (self.folder / "softhsm2.conf").write_text(
            f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        self.pin.write_text(secrets.token_hex(8))
        self.pin.chmod(0o600)
        self.softhsm("--init-token", "--free", "--label", self.label, "--so-pin", "12345678",
                     "--pin", self.pin.read_text())

    @property
    def module_environment(self):
        """The line of [[token]] by which the workers' module finds its tokens."""
        return f'environment = ["SOFTHSM2_CONF={self.folder}/softhsm2.conf"]'

    @property
    def environment(self):
        return dict(os.environ, SOFTHSM2_CONF=str(self.folder / "softhsm2.conf"))

    def softhsm(self, *arguments):
        subprocess.run(["softhsm2-util", *arguments], env=self.environment, check=True,
                       capture_output=True)

    def pkcs11_tool(self, *arguments, check=True):
        return subprocess.run(
            ["pkcs11-tool", "--module", MODULE, "--token-label", self.label, "--login", "--pin",
             self.pin.read_text(), *arguments],
            env=self.environment, check=check, capture_output=True, text=True)

    def import_key(self, pem, key_id, label="imported"):
        """Puts a private key (PKCS#8 PEM file) into the token, as an operator would."""
        self.softhsm("--import", str(pem), "--token", self.label, "--label", label, "--id", key_id,
                     "--pin", self.pin.read_text())

    @property
    def tls_section(self):
        tls = self.folder / "tls"
        return (f'certificate = "{tls}/server.pem"\nkey = "{tls}/server.key"\n'
                f'client_ca = "{tls}/ca.pem"\nreload = "1s"')

    def with_revocation(self):
        """To be said before the start: the daemon looks at the authority's revocation list."""
        self.authority.revoke()
        self.write_config(tls=f'{self.tls_section}\nrevocation_lists = ["{self.folder}/tls/ca.crl"]')
        return self

    def write_config(self, **replace):
        """The configuration, section by section; a keyword replaces a section's text whole."""
        sections = {
            "server": 'listen = ["127.0.0.1:0"]\nreflection = true',
            "tls": self.tls_section,
            "store": f'path = "{self.folder}/store.sqlite"',
            "token": f'name = "main"\nmodule = "{MODULE}"\nlabel = "{self.label}"\n'
                     f'pin_file = "{self.pin}"\n{self.module_environment}',
            "signing": "",
            "policy": 'mode = "manual"\nallow_activation_without_dns_proof = true',
            "dns": "resolvers = []",
            "access": f'administrators = ["{OPERATOR}"]',
            "audit": f'directory = "{self.audit}"',
            "metrics": 'listen = "127.0.0.1:0"',
            "extra": "",
        }
        sections.update(replace)
        extra = sections.pop("extra")
        text = "".join(
            f"[[{name}]]\n{body}\n" if name == "token" else f"[{name}]\n{body}\n"
            for name, body in sections.items())
        self.config.write_text(text + extra)

    # The daemon

    def start(self):
        """Returns when it listens; raises with its log when it gives up instead."""
        self.log.write_text("")
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [os.environ["DKIMKEEPERD"], "--config", str(self.config)], stderr=subprocess.PIPE,
                env=self.environment)
            for line in self.process.stderr:
                text = line.decode(errors="replace")
                log.write(text)
                found = re.search(r"event=server.listening address=127\.0\.0\.1:(\d+)", text)
                self.port = int(found.group(1)) if found else self.port
                if "event=server.started" in text:
                    break
            else:
                self.process.wait()
                raise RuntimeError(self.log.read_text() or f"exit {self.process.returncode}")
        self._drain()
        return self

    def _drain(self):
        """Hands the rest of standard error to a file, so that the daemon never blocks on it."""
        self._drainer = subprocess.Popen(["cat"], stdin=self.process.stderr,
                                         stdout=open(self.log, "ab"))
        self.process.stderr.close()

    def _children(self, name):
        """Process numbers of the launcher's children whose name (comm, 15 bytes) is this."""
        launcher = self.process.pid
        children = Path(f"/proc/{launcher}/task/{launcher}/children").read_text(encoding="ascii")
        names = {pid: Path(f"/proc/{pid}/comm") for pid in map(int, children.split())}
        return [pid for pid, comm in names.items()
                if comm.exists() and comm.read_text(encoding="ascii").strip() == name]

    @property
    def daemon_pid(self):
        """The process behind the launcher that serves gRPC."""
        return self._children("dkimkeeperd")[0]

    @property
    def worker_pids(self):
        return self._children("dkimkeeper-toke")

    def stop(self, how=signal.SIGTERM):
        """Stops the launcher, and so all. Returns the exit code; negative for a signal."""
        if self.process is None:
            return None
        self.process.send_signal(how)
        code = self.process.wait(timeout=60)
        self._drainer.wait(timeout=60)
        self.process = None
        return code

    def kill(self):
        """kill -9 of the launcher, the daemon and the workers, so that nobody can tidy up."""
        launcher = self.process.pid
        children = Path(f"/proc/{launcher}/task/{launcher}/children").read_text(encoding="ascii")
        for pid in (launcher, *map(int, children.split())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(timeout=60)
        self._drainer.wait(timeout=60)
        self.process = None

    def logged(self, pattern, seconds=30, log=None, count=1):
        """Waits until `count` lines of the daemon's log, or of another, match; else False."""
        follow = ["timeout", str(seconds), "tail", "-n", "+1", "-F", str(log or self.log)]
        with subprocess.Popen(follow, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True) as tail:
            matching = (line for line in tail.stdout if re.search(pattern, line))
            found = sum(1 for _ in itertools.islice(matching, count))
            tail.terminate()
        return found == count

    def audited(self, seconds=30, **fields):
        """The first record of the audit log whose fields match these patterns whole; waits for it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for record in audit_records.records(self.audit):
                if all(re.fullmatch(pattern, record.get(name, ""), re.DOTALL)
                       for name, pattern in fields.items()):
                    return record
            threading.Event().wait(0.05)
        return None

    def run_to_end(self, *arguments):
        """Runs the daemon in the foreground, for what ends by itself."""
        return subprocess.run([os.environ["DKIMKEEPERD"], *arguments], env=self.environment,
                              capture_output=True, text=True, timeout=60, check=False)

    # Its users

    def run(self, *arguments, who="operator", stdin=b"", check=True, seconds=120):
        """The command line as `who`; raises Refused unless it exits with 0."""
        tls = self.folder / "tls"
        environment = dict(self.environment, DKIMKEEPER_SERVER=f"127.0.0.1:{self.port}",
                           DKIMKEEPER_CA=f"{tls}/ca.pem", DKIMKEEPER_CERT=f"{tls}/{who}.pem",
                           DKIMKEEPER_KEY=f"{tls}/{who}.key")
        finished = subprocess.run([os.environ["DKIMKEEPER"], *map(str, arguments)], input=stdin,
                                  env=environment, capture_output=True, timeout=seconds,
                                  check=False)
        if check and finished.returncode != 0:
            raise Refused(finished)
        return finished

    def json(self, *arguments, who="operator"):
        return json.loads(self.run("--json", *arguments, who=who).stdout)

    def add_domain(self, domain, *, algorithms=("rsa-sha256",)):
        """A domain whose keys are active and that the sender may sign for; {algorithm: selector}."""
        self.run("domain", "add", domain)
        self.run("grant", "add", SENDER, "sign", domain)
        self.grant_operator()
        return {name: self.add_key(domain, name) for name in algorithms}

    def grant_operator(self):
        self.run("grant", "add", OPERATOR, "rotate", "*")
        self.run("grant", "add", OPERATOR, "audit", "*")

    def add_key(self, domain, algorithm="rsa-sha256", *options):
        key = self.json("key", "generate", domain, "--algorithm", algorithm, *options)
        self.run("key", "activate", domain, key["selector"], "--without-dns-proof", "a test")
        return key["selector"]

    def records(self):
        """The file that stands in for DNS: `NAME VALUE` lines of every key record."""
        path = self.folder / "records"
        keys = self.json("key", "list")["keys"]
        path.write_text("".join(f"{k['record_name']} {k['record_value']}\n" for k in keys))
        return path


def verify(verifier, message, records):
    """Runs a verifier that others wrote on a message file; its one-line verdicts."""
    finished = subprocess.run([str(VERIFIERS / verifier), str(message), str(records)],
                              capture_output=True, text=True, timeout=120, check=False)
    return finished.returncode, finished.stdout.strip().splitlines()
