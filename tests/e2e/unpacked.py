"""Programs of Debian packages that cannot be installed beside Postfix: unpacked, not installed.

What they depend on is in deploy/packages.txt. Names of users and hosts that installing them would have
made come from libnss-wrapper.
"""

import os
import pathlib
import subprocess

import pytest

FOLDER = pathlib.Path(os.environ["UNPACKED_PACKAGES"])
SPECIAL_BITS = 0o6000  # setuid, setgid: with them the loader takes no LD_PRELOAD


def unpacked(package):
    """The folder with the files of `package`; skips the test where Debian's archive is out of reach."""
    target = FOLDER / package
    if target.exists():
        return target
    downloads = FOLDER / f"{package}.{os.getpid()}"
    downloads.mkdir(parents=True)
    got = subprocess.run(["apt-get", "download", package], cwd=downloads, capture_output=True,
                         timeout=300, check=False)
    archives = list(downloads.glob("*.deb"))
    if got.returncode != 0 or not archives:
        pytest.skip(f"apt-get download {package}: {got.stderr.decode()}")
    subprocess.run(["dpkg-deb", "-x", archives[0], downloads / "files"], check=True, timeout=300)
    for path in (downloads / "files").rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o7777 & ~SPECIAL_BITS)
    (downloads / "files").rename(target)
    return target


def with_names(folder, users=(), host=None):
    """An environment in which `users`, {name: number}, exist, and this host has the name `host`."""
    lines = "".join(f"{name}:x:{number}:{number}::/:/bin/false\n" for name, number in dict(users).items())
    (folder / "passwd").write_text("root:x:0:0::/root:/bin/sh\n" + lines)
    (folder / "group").write_text("root:x:0:\n" + "".join(
        f"{name}:x:{number}:\n" for name, number in dict(users).items()))
    environment = dict(os.environ, LD_PRELOAD="libnss_wrapper.so",
                       NSS_WRAPPER_PASSWD=str(folder / "passwd"),
                       NSS_WRAPPER_GROUP=str(folder / "group"))
    if host:
        (folder / "hosts").write_text(f"127.0.0.1 {host} localhost\n")
        environment.update(NSS_WRAPPER_HOSTNAME=host, NSS_WRAPPER_HOSTS=str(folder / "hosts"))
    return environment
