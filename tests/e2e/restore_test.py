"""An older copy of the store comes back: token and DNS know more than it does, and lose nothing."""

import os
import subprocess

from custody import ALGORITHMS, DOMAIN, Custody


def copy(keeper, *arguments):
    subprocess.run([os.environ["DKIMKEEPERD"], "--config", str(keeper.config), *map(str, arguments)], check=True,
                   env=keeper.environment, capture_output=True, timeout=60)


def bring_back(custody, backup):
    """The store is lost, and made anew of the copy."""
    custody.keeper.stop()
    lost = custody.keeper.folder / "lost"
    lost.mkdir()
    for file in custody.keeper.folder.glob("store.sqlite*"):
        file.rename(lost / file.name)
    copy(custody.keeper, "--restore", backup)
    custody.keeper.start()


def test_after_an_older_copy_nothing_is_deleted_and_no_selector_is_used_twice(tmp_path):
    backup = tmp_path / "store.dump"
    with Custody(tmp_path) as custody:
        custody.add()
        custody.wait_standbys()
        first, standbys = custody.keys("ACTIVE"), custody.keys("PUBLISHED")
        copy(custody.keeper, "--backup", backup)  # the daemon goes on meanwhile

        custody.keeper.run("rotate", DOMAIN, "--no-wait")
        for selector in first:
            custody.wait("destroy", selector)
        custody.wait_standbys()
        later = set(custody.keys()) - set(first) - set(standbys)
        assert len(later) == len(ALGORITHMS)
        held, shown = custody.token_objects(), custody.server.key_records()
        bring_back(custody, backup)
        findings = custody.keeper.json("status")["reconcile_findings"]
        for selector in first:
            assert any(one.startswith("missing: ") and selector in one for one in findings), findings
        for selector in later:
            assert any(one.startswith("unknown: ") and selector in one for one in findings), findings
        assert set(custody.keys()) == set(first) | set(standbys)
        assert custody.token_objects() == held
        assert custody.server.key_records() == shown

        # What the store calls active is gone for good: its standbys, which DNS shows, take over.
        custody.keeper.run("rotate", DOMAIN, "--compromised")
        signed = custody.sign()
        assert custody.verdicts(signed) == dict.fromkeys(standbys, True)
        custody.wait("prove", count=len(ALGORITHMS))
        fresh = set(custody.keys()) - set(first) - set(standbys)
        assert fresh and not fresh & later
        assert all(custody.server.txt(custody.name(selector)) for selector in later)


def test_a_domain_that_the_copy_does_not_know_gets_other_selectors(tmp_path):
    backup = tmp_path / "store.dump"
    # Without a random part the first selectors would be the same again.
    with Custody(tmp_path, selector_template="{algorithm}-{date}") as custody:
        copy(custody.keeper, "--backup", backup)
        custody.add()
        lost = set(custody.keys("ACTIVE"))
        custody.wait_standbys()
        shown = custody.server.key_records()
        bring_back(custody, backup)
        custody.add()
        active = set(custody.keys("ACTIVE"))
        assert not active & lost
        assert custody.verdicts(custody.sign()) == dict.fromkeys(active, True)
        assert custody.server.key_records().items() >= shown.items()
