#!/bin/bash
# Verifies a message's DKIM signatures with `opendkim -t`; see README.md here for the contract.
#
# OpenDKIM exits 0 whatever it finds, and its closing sentence speaks of one signature only: a
# message with one good and one bad signature "succeeded". Its Authentication-Results field, shown
# with -vv, has one verdict a signature; that is what is read here.
set -euo pipefail

if [ $# -ne 2 ]; then
  echo "usage: $0 MESSAGE RECORDS" >&2
  exit 2
fi
message=$1 records=$2
for file in "$message" "$records"; do
  [ -r "$file" ] || { echo "opendkim: cannot read $file" >&2; exit 2; }
done
opendkim=$(PATH="$PATH:/usr/sbin" command -v opendkim) ||
  { echo "opendkim: not installed; run deploy/install-packages" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -v '^[[:space:]]*#' "$records" >"$work/records" || true
cat >"$work/opendkim.conf" <<CONFIG
Mode v
On-BadSignature accept
MaximumSignaturesToVerify 100
TestDNSData file:$work/records
CONFIG
"$opendkim" -x "$work/opendkim.conf" -vv -t "$message" >"$work/verdict" 2>&1 || true

# Signature fields of the header: what must be judged.
expected=$(LC_ALL=C awk '/^\r?$/ { exit } tolower($0) ~ /^dkim-signature[ \t]*:/ { n++ } END { print n + 0 }' "$message")
if [ "$expected" -eq 0 ]; then
  echo "opendkim fail (no DKIM-Signature)"
  exit 1
fi

# One clause a signature, between semicolons, wherever the field was folded:
#   dkim=pass (1024-bit key) header.d=a.test header.i=@a.test header.a=rsa-sha256 header.s=s1 …
#   dkim=fail reason="signature verification failed" header.d=… header.s=…
tr '\n\t' '  ' <"$work/verdict" | LC_ALL=C awk -v RS=';' -v expected="$expected" '
  function value(name,  at, rest) {
    at = index($0, "header." name "=")
    if (at == 0) return "?"
    rest = substr($0, at + length(name) + 8)
    sub(/[ ;\047].*/, "", rest)
    return rest
  }
  /^ *dkim=[a-z]+/ && !/^ *dkim=none/ {
    verdict = $0; sub(/.*dkim=/, "", verdict); sub(/[^a-z].*/, "", verdict)
    reason = ""
    if (match($0, /reason="[^"]*"/)) reason = " (" substr($0, RSTART + 8, RLENGTH - 9) ")"
    if (verdict != "pass") { if (reason == "") reason = " (" verdict ")"; verdict = "fail" }
    print "opendkim " verdict " d=" value("d") " s=" value("s") " a=" value("a") reason
    judged++
    if (verdict == "pass") passed++
  }
  END {
    if (judged < expected)
      print "opendkim fail (" expected - judged " of " expected " signatures got no verdict)"
    exit (passed == expected && judged == expected) ? 0 : 1
  }' || {
    status=$?
    grep -v 'returned SMFIS_CONTINUE' "$work/verdict" >&2 || true
    exit "$status"
  }
