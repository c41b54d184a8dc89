#!/usr/bin/env bash
# Records the directories and the state, with pseudonyms for people, on a branch of their own, for previews to plan from.
#
#   ROLLCALL_RECORDINGS_BRANCH   the branch     rollcall-recordings
#   ROLLCALL_REMOTE              where to       origin
#
# The branch has one commit, which each run replaces: whoever has left is not kept in its history. Exit codes: of snapshot; where
# a directory could not be read, its recording before stays.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=workspace.sh
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"

branch=refs/heads/${ROLLCALL_RECORDINGS_BRANCH:-rollcall-recordings}
remote=${ROLLCALL_REMOTE:-origin}
git check-ref-format "$branch" || die "$branch is no name of a branch."
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
mkdir "$made/tree"
recordings=$made/tree/recordings

code=0
roll snapshot -o "$recordings" --redact "${reading[@]}" || code=$?
# 1 is for a directory that could not be read; anything else is for none that could be.
((code <= 1)) || exit "$code"
mkdir -p "$recordings"
roll state pull --redact >"$recordings/state.json"

before=$(git ls-remote "$remote" "$branch" | cut -f 1)
if ((code == 1)) && [[ -n $before ]]; then
  git fetch --quiet --no-tags "$remote" "$branch"
  git archive FETCH_HEAD recordings | tar -x -C "$made/tree" --skip-old-files
fi

repository=$(git rev-parse --absolute-git-dir)
export GIT_INDEX_FILE=$made/index
git -C "$made/tree" -c core.autocrlf=false --git-dir="$repository" --work-tree=. add --all --force .
tree=$(git write-tree)
unset GIT_INDEX_FILE
commit=$(git -c user.name=Rollcall -c user.email=rollcall@localhost commit-tree "$tree" -m 'Record the directories and the state')
git push --quiet --force-with-lease="$branch:$before" "$remote" "$commit:$branch"
say "Recorded on ${branch#refs/heads/}."
exit "$code"
