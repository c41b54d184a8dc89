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

# Ends the job, with the comment written whatever happened: TITLE CODE, and the text on stdin.
finish() {
  { printf '## Rollcall: %s\n' "$1" && cat; } >"$out/comment.md"
  summarize "$out/comment.md"
  exit "$2"
}

code=0
roll validate >"$found/validate.txt" 2>&1 || code=$?
cat "$found/validate.txt" >&2
if ((code != 0)); then as_code <"$found/validate.txt" | finish 'the configuration is not valid' "$code"; fi

if ! recorded=$(git rev-parse --quiet --verify --end-of-options "$ref^{commit}"); then
  finish 'valid, and not planned' 1 <<<"
There are no recordings to plan from: no \`${ref//[^A-Za-z0-9\/._-]/}\`. Run the job that records the directories, or fetch its branch."
fi
git archive "$recorded" recordings | tar -x -C "$found"

replay=(plan --against "$base" --snapshot "$found/recordings" --state "$found/recordings/state.json")
roll "${replay[@]}" --format markdown >"$found/plan.md" 2>"$found/plan.txt" || code=$?
cat "$found/plan.txt" >&2
if [[ ! -s $found/plan.md ]]; then as_code <"$found/plan.txt" | finish 'valid, and not planned' "$code"; fi
roll -q "${replay[@]}" --format html >"$out/plan.html" || true
finish 'what this change of configuration does' "$code" <"$found/plan.md"
