#!/usr/bin/env bash
# Applies exactly the plan that was kept for the configuration at HEAD. Needs the secrets of the targets, and the state.
#
#   ROLLCALL_REQUIRE_APPROVAL   true: only if the plan is approved
#   ROLLCALL_LOCK_TIMEOUT       how long to wait for another apply       10m
#   ROLLCALL_PULL_REQUEST       where to tell the result, if anywhere
#
# Writes apply.md to ROLLCALL_OUT. Exit codes: of apply (3 where a customer is blocked); 1 where there is no plan.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=workspace.sh
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"

name=plan-$(fingerprint)
plan=$plans/$name/plan.json
mkdir -p "$out"
again='Run the job that plans on this branch as it is now, look at the plan, and run this job again.'
[[ -f $plan ]] || die "No plan is kept for this configuration ($name): the branch was merged into something else than it was planned on, or was never planned. $again"

approval=()
if [[ ${ROLLCALL_REQUIRE_APPROVAL:-} == true ]]; then approval=(--require-approval); fi

code=0
roll apply "$plan" "${approval[@]}" --lock-timeout "${ROLLCALL_LOCK_TIMEOUT:-10m}" >"$out/apply.txt" 2>&1 || code=$?
cat "$out/apply.txt"
case $code in
  0) title='applied' ;;
  3) title='applied, but for who is blocked' ;;
  *) title='not applied, or not all of it' ;;
esac
{
  printf '## Rollcall: %s\n' "$title"
  as_code <"$out/apply.txt"
  if ((code == 1)); then printf '%s\n\n' "If the plan does not fit any more: ${again}"; fi
  if [[ -f $plans/$name/about ]]; then as_code <"$plans/$name/about"; fi
} >"$out/apply.md"
if ((code == 1)); then say "If the plan does not fit any more: ${again}"; fi
summarize "$out/apply.md"
if [[ -z ${ROLLCALL_PULL_REQUEST:-} && -f $plans/$name/pull-request ]]; then
  ROLLCALL_PULL_REQUEST=$(<"$plans/$name/pull-request")
  export ROLLCALL_PULL_REQUEST
fi
if [[ -n ${ROLLCALL_PULL_REQUEST:-} ]] && on_a_forge; then
  node "$scripts/comment.mjs" --kind apply --file "$out/apply.md" || say 'The result could not be told in the pull request.'
fi
exit "$code"
