# shellcheck shell=bash
# Numbered steps with wall time, for the scripts that people watch. Sourced by quickstart,
# install-packages and tests/run; sets `set -euo pipefail`.
#
#   steps_begin 5 build/quickstart/log     so many steps; their output goes to the log
#   step "Build" cmake --build …           runs a command: one line, progress while it runs
#   step_fails_because "Free some disk."   what to do, shown should the next step fail
#   steps_tell "Half of it is there."      inside a step: a line for people, at once
#
# A step that fails shows the end of its output and the advice, and ends the script.

set -euo pipefail

steps_total=0
steps_done=0
steps_log=/dev/null
steps_advice=""

steps_begin() {
  steps_total=$1 steps_log=$2
  mkdir -p "$(dirname "$steps_log")"
  : >"$steps_log"
}

step_fails_because() { steps_advice=$1; }

# Milliseconds of the machine's clock: for showing only.
steps_now() { local t=${EPOCHREALTIME/[.,]/}; echo "${t%???}"; }

steps_seconds() { # steps_seconds MILLISECONDS
  printf '%d.%d s' $(($1 / 1000)) $(($1 % 1000 / 100))
}

# To standard error, so that it can stand beside a command whose output goes elsewhere.
steps_tell() { printf '» %s\n' "$*" >&2; }

# Copies a command's output to the log and shows where it is: ninja and ctest count `12/345`,
# install-packages says `40 %`. On a terminal the counter moves; elsewhere each quarter is a line.
# Fails when something was told, so that the title stands above it already.
steps_show_progress() {
  local line at total quarter=0 told=0
  while IFS= read -r line || [ -n "$line" ]; do
    printf '%s\n' "$line" >>"$steps_log"
    if [[ $line == "» "* ]]; then
      if [ -t 1 ] && [ "$told" -eq 0 ]; then printf '\r\033[K%s\n' "$1"; fi
      told=1
      printf '      %s\n' "${line#"» "}"
      continue
    elif [[ $line =~ ^\ *\[?([0-9]+)/([0-9]+) ]]; then
      at=$((10#${BASH_REMATCH[1]})) total=$((10#${BASH_REMATCH[2]}))
    elif [[ $line =~ ^\ *[a-z]+:\ ([0-9]+)\ %$ ]]; then
      at=${BASH_REMATCH[1]} total=100
    else
      continue
    fi
    if [ -t 1 ]; then
      printf '\r\033[K%s … %d of %d' "$1" "$at" "$total"
    elif [ "$total" -ge 20 ] && [ $((at * 4 / total)) -ne "$quarter" ]; then
      quarter=$((at * 4 / total))
      [ "$quarter" -eq 0 ] || printf '      %d of %d\n' "$at" "$total"
    fi
  done
  if [ -t 1 ]; then printf '\r\033[K'; fi
  return "$told"
}

# The command may be a function, then each of its commands must succeed (not so where `step` itself
# stands before || or in a condition: bash then ignores failures inside).
step() { # step TITLE COMMAND [ARGUMENT …]
  local title start status before
  local -a statuses
  steps_done=$((steps_done + 1))
  title="[$steps_done/$steps_total] $1"
  shift
  start=$(steps_now)
  before=$(wc -l <"$steps_log")
  printf '\n## %s: %s\n' "$title" "$*" >>"$steps_log"
  if [ -t 1 ]; then printf '%s …' "$title"; else printf '%s\n' "$title"; fi
  set +e
  (set -e; "$@") 2>&1 </dev/null | steps_show_progress "$title"
  statuses=("${PIPESTATUS[@]}")
  set -e
  status=${statuses[0]}
  if [ "$status" -ne 0 ]; then
    steps_fail "$title" "$status" "$before"
    return "$status"
  fi
  steps_advice=""
  if [ -t 1 ] && [ "${statuses[1]}" -eq 0 ]; then
    printf '%s (%s)\n' "$title" "$(steps_seconds $(($(steps_now) - start)))"
  else
    printf '      done in %s\n' "$(steps_seconds $(($(steps_now) - start)))"
  fi
}

steps_fail() { # steps_fail TITLE STATUS LINES-BEFORE
  {
    printf '%s: FAILED (exit %d). The end of its output:\n\n' "$1" "$2"
    tail -n +$(($3 + 3)) "$steps_log" | tail -n 40 | sed 's/^/    /'
    printf '\nAll of it: %s\n' "$steps_log"
    [ -z "$steps_advice" ] || printf '%s\n' "$steps_advice"
  } >&2
}
