"""A host whose programs sign with key references: keys, the agent of tests, openssl.cnf."""

import contextlib
import os
import pathlib
import shutil
import subprocess

PROVIDER = os.environ["OPENSSL_PROVIDER"]
AGENT = os.environ["REFERENCE_AGENT"]
PROGRAM = os.environ["SIGNING_PROGRAM"]
ALGORITHMS = ("rsa", "ed25519")
DIGEST = bytes(range(32))
SAMPLE = pathlib.Path(__file__).parents[2] / "deploy/openssl-dkimkeeper.cnf"


class Agent:
    """A running reference_agent."""

    def __init__(self, socket, keys, *options):
        self.process = subprocess.Popen(
            [AGENT, str(socket), *options, *(f"{uri}={pem}" for uri, pem in keys.items())],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def stop(self):
        """Ends it; returns the process ids that it signed for."""
        said, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        return [int(line.rsplit(" ", 1)[1]) for line in said.splitlines()]


class Host:
    """A folder with keys, their references and an openssl.cnf."""

    def __init__(self, folder):
        self.folder = folder
        self.provider = shutil.copy(PROVIDER, folder)  # other users have to get to it
        self.socket = folder / "agent.sock"
        self.keys = {f"dkimkeeper:example.com/{name}": self.file(f"{name}.pem") for name in ALGORITHMS}
        self.file("digest").write_bytes(DIGEST)
        self.file("message").write_text("a message\n")
        self.agent = None

    def make_keys(self):
        for name in ALGORITHMS:
            self.plain("genpkey", "-quiet", "-algorithm", name, "-out", self.file(f"{name}.pem"))
            self.plain("pkey", "-in", self.file(f"{name}.pem"), "-pubout", "-out",
                       self.file(f"{name}.pub"))

    def file(self, name):
        return self.folder / name

    def start(self, *options):
        self.agent = Agent(self.socket, self.keys, *options)

    def stop(self):
        """The processes that the agent signed for."""
        agent, self.agent = self.agent, None
        return agent.stop() if agent else []

    def kill(self):
        if self.agent:
            self.agent.process.kill()
            self.agent.process.communicate()

    def environment(self, **settings):
        """With the provider, by the sample that is shipped."""
        text = SAMPLE.read_text().replace("# module = /usr/lib/x86_64-linux-gnu/ossl-modules/dkimkeeper.so",
                                          f"module = {self.provider}")
        assert str(self.provider) in text
        lines = [line for line in text.splitlines() if not line.startswith("agent_socket")]
        at = next(i for i, line in enumerate(lines) if line.startswith("module"))
        lines[at:at] = [f"{name} = {value}" for name, value in
                        {"agent_socket": self.socket, **settings}.items()]
        self.file("openssl.cnf").write_text("\n".join(lines) + "\n")
        return {**os.environ, "OPENSSL_CONF": str(self.file("openssl.cnf"))}

    def run(self, *words, environment=None, **options):
        return subprocess.run([str(word) for word in words], capture_output=True, timeout=60,
                              env=environment or self.environment(), **options)

    def openssl(self, *words, **options):
        """The finished command, with the provider."""
        return self.run("openssl", *words, **options)

    def plain(self, *words):
        """Without the provider; must succeed."""
        done = self.run("openssl", *words, environment={**os.environ, "OPENSSL_CONF": "/dev/null"})
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def reference(self, name):
        return self.file(f"{name}.pem.reference")

    def verifies(self, name, signature):
        """Whether `signature` is of DIGEST, by OpenSSL alone."""
        self.file("signature").write_bytes(signature)
        how = ["-rawin"] if name == "ed25519" else ["-pkeyopt", "digest:sha256"]
        return b"Verified Success" in self.plain(
            "pkeyutl", "-verify", *how, "-pubin", "-inkey", self.file(f"{name}.pub"), "-in",
            self.file("digest"), "-sigfile", self.file("signature"))

    @contextlib.contextmanager
    def program(self, *words, environment=None):
        process = subprocess.Popen([PROGRAM, *(str(word) for word in words)],
                                   env=environment or self.environment(), stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()
