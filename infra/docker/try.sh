#!/usr/bin/env bash
# Builds the images, starts docker-compose.yml beside whatever else runs, has a request allowed and one denied by the
# policies of this repository, verifies the journals, and takes everything down again. Exit 0 when all of it held.
#
#   infra/docker/try.sh [PORT]        PORT defaults to 14222
set -euo pipefail

repo="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
export EDICT_TAG=try EDICT_PORT="${1:-14222}" EDICT_NATS_URL="nats://127.0.0.1:${1:-14222}"
export PATH="$repo/node_modules/.bin:$PATH"
readonly unavailable=3 patience_s=60

edict() { node "$repo/services/cli/bin/edict.js" "$@"; }
compose() { docker compose --file "$repo/docker-compose.yml" --project-name edict-try "$@"; }

# Runs a command until the services answer it, and holds its exit code against the expected one.
expect() {
  local wanted="$1" code=0
  shift
  for ((start = SECONDS; SECONDS - start < patience_s; )); do
    code=0
    "$@" || code=$?
    [ "$code" -eq "$unavailable" ] || break
  done
  [ "$code" -eq "$wanted" ] || { echo "exit $code instead of $wanted: $*" >&2; return 1; }
}

"$repo/infra/docker/build.sh" "$EDICT_TAG"
trap 'compose logs --tail 20; compose down --volumes' ERR
compose up --detach
expect 0 edict policy save "$repo/policies"
expect 0 edict decide --as payments-7 --action tool.invoke --resource tool:ledger.read
expect 1 edict decide --as payments-7 --action tool.invoke --resource tool:ledger.delete
expect 0 edict health
expect 0 edict audit verify
trap - ERR
compose down --volumes
echo "docker-compose.yml came up and answered"
