"""Tables of OpenDKIM become domains, senders, new keys, records, and rules of the agent."""

import json
import os
import shlex
import subprocess

import pytest
from keeper import Refused

SIGNING = """\
# who signs for whom
news@imported.test      news
*@imported.test         main
*@*.imported.test       main
*@other.test            other:bounce@%
*@foreign.test          main
*@inline.test           inline
"""


@pytest.fixture(name="tables", scope="module")
def written_tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("opendkim")

    def key(name, *how):
        subprocess.run(["openssl", "genpkey", *how, "-out", folder / name], check=True,
                       capture_output=True)
        return folder / name

    main = key("main.private", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    small = key("small.private", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024")
    (folder / "KeyTable").write_text(
        f"main imported.test:old:{main}\nnews imported.test:oldnews:{small}\n"
        f"other other.test:o:{folder}/nowhere\ninline inline.test:i:MIIEowIBAAK\nbroken line\n")
    (folder / "SigningTable").write_text(SIGNING)
    return folder


def imported(keeper, tables, *options):
    return keeper.json("import-opendkim", str(tables / "KeyTable"), str(tables / "SigningTable"),
                       *options)


def lines_of(keeper):
    return sorted((key["domain"], key["sender"]) for key in keeper.json("key", "list")["keys"])


def test_a_dry_run_tells_everything_and_changes_nothing(keeper, tables):
    before = lines_of(keeper)
    told = imported(keeper, tables, "--dry-run")
    assert "+ domain imported.test" in [change["change"] for change in told["changes"]]
    assert told["made"] == 0
    found = {(each["table"], each["line"]): each["understood"] for each in told["findings"]}
    assert found == {
        ("KeyTable", 1): "whole", ("KeyTable", 2): "whole", ("KeyTable", 3): "whole",
        ("KeyTable", 4): "whole", ("KeyTable", 5): "not",
        ("SigningTable", 2): "in part", ("SigningTable", 3): "whole", ("SigningTable", 4): "whole",
        ("SigningTable", 5): "in part", ("SigningTable", 6): "not", ("SigningTable", 7): "whole"}
    assert lines_of(keeper) == before
    assert "MIIE" not in json.dumps(told)


def test_nobody_is_asked_without_a_terminal(keeper, tables):
    with pytest.raises(Refused) as refused:
        imported(keeper, tables)
    assert refused.value.reason == "BAD_OPTION"


def test_keys_are_made_and_their_records_listed(keeper, tables, tmp_path):
    keeper.grant_operator()
    rules = tmp_path / "rules.toml"
    told = imported(keeper, tables, "--yes", "--agent-rules", str(rules))
    lines = [("imported.test", "default"), ("imported.test", "news"), ("inline.test", "default"),
             ("other.test", "default")]
    assert [line for line in lines_of(keeper) if line in lines] == lines
    assert len(told["records"]) == 4 and told["keys_missing"] == 0
    for record in told["records"]:
        assert record["selector"] not in ("old", "oldnews", "o", "i")
        assert record["value"].startswith("v=DKIM1")
    again = imported(keeper, tables, "--yes")
    assert again["changes"] == [] and again["records"] == told["records"]

    config = tmp_path / "agent.toml"
    config.write_text('[server]\naddresses = ["unix:/run/dkimkeeper.sock"]\n' + rules.read_text())
    checked = subprocess.run([os.environ["DKIMKEEPER_AGENT"], "--check-config", "--config", config],
                             capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stderr
    assert 'parents = ["imported.test"]' in rules.read_text()
    assert 'authenticated = "news@imported.test"' in rules.read_text()


def test_old_keys_are_brought_along_by_the_printed_commands(keeper, tables):
    told = imported(keeper, tables, "--yes", "--adopt-existing")
    adoptions = {each["selector"]: each for each in told["adoptions"]}
    assert adoptions["old"]["note"] == "RSA-2048"
    assert adoptions["oldnews"]["note"].startswith("RSA-1024") and not adoptions["oldnews"]["commands"]
    assert "cannot be read here" in adoptions["o"]["note"] and adoptions["o"]["commands"]
    assert not adoptions["i"]["commands"]

    bring, adopt = map(shlex.split, adoptions["old"]["commands"])
    bring[0] = os.environ["DKIMKEEPER_TOKEN"]
    where = {"LIBRARY": "/usr/lib/softhsm/libsofthsm2.so", "LABEL": keeper.label,
             "FILE": str(keeper.pin)}
    subprocess.run([where.get(word, word) for word in bring], env=keeper.environment, check=True,
                   capture_output=True, timeout=60)
    key = keeper.json(*adopt[1:])
    assert key["origin"] == "imported" and key["warnings"][0].startswith("exposed")
    keeper.run("key", "activate", "imported.test", "old", "--without-dns-proof", "signs already")
    key = keeper.json("key", "show", "imported.test", "old")
    assert key["rotate_at_ms"] == key["activated_at_ms"]


def test_what_cannot_be_read_is_refused(keeper, tables):
    with pytest.raises(Refused) as refused:
        keeper.run("import-opendkim", "/nowhere", str(tables / "SigningTable"))
    assert "cannot read /nowhere" in str(refused.value)
    with pytest.raises(Refused) as refused:
        keeper.run("import-opendkim", "dsn:mysql://x/y", str(tables / "SigningTable"))
    assert "database" in str(refused.value)
