#!/bin/bash
# Runs a program beside opencryptoki's soft token: a PKCS#11 module that shares no code with SoftHSM.
#
#   tests/contract/second_module.sh PROGRAM [ARGUMENT…]
#
# The program finds a fresh token by DKIMKEEPER_TEST_MODULE, DKIMKEEPER_TEST_TOKEN_LABEL and
# DKIMKEEPER_TEST_PIN_FILE. opencryptoki has one place for its files and one daemon for a whole host,
# so both live in namespaces of their own: nothing of this host's opencryptoki is seen, nothing stays.
# That takes root; without, exit status 77: skipped.
set -euo pipefail

so_pin=87654321 pin=24681357 # a new token's own; the soft token takes PINs of 4 to 8 characters
slot=3

if [ "${KEEPER_SECOND_MODULE-}" != inside ]; then
  [ $# -gt 0 ] || { echo "usage: second_module.sh PROGRAM [ARGUMENT…]" >&2; exit 2; }
  if ! unshare --mount --ipc --pid --fork true 2>/dev/null; then
    echo "second_module.sh: skipped: namespaces for opencryptoki's daemon need root." >&2
    exit 77
  fi
  KEEPER_SECOND_MODULE=inside exec unshare --mount --ipc --pid --fork --kill-child --mount-proc "$0" "$@"
fi

for directory in /run /etc/opencryptoki /var/lib/opencryptoki; do
  mount -t tmpfs -o mode=0755 tmpfs "$directory"
done
for directory in /run/lock/opencryptoki/swtok /var/lib/opencryptoki/swtok/TOK_OBJ; do
  install -d -m 0770 -g pkcs11 "$(dirname "$directory")" "$directory"
done
cat >/etc/opencryptoki/opencryptoki.conf <<EOF
version opencryptoki-3.1
slot $slot
{
stdll = libpkcs11_sw.so
}
EOF
# Goes to the background when it can be connected to.
pkcsslotd
pkcsconf -c $slot -I -S $so_pin >/dev/null <<<keeper
pkcsconf -c $slot -P -S $so_pin -n 13572468
pkcsconf -c $slot -u -S 13572468 -n $pin
(umask 077 && echo $pin >/run/pin)

modules=(/usr/lib/*/pkcs11/PKCS11_API.so)
export DKIMKEEPER_TEST_MODULE=${modules[0]}
export DKIMKEEPER_TEST_TOKEN_LABEL=keeper DKIMKEEPER_TEST_PIN_FILE=/run/pin
"$@"
