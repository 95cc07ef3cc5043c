#!/usr/bin/env bash
# Builds the images edict-nats and edict from what this machine has: no image registry is asked.
#
#   infra/docker/build.sh [TAG]        TAG defaults to "local"
#
# Needs docker, npm, and either Go or a static nats-server (NATS_SERVER_BIN, or the one that Edict cached).
set -euo pipefail

readonly NATS_VERSION=2.15.1
readonly tag="${1:-local}"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
repo="$(cd "$here/../.." && pwd)"
stage="$(mktemp -d)"
trap 'rm -rf "$stage"' EXIT

# The image has no libc, so only a static binary starts in it.
is_static() { [ -x "$1" ] && ! ldd "$1" > /dev/null 2>&1; }

nats_binary() {
  local cached="${XDG_CACHE_HOME:-$HOME/.cache}/edict/nats-server-$NATS_VERSION/nats-server"
  for candidate in "${NATS_SERVER_BIN:-}" "$cached" "$(command -v nats-server || true)"; do
    if [ -n "$candidate" ] && is_static "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  if ! command -v go > /dev/null; then
    echo "no static nats-server: install Go, or set NATS_SERVER_BIN to a static binary" >&2
    exit 1
  fi
  CGO_ENABLED=0 GOBIN="$stage/bin" go install "github.com/nats-io/nats-server/v2@v$NATS_VERSION" >&2
  echo "$stage/bin/nats-server"
}

build_nats() {
  mkdir -p "$stage/nats"
  cp "$(nats_binary)" "$stage/nats/nats-server"
  cp "$repo/infra/nats/nats.conf" "$stage/nats/nats.conf"
  docker build --quiet --tag "edict-nats:$tag" --file "$here/nats.Dockerfile" "$stage/nats"
}

# Node's own libraries are few (C, C++, maths, threads), and the linker names each of them.
build_node() {
  local node root="$stage/node/root"
  node="$(cd "$repo" && PATH="$repo/node_modules/.bin:$PATH" node -p process.execPath)"
  mkdir -p "$root/usr/local/bin" "$root/etc" "$root/tmp"
  chmod 1777 "$root/tmp"
  cp "$node" "$root/usr/local/bin/node"
  ldd "$node" | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp --dereference "$library" "$root$library"
  done
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
