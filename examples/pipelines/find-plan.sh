#!/usr/bin/env bash
# Finds the plan that was kept for the configuration at HEAD among the artifacts of the forge.
#
#   ROLLCALL_PLAN_WORKFLOW   GitHub: the workflow that plans    .github/workflows/rollcall-plan.yml
#   ROLLCALL_PLAN_JOB        GitLab: the job that plans         rollcall-plan
#
# GitHub: sets the outputs plan, run-id and pull-request. GitLab: fetches the plan to ROLLCALL_PLANS.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=workspace.sh
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"

# On no other commit than this was it reviewed.
node "$scripts/find-plan.mjs" "plan-$(fingerprint)" "$(git rev-parse HEAD)" "$plans"
