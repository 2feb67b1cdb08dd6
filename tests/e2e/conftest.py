"""Fixtures: one daemon for each test module, so that modules can run side by side."""

import pytest
from keeper import Keeper


@pytest.fixture(scope="module")
def keeper(tmp_path_factory):
    """A running daemon; what a module does to it, its later tests see."""
    daemon = Keeper(tmp_path_factory.mktemp("keeper")).start()
    yield daemon
    code = daemon.stop()
    assert code in (None, 0), daemon.log.read_text()
