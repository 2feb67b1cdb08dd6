"""A short run of mail_through_kills.py."""

import os
import pathlib
import tempfile

import mail_through_kills
import pytest


@pytest.mark.skipif(os.geteuid() != 0, reason="Postfix starts as root only")
def test_no_message_is_lost_or_unsigned():
    with tempfile.TemporaryDirectory(prefix="dkimkeeper-kills-") as folder:
        os.chmod(folder, 0o755)
        counts = mail_through_kills.run(pathlib.Path(folder), messages=300, kills=1, sessions=10)
    assert counts["deferred"] > 0
    assert mail_through_kills.whole(counts), counts
