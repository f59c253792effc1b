"""`python -m local_cloud.hub`: serve the hub on loopback."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import logging
import signal
import sys
import threading
from pathlib import Path

from local_cloud.hub.catalogue_pins import read_pins
from local_cloud.hub.catalogue_repositories import BUILDERS
from local_cloud.hub.repository_folder import RepositoryFolder
from local_cloud.hub.repository_store import RepositoryStore
from local_cloud.hub.server import run

_OWN_CATALOGUE = Path(__file__).parents[5] / "models.yaml"


def main() -> None:
    options = _parse()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    if options.exit_with_parent:
        threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    catalogue: Path | None = options.catalogue
    if catalogue is None and _OWN_CATALOGUE.exists():
        catalogue = _OWN_CATALOGUE
    folder = options.repositories or options.state_dir / "repositories"
    store = RepositoryStore(
        BUILDERS, RepositoryFolder(folder), read_pins(catalogue) if catalogue else {}
    )
    asyncio.run(run(store, options.host, options.port, options.state_dir))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local_cloud.hub", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--host", type=_loopback, default="127.0.0.1", help="IPv4 loopback only")
    parser.add_argument(
        "--state-dir", type=Path, required=True, help="holds hub.json with the addresses"
    )
    parser.add_argument(
        "--repositories",
        type=Path,
        help="folder of further repositories (default: <state-dir>/repositories), read at each use",
    )
    parser.add_argument(
        "--catalogue",
        type=Path,
        help="models.yaml whose pinned revisions resolve to the newest content"
        " (default: the project's)",
    )
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="stop when standard input ends"
    )
    return parser.parse_args()


def _stop_at_end_of_input() -> None:
    sys.stdin.buffer.read()
    signal.raise_signal(signal.SIGTERM)


def _loopback(host: str) -> str:
    try:
        loopback = ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise argparse.ArgumentTypeError(f"{host} is not an IPv4 loopback address: use 127.0.0.1")
    return host


if __name__ == "__main__":
    main()
