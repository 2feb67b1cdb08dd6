# shellcheck shell=bash
# What the quickstart writes into its folder before anything runs. Sourced; uses $repository,
# $dir, $build, $domain and $module of deploy/quickstart.
# shellcheck disable=SC2154  # those

# A file that says that the folder is ours to empty.
readonly quickstart_marker=.dkimkeeper-quickstart

# Makes $dir, or empties the one of an earlier run. Never touches a folder that is somebody else's.
clear_dir() {
  if [ -e "$dir/pid" ] && daemon_runs; then
    echo "quickstart: one is running in $dir; stop it first: $dir/stop" >&2
    exit 1
  fi
  if [ -e "$dir/$quickstart_marker" ]; then
    find "$dir" -mindepth 1 -delete
  elif [ -d "$dir" ] && [ -n "$(ls -A "$dir")" ]; then
    echo "quickstart: $dir holds something else; name a folder that is empty or not there yet" >&2
    exit 1
  fi
  mkdir -p "$dir"
  chmod 0700 "$dir"
  mkdir -p "$dir/tls" "$dir/tokens" "$dir/dns" "$dir/log"
  touch "$dir/$quickstart_marker"
}

build_programs() {
  export CCACHE_BASEDIR=$repository CCACHE_NOHASHDIR=1
  (cd "$repository" && cmake --preset release)
  cmake --build "$build"
}

# certificate NAME USAGE SUBJECT-ALTERNATIVE-NAMES: $dir/tls/NAME.pem and NAME.key, by our authority
certificate() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=quickstart $1" \
    -addext "subjectAltName=$3" -addext "extendedKeyUsage=$2" \
    -addext "keyUsage=critical,digitalSignature" -keyout "$dir/tls/$1.key" -out "$dir/tls/$1.csr"
  openssl x509 -req -days 30 -copy_extensions copy -in "$dir/tls/$1.csr" -CA "$dir/tls/ca.pem" \
    -CAkey "$dir/tls/ca.key" -CAcreateserial -out "$dir/tls/$1.pem"
  rm "$dir/tls/$1.csr"
}

make_certificates() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
    -subj "/O=NOT FOR PRODUCTION/CN=DKIM Keeper quickstart authority, not for production" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -keyout "$dir/tls/ca.key" -out "$dir/tls/ca.pem"
  certificate server serverAuth "DNS:localhost,IP:127.0.0.1"
  certificate operator clientAuth "URI:spiffe://$domain/operator"
  certificate sender clientAuth "URI:spiffe://$domain/sender"
}

make_token() {
  local label
  label=quickstart-$(openssl rand -hex 4)
  printf '%s\n' "$label" >"$dir/token-label"
  openssl rand -hex 16 >"$dir/pin"
  openssl rand -hex 16 >"$dir/so-pin"
  cat >"$dir/softhsm2.conf" <<CONFIG
directories.tokendir = $dir/tokens
objectstore.backend = file
log.level = ERROR
slots.removable = false
CONFIG
  # PINs by environment: a command line is for all to see.
  export SOFTHSM2_CONF=$dir/softhsm2.conf
  PIN=$(<"$dir/pin") SO_PIN=$(<"$dir/so-pin")
  export PIN SO_PIN
  pkcs11-tool --module "$module" --slot-index 0 --init-token --label "$label" --so-pin env:SO_PIN
  pkcs11-tool --module "$module" --token-label "$label" --login --login-type so --so-pin env:SO_PIN \
    --init-pin --new-pin env:PIN
}

write_config() {
  cat >"$dir/dkimkeeperd.toml" <<CONFIG
# Written by deploy/quickstart. Not for production.
[server]
listen = ["127.0.0.1:0"]
reflection = true
[tls]
certificate = "$dir/tls/server.pem"
key = "$dir/tls/server.key"
client_ca = "$dir/tls/ca.pem"
[store]
path = "$dir/store.sqlite"
[[token]]
name = "quickstart"
module = "$module"
label = "$(<"$dir/token-label")"
pin_file = "$dir/pin"
environment = ["SOFTHSM2_CONF=$dir/softhsm2.conf"]
# Names of your own are under your hands: nothing happens to them by itself. The policy of
# $domain says otherwise: \`dkimkeeper policy show $domain\`.
[policy]
mode = "manual"
algorithms = ["rsa-sha256", "ed25519-sha256"]
allow_activation_without_dns_proof = true
[dns]
resolvers = []
[[dns.authority]]
zone = "$domain"
servers = ["ns.$domain 127.0.0.1@$(<"$dir/dns/port")"]
[[publisher]]
name = "knot"
type = "rfc2136"
servers = ["127.0.0.1@$(<"$dir/dns/port")"]
zones = ["$domain"]
tsig_key = "dkimkeeper"
tsig_secret_file = "$dir/dns/tsig.secret"
[access]
administrators = ["uri:spiffe://$domain/operator"]
[audit]
directory = "$dir/audit"
[metrics]
listen = ""
CONFIG
}

write_environment() { # write_environment NAME
  cat >"$dir/$1.env" <<ENVIRONMENT
# For the shell: . $dir/$1.env
export DKIMKEEPER_SERVER='127.0.0.1:$(<"$dir/port")'
export DKIMKEEPER_CA='$dir/tls/ca.pem'
export DKIMKEEPER_CERT='$dir/tls/$1.pem'
export DKIMKEEPER_KEY='$dir/tls/$1.key'
export PATH='$build/client/cli:$build/bin':"\$PATH"
ENVIRONMENT
}

write_environments() {
  local name
  for name in operator sender; do write_environment "$name"; done
}
