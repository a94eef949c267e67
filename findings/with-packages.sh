# Sourced by the scripts of this folder that need no server, with npm packages (NAME@VERSION) as arguments.
# Installs them into a temporary folder, which becomes the current one, and prints the versions. At exit the folder is
# removed. Needs node with npm.
# shellcheck shell=bash

set -euo pipefail
folder=$(mktemp -d)
trap 'cd / && rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-audit --no-fund --silent "$@"

echo "node $(node -p process.versions.node)"
for package in "$@"; do echo "${package%@*} ${package##*@}"; done
