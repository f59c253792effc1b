"""`local-cloud`: serve the local cloud in the foreground."""

from __future__ import annotations

import argparse
import json
import socket
import sys
from pathlib import Path

from local_cloud.launch.with_parent import end_with_parent
from local_cloud.settings import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_REGION,
    READY_FILE,
    configure_emulators,
    require_account_id,
    require_loopback,
)


def main(arguments: list[str] | None = None) -> int:
    """Bind, load the emulators, serve until SIGTERM, SIGINT or the parent's end."""
    options = _parser().parse_args(arguments)
    try:
        require_loopback(options.host)
        require_account_id(options.account_id)
    except ValueError as problem:
        sys.stderr.write(f"local-cloud: {problem}\n")
        return 2
    state_dir = Path(options.state_dir).resolve()
    state_dir.mkdir(parents=True, exist_ok=True)
    listener = socket.create_server((options.host, options.port))
    port = listener.getsockname()[1]
    configure_emulators(port, state_dir, options.account_id, options.region)
    if options.exit_with_parent:
        end_with_parent()

    from local_cloud.gateway.server import serve  # noqa: PLC0415 - reads the environment set above

    ready = state_dir / READY_FILE
    try:
        saved = Path(options.load).resolve() if options.load else None
        serve(listener, lambda: _announce(ready, f"http://127.0.0.1:{port}"), saved)
    finally:
        ready.unlink(missing_ok=True)
    return 0


def _announce(ready: Path, endpoint_url: str) -> None:
    """Write the file in one step: its existence is what the parent waits for."""
    draft = ready.with_suffix(".draft")
    draft.write_text(json.dumps({"endpoint_url": endpoint_url}))
    draft.replace(ready)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="local-cloud", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to bind")
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0 takes a free one")
    parser.add_argument("--state-dir", default="build/local-cloud", help="folder for all state")
    parser.add_argument("--account-id", default=DEFAULT_ACCOUNT_ID, help="twelve digits")
    parser.add_argument("--region", default=DEFAULT_REGION, help="of what names none")
    parser.add_argument("--load", help="folder of a saved account to begin with")
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="stop when standard input ends"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
