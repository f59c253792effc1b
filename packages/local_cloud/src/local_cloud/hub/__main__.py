"""`python -m local_cloud.hub`: serve the hub on loopback."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
from pathlib import Path

from local_cloud.hub import REPOSITORIES
from local_cloud.hub.repository_folder import RepositoryFolder
from local_cloud.hub.repository_store import Pins, RepositoryStore
from local_cloud.hub.server import run
from local_cloud.launch.with_parent import end_with_parent
from local_cloud.settings import NotLoopbackError, require_loopback


def main() -> None:
    """Serve until SIGTERM, SIGINT or the parent's end."""
    options = _parse()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    if options.exit_with_parent:
        end_with_parent()
    folders = [options.state_dir / REPOSITORIES, *options.repositories]
    store = RepositoryStore([RepositoryFolder(folder) for folder in folders], options.pins)
    asyncio.run(run(store, options.host, options.port, options.state_dir))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local_cloud.hub", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--host", type=_loopback, default="127.0.0.1", help="loopback only")
    parser.add_argument(
        "--state-dir", type=Path, required=True, help="holds hub.json with the addresses"
    )
    parser.add_argument(
        "--repositories",
        type=Path,
        action="append",
        default=[],
        help="folder of repositories, read at each use, beside <state-dir>/repositories;"
        " may be given several times",
    )
    parser.add_argument(
        "--pins",
        type=_pins,
        default={},
        help='revisions that stand for the newest content: {"owner/name": ["revision"]}',
    )
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="stop when standard input ends"
    )
    return parser.parse_args()


def _pins(text: str) -> Pins:
    wanted = 'expected a JSON object {"owner/name": ["revision"]}'
    try:
        pins = json.loads(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{wanted}: {problem}") from None
    if not isinstance(pins, dict) or not all(isinstance(named, list) for named in pins.values()):
        raise argparse.ArgumentTypeError(f"{wanted}, not {text}")
    return pins


def _loopback(host: str) -> str:
    try:
        require_loopback(host)
    except NotLoopbackError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None
    return host


if __name__ == "__main__":
    main()
