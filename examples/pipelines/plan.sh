#!/usr/bin/env bash
# Plans from the live directories, and keeps the plan for the moment when this configuration is merged. Needs the secrets and the state.
#
#   ROLLCALL_AUTHOR   who wants the change: an approval of theirs does not count
#   ROLLCALL_ONTO     the branch that it will be merged into, unless HEAD is the merge already: it is merged into the checkout first
#
# Writes plan-FINGERPRINT/ to ROLLCALL_PLANS: plan.json, plan.md, plan.html, and about, with the commit and the digest.
# Exit codes: of plan. Where customers are blocked or could not be read, the plan of the others is kept.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=workspace.sh
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"

if [[ -n ${ROLLCALL_ONTO:-} ]]; then
  onto=$(commit_of "$ROLLCALL_ONTO")
  git -c user.name=Rollcall -c user.email=rollcall@localhost -c commit.gpgsign=false merge --quiet --no-edit --no-verify "$onto" ||
    die 'It cannot be merged without conflicts: bring the branch up to date first.'
fi

name=plan-$(fingerprint)
kept=$plans/$name
rm -rf "$kept"
mkdir -p "$kept"
author=()
if [[ -n ${ROLLCALL_AUTHOR:-} ]]; then author=(--author "$ROLLCALL_AUTHOR"); fi

code=0
roll plan -o "$kept/plan.json" "${author[@]}" "${reading[@]}" --format markdown >"$kept/plan.md" || code=$?
[[ -s $kept/plan.json ]] || exit "$code"
roll -q show "$kept/plan.json" --format html >"$kept/plan.html"
digest=$(node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).digest' "$kept/plan.json")
printf 'commit %s\ndigest %s\n' "$(git rev-parse HEAD)" "$digest" >"$kept/about"
summarize "$kept/plan.md"
output plan "$name"
say "Kept as $name: $digest"
exit "$code"
