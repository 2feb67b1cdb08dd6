# shellcheck shell=bash
# The authoritative name server of the quickstart: Knot DNS on a free loopback port, which takes
# updates signed with a TSIG key that is made here. Sourced; uses $dir, $domain and $repository of
# deploy/quickstart.
# shellcheck disable=SC2154  # those

readonly knotd=/usr/sbin/knotd

free_port() {
  /usr/bin/python3 -c 'import socket
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    print(probe.getsockname()[1])'
}

# Names that are not there may be remembered for a second, the last number of the SOA, so that the
# waits of the life cycle are short.
write_zone() {
  cat >"$dir/dns/$domain.zone" <<ZONE
\$ORIGIN $domain.
\$TTL 1
@ SOA ns host 1 300 300 300 1
@ NS ns
@ MX 10 mail
ns A 127.0.0.1
mail A 127.0.0.1
ZONE
}

write_name_server_config() {
  cat >"$dir/dns/knot.conf" <<CONFIG
# Written by deploy/quickstart. Not for production.
server:
  # This folder by a short name: the path of a socket has at most 107 octets.
  rundir: "/proc/self/cwd"
  listen: "127.0.0.1@$(<"$dir/dns/port")"
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: stdout
    any: info
database:
  storage: "$dir/dns/db"
key:
  - id: dkimkeeper
    algorithm: hmac-sha256
    secret: "$(<"$dir/dns/tsig.secret")"
acl:
  # No more than it needs: TXT records below _domainkey.
  - id: keys
    key: dkimkeeper
    action: update
    update-type: TXT
    update-owner: name
    update-owner-match: sub
    update-owner-name: _domainkey.$domain.
zone:
  - domain: $domain
    storage: "$dir/dns"
    file: "$domain.zone"
    acl: keys
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
CONFIG
}

start_name_server() {
  local log=$dir/log/knotd.log
  free_port >"$dir/dns/port"
  openssl rand -base64 32 >"$dir/dns/tsig.secret"
  write_zone
  write_name_server_config
  : >"$log"
  (cd "$dir/dns" && exec setsid "$knotd" -c knot.conf >"$log" 2>&1 </dev/null) &
  printf '%s\n' "$!" >"$dir/dns/pid"
  wait_for_line 'server started' "$log" "$!" || {
    cat "$log"
    return 1
  }
  steps_tell "Knot serves $domain at 127.0.0.1 port $(<"$dir/dns/port")"
}

# fetch_records FILE: every key record as the name server shows it now, as lines of name and value.
fetch_records() {
  keeper operator --json key list "$domain" |
    "$repository/deploy/quickstart.d/fetch_records.py" "$(<"$dir/dns/port")" >"$1"
}
