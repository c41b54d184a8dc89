#!/usr/bin/env bash
# Tells a preview in the pull request that it is of.
#
#   ROLLCALL_FILE   the text    rollcall-out/comment.md
set -euo pipefail
# It looks at no repository, for the one that it speaks for may be of a stranger.
exec node "$(dirname "${BASH_SOURCE[0]}")/comment.mjs" --kind preview --file "${ROLLCALL_FILE:-rollcall-out/comment.md}"
