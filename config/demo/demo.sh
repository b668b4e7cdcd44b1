#!/bin/bash
# The whole thing on this machine, for a look: bridge, nginx, JupyterHub and some people, on loopback, thrown away at the end.
#   sudo config/demo/demo.sh                    start (the same as: sudo make demo); PORT=8090 for another port
#   sudo config/demo/demo.sh enter COMMAND…     run a command on the running stage, from another terminal
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cache=/var/cache/diycloud-bridge

if [ "$(id -u)" != 0 ]; then
    echo "The demo makes accounts in namespaces of its own and needs root for that. Try: sudo make demo" >&2
    exit 1
fi
if [ "${1:-}" = enter ]; then
    shift
    pid=$(cat "$cache/demo.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null ||
        { echo "No demo is running (sudo make demo starts one)." >&2; exit 1; }
    exec nsenter --target "$pid" --mount --pid -- env "PATH=/opt/diycloud-bridge/bin:$PATH" "${@:-bash}"
fi
if [ -e "$cache/demo.pid" ] && kill -0 "$(cat "$cache/demo.pid")" 2>/dev/null; then
    echo "A demo is running already; end it with Ctrl-C in its terminal." >&2
    exit 1
fi

Tests/install-tools.sh demo
make --no-print-directory release hub-environment
export PYTHONPATH=Tests/System PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 -m stage.demo
