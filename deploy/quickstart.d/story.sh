# shellcheck shell=bash
# The story that the quickstart tells: daemon, keys, a signature, verdicts. Sourced; uses
# $repository, $dir, $build, $domain and $keep of deploy/quickstart.
# shellcheck disable=SC2154  # those

# By its executable, which may have been built anew since: a process id alone may be somebody else.
daemon_runs() { [[ $(readlink "/proc/$(<"$dir/pid")/exe") == "$build/bin/dkimkeeperd"* ]]; }

# wait_for_line PATTERN FILE PID: returns when a line of the growing file matches; fails when the
# process ends before, or after 30 s.
wait_for_line() {
  local turn
  for ((turn = 0; turn < 600; turn++)); do
    if grep -q -- "$1" "$2"; then return 0; fi
    kill -0 "$3" 2>/dev/null || return 1
    sleep 0.05
  done
  return 1
}

write_stop() {
  cat >"$dir/stop" <<STOP
#!/bin/bash
# Stops the daemon of this folder. Can be run again.
set -euo pipefail
pid=\$(cat '$dir/pid' 2>/dev/null) || exit 0
if [[ \$(readlink "/proc/\$pid/exe") == '$build/bin/dkimkeeperd'* ]]; then
  kill -TERM "\$pid"
  timeout 20 tail -f --pid="\$pid" /dev/null || kill -KILL "\$pid"
fi
rm -f '$dir/pid'
STOP
  chmod 0700 "$dir/stop"
}

start_daemon() {
  local pid log=$dir/log/dkimkeeperd.log
  write_config
  write_stop
  "$build/bin/dkimkeeperd" --config "$dir/dkimkeeperd.toml" --check-config
  : >"$log"
  setsid "$build/bin/dkimkeeperd" --config "$dir/dkimkeeperd.toml" \
    >"$log" 2>&1 </dev/null &
  pid=$!
  printf '%s\n' "$pid" >"$dir/pid"
  wait_for_line 'event=server.started' "$log" "$pid" || {
    cat "$log"
    return 1
  }
  # It listens on a free port, and says which.
  sed -n 's/.* event=server.listening address=127\.0\.0\.1:\([0-9]*\).*/\1/p' "$log" >"$dir/port"
  write_environments
}

stop_daemon() { if [ -e "$dir/stop" ]; then "$dir/stop"; fi; }

# keeper NAME VERB …: the command line as the operator or the sender
keeper() (
  # shellcheck disable=SC1090  # written by write_environments
  . "$dir/$1.env"
  shift
  dkimkeeper "$@"
)

make_keys() {
  local selector verb
  keeper operator domain add "$domain"
  # Administrators by configuration may administer; using keys needs grants, as for everybody.
  for verb in rotate audit; do
    keeper operator grant add "uri:spiffe://$domain/operator" "$verb" '*'
  done
  keeper operator grant add "uri:spiffe://$domain/sender" sign "$domain"
  keeper operator key generate "$domain" --algorithm rsa-sha256 --bits 2048 --selector rsa1
  keeper operator key generate "$domain" --algorithm ed25519-sha256 --selector ed1
  for selector in rsa1 ed1; do
    keeper operator key activate "$domain" "$selector" --without-dns-proof "quickstart: no DNS"
  done
  keeper operator --json key list "$domain" >"$dir/keys.json"
  # What DNS would answer, as lines of name and value.
  /usr/bin/python3 -c 'import json, sys
for key in json.load(open(sys.argv[1]))["keys"]:
    print(key["record_name"], key["record_value"])' "$dir/keys.json" >"$dir/records"
}

sign_message() {
  keeper sender sign --domain "$domain" <"$repository/deploy/quickstart.eml" >"$dir/signed.eml"
}

# All three are asked, whatever the first says; each prints a line a signature.
verify_message() {
  local verifiers=$repository/tests/e2e/verifiers status=0 verifier
  : >"$dir/verdicts"
  for verifier in dkimpy_verify.py opendkim_verify.sh mail_dkim_verify.pl; do
    "$verifiers/$verifier" "$dir/signed.eml" "$dir/records" | tee -a "$dir/verdicts" || status=1
  done
  return "$status"
}

show_outcome() {
  printf '\nThe signed header:\n\n'
  sed -e 's/\r$//' -e '/^$/q' "$dir/signed.eml" | sed 's/^/    /'
  printf 'The verdicts:\n\n'
  sed 's/^/    /' "$dir/verdicts"
  if [ "$keep" = yes ]; then
    printf '\nIt goes on running. Sign with it:\n\n'
    printf '    . %s\n    dkimkeeper sign --domain %s < message > signed\n\n' "$dir/sender.env" "$domain"
    printf 'Manage it: . %s; dkimkeeper status\nStop it:   %s\n' "$dir/operator.env" "$dir/stop"
  fi
}
