#!/bin/sh
# Makes what the compose file needs to keep secret, in deploy/compose/secrets or the folder that is named; what is
# there already stays. The files must be readable in the containers, so the folder keeps others out.
set -eu
umask 022
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"

# file, then what makes its content
new() {
  file=$folder/$1
  shift
  [ -s "$file" ] || "$@" >"$file"
}
password() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
key() { printf '1:%s' "$(head -c 32 /dev/urandom | base64)"; }
address() { printf 'postgresql://%s:%s@postgres:5432/turnabout' "$1" "$(cat "$folder/$1_password")"; }

for name in postgres grafana; do
  new "${name}_password" password
done
for login in turnabout_owner turnabout_worker turnabout_gateway turnabout_projections turnabout_operator; do
  new "${login}_password" password
  new "${login}_url" address "$login"
done
for name in codec_keys master_keys link_keys; do
  new "$name" key
done
echo "The secrets lie in $folder. Keep the keys: without them the answers in the log cannot be read." >&2
