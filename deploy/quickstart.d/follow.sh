# shellcheck shell=bash
# Tells what the daemon does with keys, as it says so in its log. Sourced; uses $dir.
# shellcheck disable=SC2154  # that

# How many lines of the log were told: a file, because each step is a process of its own.
followed() { cat "$dir/log/followed" 2>/dev/null || echo 0; }

# The log's event=rotation.EVENT in words.
words_of_event() {
  case $1 in
    publish) echo "published: its TXT record is in DNS, by signed update (RFC 2136)" ;;
    prove) echo "proven: every authoritative server shows exactly this key" ;;
    activate) echo "active: it signs" ;;
    await_stop) echo "signs no more; its record stays for mail on its way" ;;
    withdraw) echo "revoked: p= is empty in DNS" ;;
    remove_record) echo "its record is removed" ;;
    destroy) echo "destroyed in the token" ;;
  esac
}

# follow_keys EVENT COUNT: tells what happens to keys until so many more of that event are told;
# fails when a minute passes without.
follow_keys() {
  local event=$1 left=$2 turn told line words
  told=$(followed)
  for ((turn = 0; turn < 600; turn++)); do
    while [ "$left" -gt 0 ] && IFS= read -r line; do
      told=$((told + 1))
      [[ $line =~ \ event=rotation\.([a-z_]+)\ .*\ selector=([^ ]+)\ .*result=ok ]] || continue
      words=$(words_of_event "${BASH_REMATCH[1]}")
      [ -z "$words" ] || steps_tell "${BASH_REMATCH[2]}  $words"
      [ "${BASH_REMATCH[1]}" != "$event" ] || left=$((left - 1))
    done < <(tail -n "+$((told + 1))" "$dir/log/dkimkeeperd.log")
    printf '%s\n' "$told" >"$dir/log/followed"
    [ "$left" -gt 0 ] || return 0
    sleep 0.1
  done
  echo "the keys did not come to: $event. What the service waits for:"
  keeper operator next
  return 1
}
