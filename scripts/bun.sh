#!/bin/sh
# Runs a script of this repository under the Bun that npm installed, whether or not its install script was allowed.
set -u
root=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd -P) || exit 1
. "$root/packages/cli/bin/find-bun.sh"
if ! find_bun "$root"; then
  echo 'Bun is not installed. Run: npm ci' >&2
  exit 1
fi
exec "$bun" "$@"
