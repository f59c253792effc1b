#!/bin/sh
# Installed as .venv/bin/vis-assis: the command line from any folder.
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
PYTHONPATH="$root${PYTHONPATH:+:$PYTHONPATH}" exec "$root/.venv/bin/python" -P -m vis_assis "$@"
