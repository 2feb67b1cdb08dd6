"""A daemon whose token workers load the fault-injecting module over SoftHSM; and its whole crew."""

import os
import signal
import subprocess
from collections import Counter

from keeper import MODULE, Keeper


def kill(pids, number=signal.SIGKILL):
    """The signal to each that still runs; how many that were."""
    killed = 0
    for pid in pids:
        try:
            os.kill(pid, number)
            killed += 1
        except ProcessLookupError:
            pass
    return killed


class FaultyKeeper(Keeper):
    """Takes faults while it runs; tests/faultmodule/README.md has their grammar."""

    def __init__(self, folder, *, options=""):
        self.faults = folder / "faults"
        self.faults.mkdir(mode=0o700)
        self.script = self.faults / "script"
        self.fault_log = self.faults / "log"
        self.fault_log.touch()
        self._options = options
        self._log_begin = 0
        self._told = False
        self.set_faults()
        super().__init__(folder)

    def write_config(self, **replace):
        replace.setdefault("token", "\n".join((
            f'name = "main"\nmodule = "{os.environ["DKIMKEEPER_FAULTMODULE"]}"',
            f'label = "{self.label}"\npin_file = "{self.pin}"\nworkers = 2',
            f'environment = ["SOFTHSM2_CONF={self.folder}/softhsm2.conf", '
            f'"FAULTMODULE_REAL={MODULE}", "FAULTMODULE_SCRIPT={self.script}", '
            f'"FAULTMODULE_LOG={self.fault_log}"]', self._options)))
        super().write_config(**replace)

    def set_faults(self, *rules):
        """From now on these, counted from 1, and none of the earlier ones."""
        self._log_begin = self.fault_log.stat().st_size
        following = self.faults / "next"
        following.write_text("\n".join(("C_Login * log", *rules, "")))
        os.replace(following, self.script)

    def begin_anew(self, *rules):
        """The same for workers that start now. Those of before are halted first: one that counted a
        call against the new rules, and was killed before it said so, would have met the fault unseen."""
        pids = self.worker_pids
        kill(pids, signal.SIGSTOP)
        self.set_faults(*rules)
        kill(pids)

    def faulted(self):
        """How often each act was done since set_faults: {("C_Sign", "fail"): 8, …}."""
        with open(self.fault_log, encoding="ascii") as log:
            log.seek(self._log_begin)
            words = [line.split() for line in log if line.endswith("\n")]
        return Counter((line[0], line[2]) for line in words)

    @property
    def ready_workers(self):
        """How many have started the threads that serve, which comes after the login."""
        ready = 0
        for pid in self.worker_pids:
            try:
                ready += len(os.listdir(f"/proc/{pid}/task")) > 1
            except FileNotFoundError:
                pass
        return ready

    def allow_login(self):
        """A refused PIN may be tried again, by turns: an operator says so; its file is another one."""
        self._told = not self._told
        if self._told:
            self.run("token", "login", "main")
            return
        following = self.pin.with_suffix(".new")
        following.write_text(self.pin.read_text())
        following.chmod(0o600)
        os.replace(following, self.pin)

    def import_small_key(self, key_id):
        """An RSA key of 1024 bits, which is found in the token and then refused."""
        pem = self.folder / "small.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt",
                        "rsa_keygen_bits:1024", "-out", str(pem)], check=True, capture_output=True)
        self.import_key(pem, key_id)
