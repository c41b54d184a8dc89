#!/usr/bin/env bash
# Puts rollcall on the PATH of the steps that follow, from the checkout that this script is in, unless it is there already.
set -euo pipefail
if command -v rollcall >/dev/null; then exit 0; fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [[ ! -f $root/dist/cli/main.js ]]; then
  (cd "$root" && npm ci --no-audit --no-fund && npm run build) >&2
fi
bin=${RUNNER_TEMP:-$root/.cache}/rollcall-bin
mkdir -p "$bin"
chmod +x "$root/dist/cli/main.js"
ln -sfn "$root/dist/cli/main.js" "$bin/rollcall"
printf '%s\n' "$bin" >>"${GITHUB_PATH:?is set in a job of GitHub}"
