#!/usr/bin/env bash
# Installs what a run needs and the machine does not have. Told by the environment: MIYABI_ACTION_PACKAGE, MIYABI_ACTION_WALLS.
set -euo pipefail

if [ "$MIYABI_ACTION_WALLS" = true ] && [ "$(uname -s)" = Linux ] && ! command -v bwrap >/dev/null; then
  echo "Installing bubblewrap, so that worlds are walled in ..."
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  if ! { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" apt-get install -y -qq --no-install-recommends bubblewrap; } </dev/null; then
    echo "::warning::bubblewrap could not be installed: worlds are bounded and not confined."
  fi
fi

if command -v miyabi >/dev/null; then
  echo "This machine has miyabi $(miyabi --version)."
  exit 0
fi
# Outside of the checkout, whose own settings of npm do not count there.
folder="$RUNNER_TEMP/miyabi"
mkdir -p "$folder"
cd "$folder"
npm install --prefix "$folder" --no-audit --no-fund --ignore-scripts --loglevel=error -- "$MIYABI_ACTION_PACKAGE"
echo "$folder/node_modules/.bin" >>"$GITHUB_PATH"
