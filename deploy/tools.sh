#!/bin/sh
# Installs what the checks of deploy/ run and no wheel brings, where it is missing and this user may.
# Where it may not, it says which checks will not run; with TURNABOUT_EVERY_CHECK=1 that is an error.
set -eu

# command, Debian package, what is checked with it
tools() {
  cat <<'LIST'
promtool prometheus the rules, alerts and dashboards
prometheus prometheus the alerts against a running stack
amtool prometheus-alertmanager the example of Alertmanager's settings
LIST
}

missing() {
  tools | while read -r command package checks; do
    command -v "$command" >/dev/null || echo "$command $package $checks"
  done
}

packages=$(missing | cut -d' ' -f2 | sort -u)
[ -n "$packages" ] || exit 0

if [ "$(id -u)" = 0 ]; then as=""; else as="sudo -n"; fi
if command -v apt-get >/dev/null && { [ -z "$as" ] || sudo -n true 2>/dev/null; }; then
  echo "Installing $(echo $packages) for the checks of deploy/ ..." >&2
  # shellcheck disable=SC2086 -- one word for each package, none or two for sudo
  { $as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as apt-get install -qq -y --no-install-recommends $packages; } >&2 || true
fi

left=$(missing)
[ -n "$left" ] || exit 0
echo "$left" | while read -r command package checks; do
  echo "NOT CHECKED: $checks ($command is missing; install Debian's $package)" >&2
done
[ "${TURNABOUT_EVERY_CHECK:-}" != 1 ]
