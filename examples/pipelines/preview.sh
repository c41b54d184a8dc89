#!/usr/bin/env bash
# What a change of the configuration would do: both sides planned from recordings. Needs no secrets and no network.
#
#   ROLLCALL_BASE             the revision to compare with
#   ROLLCALL_RECORDINGS_REF   where record.sh has put the recordings    refs/remotes/origin/rollcall-recordings
#
# Writes comment.md and plan.html to ROLLCALL_OUT. Exit codes: of validate where that finds an error, else of plan.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=workspace.sh
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"

base=$(commit_of "${ROLLCALL_BASE:?says which revision to compare with}")
ref=${ROLLCALL_RECORDINGS_REF:-refs/remotes/origin/rollcall-recordings}
mkdir -p "$out"
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT

# Ends the job, with the comment written whatever happened: CODE, and the text on stdin.
finish() {
  cat >"$out/comment.md"
  summarize "$out/comment.md"
  exit "$1"
}

# The same where there is nothing to show: CODE TITLE, and what was said on stdin.
give_up() {
  { printf '## Rollcall: %s\n' "$2" && as_code; } >"$found/said.md"
  finish "$1" <"$found/said.md"
}

code=0
roll validate >"$found/validate.txt" 2>&1 || code=$?
cat "$found/validate.txt" >&2
if ((code != 0)); then give_up "$code" 'the configuration is not valid' <"$found/validate.txt"; fi

if ! recorded=$(git rev-parse --quiet --verify --end-of-options "$ref^{commit}"); then
  give_up 1 'valid, and not planned' <<<"There are no recordings to plan from: there is no $ref. Run the job that records the directories, and fetch its branch."
fi
git archive "$recorded" recordings | tar -x -C "$found"

replay=(plan --against "$base" --snapshot "$found/recordings" --state "$found/recordings/state.json")
roll "${replay[@]}" --format markdown >"$found/plan.md" 2>"$found/plan.txt" || code=$?
cat "$found/plan.txt" >&2
if [[ ! -s $found/plan.md ]]; then give_up "$code" 'valid, and not planned' <"$found/plan.txt"; fi
roll -q "${replay[@]}" --format html >"$out/plan.html" || true
finish "$code" <"$found/plan.md"
