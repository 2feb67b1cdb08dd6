"""`dns check` finds each fault of a key's record in real name servers, and says what to do."""

import pytest
from dns_check_faults import Faults

# {fault: what must stand in the output}
WORDS = {
    "missing": ["ns1.example.test: missing: create the record there", "there is no TXT record"],
    "wrong key": ["another key", "p= differs from octet", "replace the record there", "^ octet"],
    "two records": ["several records", "2 TXT records where one belongs", "remove the others"],
    "broken quoting": ["malformed", "it was quoted twice", "^ octet 1\n"],
    "truncated string": ["p= is cut after 237 of 392 octets", "second string is missing",
                         "^ octet 238"],
    "CNAME loop": ["CNAME loop", "its CNAMEs lead back to cname-loop._domainkey.example.test"],
    "one server behind": ["as wished", "ns2.example.test: missing: others are as they should be"],
    "SERVFAIL": ["answers SERVFAIL", "let it answer for this zone"],
    "time-out": ["did not answer in time over TCP", "port 53 is open over TCP"],
    "refused TCP": ["refuses connections over TCP", "port 53 is open over TCP"],
}
# What no fault of another kind may be taken for; the other faults are "differs".
UNPROVEN = ("SERVFAIL", "time-out", "refused TCP")


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    with Faults(tmp_path_factory.mktemp("faults")) as running:
        yield running


def test_a_record_without_fault_is_proven(faults):
    finished = faults.check("none")
    assert finished.returncode == 0, finished.stderr
    assert b"proven: every server shows the key" in finished.stdout


@pytest.mark.parametrize("fault", WORDS)
def test_a_fault_is_named_with_what_to_do(faults, fault):
    finished = faults.check(fault)
    shown = finished.stdout.decode()
    assert finished.returncode == 1, shown
    for words in WORDS[fault]:
        assert words in shown, shown
    assert ("unproven:\n" if fault in UNPROVEN else "differs:\n") in shown, shown
    assert ("prints what belongs there" in shown) == (fault not in UNPROVEN), shown
    assert b"the record is not proven to be as it should be" in finished.stderr
