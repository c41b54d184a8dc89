#!/usr/bin/env bash
# Approves a plan, after showing it: the only one that is kept, or the one of the configuration at HEAD.
#
#   ROLLCALL_APPROVER       a name under approvals.keys in rollcall.yaml
#   ROLLCALL_APPROVAL_KEY   the private key, as PEM
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=workspace.sh
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"

# A branch is planned as it will be once it is merged, so what is checked out here may have another fingerprint.
found=("$plans"/plan-*/plan.json)
if ((${#found[@]} == 1)); then plan=${found[0]}; else plan=$plans/plan-$(fingerprint)/plan.json; fi
[[ -f $plan ]] || die "There is no plan ${plan#"$PWD"/} to approve. Run the job that plans."
: "${ROLLCALL_APPROVAL_KEY:?is the private key of whoever approves}"
roll show "$plan"
roll approve "$plan" --as "${ROLLCALL_APPROVER:?says who approves}" --key-env ROLLCALL_APPROVAL_KEY
