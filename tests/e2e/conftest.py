"""Fixtures: one daemon for each test module, so that modules can run side by side."""

import shutil

import pytest
from keeper import Keeper


@pytest.fixture(scope="module")
def keeper(tmp_path_factory):
    """A running daemon; what a module does to it, its later tests see."""
    daemon = Keeper(tmp_path_factory.mktemp("keeper")).start()
    yield daemon
    code = daemon.stop()
    assert code in (None, 0), daemon.log.read_text()


@pytest.fixture(name="keys", scope="module")
def keys_in_files(tmp_path_factory):
    """A folder with a key pair of each algorithm."""
    from references import Host  # reads an environment that other modules' tests have not

    host = Host(tmp_path_factory.mktemp("keys"))
    host.make_keys()
    return host.folder


@pytest.fixture
def host(tmp_path, keys):
    """A host whose programs sign with key references, its agent running."""
    from references import Host

    shutil.copytree(keys, tmp_path, dirs_exist_ok=True)
    started = Host(tmp_path)
    started.start()
    try:
        yield started
    finally:
        started.kill()
