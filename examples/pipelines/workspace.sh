# shellcheck shell=bash
# Sourced by every job: where things are, and what the jobs share.
#
#   ROLLCALL_WORKSPACE   the folder of rollcall.yaml in the repository          .
#   ROLLCALL_OUT         where texts and pages for people are put               rollcall-out
#   ROLLCALL_PLANS       where plans are kept, a folder for each configuration  rollcall-plans
#   ROLLCALL_SNAPSHOT    to rehearse: read directories from recordings here

export ROLLCALL_WORKSPACE=${ROLLCALL_WORKSPACE:-.}
# shellcheck disable=SC2034 # for the jobs
{
  scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  cd "$(git rev-parse --show-toplevel)" || exit
  out=$(realpath -m "${ROLLCALL_OUT:-rollcall-out}")
  plans=$(realpath -m "${ROLLCALL_PLANS:-rollcall-plans}")
  reading=()
  if [[ -n ${ROLLCALL_SNAPSHOT:-} ]]; then reading=(--snapshot "$(realpath "$ROLLCALL_SNAPSHOT")"); fi
}

# The program has no business with the token of the forge.
roll() {
  env -u GITHUB_TOKEN -u ROLLCALL_GITLAB_TOKEN rollcall -C "$ROLLCALL_WORKSPACE" "$@"
}

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$@"
  exit 1
}

# The commit that a revision names, whatever is in the name.
commit_of() {
  git rev-parse --quiet --verify --end-of-options "$1^{commit}" || die "There is no commit $1 here. Fetch all branches, with their history."
}

# Of what the workspace has in YAML and CSV at HEAD: two commits that agree in that have one plan, whatever else is in them.
fingerprint() {
  git ls-tree -r HEAD -- "$ROLLCALL_WORKSPACE" | { grep -E '\.(ya?ml|csv)"?$' || true; } | git hash-object --stdin
}

# Plain text as Markdown that means nothing: each line is code.
as_code() {
  echo
  sed 's/^/    /'
  echo
}

# The page of the run, where the forge has one.
summarize() {
  if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then head -c 900000 "$1" >>"$GITHUB_STEP_SUMMARY"; fi
}

# A result for later steps: NAME VALUE
output() {
  if [[ -n ${GITHUB_OUTPUT:-} ]]; then printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; fi
}

on_a_forge() {
  [[ -n ${GITHUB_API_URL:-}${CI_API_V4_URL:-} ]]
}
