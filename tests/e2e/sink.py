"""Where mail servers of tests deliver: smtp-sink, which writes each message into a file."""

import pathlib
import shutil
import subprocess

from postfix import as_sent, free_port


class Sink:
    """`with Sink(folder) as sink:`; started as root."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.process = None

    def __enter__(self):
        self.folder.mkdir(parents=True)
        shutil.chown(self.folder, "nobody")
        self.process = subprocess.Popen(
            ["smtp-sink", "-u", "nobody", "-d", f"{self.folder}/%M.", f"127.0.0.1:{self.port}", "100"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=60)

    def take(self):
        """What was delivered since the last call; oldest first."""
        files = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        messages = [as_sent(path.read_bytes()) for path in files]
        for path in files:
            path.unlink()
        return messages
