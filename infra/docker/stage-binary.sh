#!/usr/bin/env bash
# Puts a binary into the root of an image from scratch, with the libraries that the linker loads for it: none when it
# is static.
#
#   infra/docker/stage-binary.sh BINARY ROOT PATH       PATH is where it lies in the image
set -euo pipefail

readonly binary="$1" root="$2" path="$3"
mkdir -p "$root$(dirname "$path")"
cp --dereference "$binary" "$root$path"

# ldd fails on a static binary, and grep where it names no file.
{ ldd "$binary" 2> /dev/null || true; } | { grep -o '/[^ ]*' || true; } | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp --dereference "$library" "$root$library"
done
