#!/usr/bin/env bash
# Runs one of the jobs by its name.
set -euo pipefail
case ${1:-} in
  preview | comment | plan | approve | find-plan | apply | drift | record)
    exec bash "$(dirname "${BASH_SOURCE[0]}")/$1.sh"
    ;;
  *)
    echo "There is no job ${1:-}: it is one of preview, comment, plan, approve, find-plan, apply, drift and record." >&2
    exit 64
    ;;
esac
