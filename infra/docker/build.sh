#!/usr/bin/env bash
# Builds the images edict-nats and edict from what this machine has: no image registry is asked.
#
#   infra/docker/build.sh [TAG]        TAG defaults to "local"
#
# Needs Linux, docker, npm and Node; EDICT_NATS_SERVER names a nats-server other than the one that Edict would start.
set -euo pipefail

readonly tag="${1:-local}"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
repo="$(cd "$here/../.." && pwd)"
stage="$(mktemp -d)"
trap 'rm -rf "$stage"' EXIT

# The server that Edict itself would start: EDICT_NATS_SERVER, PATH, its cache, or fetched now.
nats_binary() {
  (cd "$repo" && node --input-type=module --eval '
    import { findServer } from "./libs/nats/src/launcher/find-server.js";
    const { binary } = await findServer({ env: process.env, say: (line) => console.error(line) });
    console.log(binary);')
}

build_nats() {
  local binary
  binary="$(nats_binary)"
  "$here/stage-binary.sh" "$binary" "$stage/nats/root" /nats-server
  cp "$repo/infra/nats/nats.conf" "$stage/nats/nats.conf"
  docker build --quiet --tag "edict-nats:$tag" --file "$here/nats.Dockerfile" "$stage/nats"
}

build_node() {
  local node root="$stage/node/root"
  node="$(cd "$repo" && PATH="$repo/node_modules/.bin:$PATH" node -p process.execPath)"
  mkdir -p "$root/etc" "$root/tmp"
  chmod 1777 "$root/tmp"
  "$here/stage-binary.sh" "$node" "$root" /usr/local/bin/node
  echo 'edict:x:10001:10001::/edict:/sbin/nologin' > "$root/etc/passwd"
  docker build --quiet --tag edict-node:latest --file "$here/node.Dockerfile" "$stage/node"
}

build_edict() {
  local app="$stage/edict/app"
  mkdir -p "$app"
  # npm checks the lock file against every workspace, so those that stay out are there as a package.json.
  tar -C "$repo" -cf - --exclude=node_modules --exclude='*.test.ts' --exclude=.turbo \
    package.json package-lock.json libs services policies infra/bench/package.json infra/e2e/package.json | tar -C "$app" -xf -
  # Node is in the base image, so the optional platform packages stay out.
  (cd "$app" && npm ci --workspace services/cli --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
    --loglevel=error)
  docker build --quiet --tag "edict:$tag" --file "$here/edict.Dockerfile" "$stage/edict"
}

build_nats
build_node
build_edict
echo "built edict-nats:$tag and edict:$tag"
