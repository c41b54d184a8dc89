#!/usr/bin/env bash
# Approves the plan that was kept for the configuration at HEAD, after showing it.
#
#   ROLLCALL_APPROVER       a name under approvals.keys in rollcall.yaml
#   ROLLCALL_APPROVAL_KEY   the private key, as PEM
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=workspace.sh
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"

plan=$plans/${ROLLCALL_PLAN:-plan-$(fingerprint)}/plan.json
[[ -f $plan ]] || die "There is no plan ${plan#"$PWD"/} to approve. Run the job that plans."
: "${ROLLCALL_APPROVAL_KEY:?is the private key of whoever approves}"
roll show "$plan"
roll approve "$plan" --as "${ROLLCALL_APPROVER:?says who approves}" --key-env ROLLCALL_APPROVAL_KEY
