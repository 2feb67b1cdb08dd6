# shellcheck shell=bash
# The story that the quickstart tells: daemon, keys, signatures, verdicts, a rotation. Sourced; uses
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
# Stops the daemon and the name server of this folder. Can be run again.
set -euo pipefail
stop() { # stop PID-FILE PROGRAM
  local pid
  pid=\$(cat "\$1" 2>/dev/null) || return 0
  if [[ \$(readlink "/proc/\$pid/exe") == "\$2"* ]]; then
    kill -TERM "\$pid"
    timeout 20 tail -f --pid="\$pid" /dev/null || kill -KILL "\$pid"
  fi
  rm -f "\$1"
}
stop '$dir/pid' '$build/bin/dkimkeeperd'
stop '$dir/dns/pid' '$knotd'
STOP
  chmod 0700 "$dir/stop"
}

start_daemon() {
  local pid log=$dir/log/dkimkeeperd.log
  write_config
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
  # Administrators by configuration may administer; using keys needs grants, as for everybody.
  local verb
  for verb in rotate audit; do
    keeper operator grant add "uri:spiffe://$domain/operator" "$verb" '*'
  done
}

stop_everything() { if [ -e "$dir/stop" ]; then "$dir/stop"; fi; }

# keeper NAME VERB …: the command line as the operator or the sender
keeper() (
  # shellcheck disable=SC1090  # written by write_environments
  . "$dir/$1.env"
  shift
  dkimkeeper "$@"
)

# Runs the command line for people: says what is run, as what.
tell_keeper() { # tell_keeper NAME VERB …
  steps_tell "\$ dkimkeeper ${*:2}"
  keeper "$@"
}

# The lives of the domain's keys in seconds instead of months: by its policy, as anybody could.
add_domain() {
  tell_keeper operator domain add "$domain"
  tell_keeper operator grant add "uri:spiffe://$domain/sender" sign "$domain"
  tell_keeper operator policy set "$domain" mode=auto publisher=knot \
    record_ttl=1s handover_window=2s drain=10s revoked_retention=3s
  follow_keys activate 2
}

# sign_message FILE
sign_message() {
  tell_keeper sender sign --domain "$domain" <"$repository/deploy/quickstart.eml" >"$dir/$1"
}

# verify_messages FILE …: with the records that the name server shows at this moment. All three are
# asked, whatever the first says; each prints a line a signature.
verify_messages() {
  local verifiers=$repository/tests/e2e/verifiers status=0 message verifier verdict
  fetch_records "$dir/records"
  for message in "$@"; do
    for verifier in dkimpy_verify.py opendkim_verify.sh mail_dkim_verify.pl; do
      "$verifiers/$verifier" "$dir/$message" "$dir/records" >"$dir/verdicts" || status=1
      while IFS= read -r verdict; do steps_tell "$message: $verdict"; done <"$dir/verdicts"
    done
  done
  return "$status"
}

sign_and_verify() {
  sign_message before.eml
  verify_messages before.eml
}

# The successors were published and proven as soon as the first keys signed.
rotate_keys() {
  follow_keys prove 2
  tell_keeper operator rotate "$domain" --wait
  follow_keys activate 2
  sign_message after.eml
  verify_messages before.eml after.eml
}

# What was signed with the old keys has had the drain time to arrive.
end_old_keys() {
  follow_keys prove_withdrawn 2
  fetch_records "$dir/records"
  grep ' p=$\|; p=$' "$dir/records" | while IFS= read -r record; do steps_tell "in DNS: $record"; done
  follow_keys destroy 2
}

# Whoever keeps it running gets the times of the configuration back.
keep_default_times() {
  keeper operator policy unset "$domain" handover_window drain revoked_retention record_ttl
}

show_outcome() {
  printf '\nThe header signed last:\n\n'
  sed -e 's/\r$//' -e '/^$/q' "$dir/after.eml" | sed 's/^/    /'
  printf 'Its keys, and what happens next:\n\n'
  { keeper operator key list "$domain"; keeper operator next "$domain"; } | sed 's/^/    /'
  if [ "$keep" = yes ]; then
    printf '\nIt goes on running. Sign with it:\n\n'
    printf '    . %s\n    dkimkeeper sign --domain %s < message > signed\n\n' "$dir/sender.env" "$domain"
    printf 'Manage it: . %s; dkimkeeper rotate %s\n' "$dir/operator.env" "$domain"
    printf 'Stop it:   %s\n' "$dir/stop"
  fi
}
