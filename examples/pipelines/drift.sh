#!/usr/bin/env bash
# Looks for what changed behind our back, and keeps one issue open as long as there is something.
#
#   ROLLCALL_ISSUE_TITLE   its title    Rollcall: out of step
#
# Writes drift.md to ROLLCALL_OUT. Exit codes: 0 where it was looked at and told, in step or not; 1 where it could not be looked at or
# told, with the issue left as it is; 3 where a customer is blocked, which is told too.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=workspace.sh
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"

mkdir -p "$out"
code=0
roll drift --detailed-exitcode "${reading[@]}" --format markdown >"$out/drift.md" || code=$?
if [[ -s $out/drift.md ]]; then summarize "$out/drift.md"; fi

case $code in
  0)
    say 'All is in step.'
    if on_a_forge; then node "$scripts/issue.mjs" --kind drift --close 'All is in step again.'; fi
    ;;
  2 | 3)
    if on_a_forge; then
      node "$scripts/issue.mjs" --kind drift --title "${ROLLCALL_ISSUE_TITLE:-Rollcall: out of step}" --file "$out/drift.md"
    else
      cat "$out/drift.md"
    fi
    ;;
  *) exit "$code" ;;
esac
if ((code == 3)); then exit 3; fi
