"""Binds the two origins, says where they are, and serves until told to stop."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from pathlib import Path

from hypercorn.asyncio import serve
from hypercorn.config import Config

from local_cloud.hub import ADDRESS_FILE
from local_cloud.hub.app import HubApp
from local_cloud.hub.repository_store import RepositoryStore

_GRACE_SECONDS = 0.5


async def run(store: RepositoryStore, host: str, port: int, state_dir: Path) -> None:
    """Serve on loopback until SIGTERM or SIGINT.

    `port` 0 takes a free one; the storage origin always does. `<state_dir>/hub.json` holds `url`
    and `storage_url` while both accept connections. Raises OSError when the port is taken.
    """
    hub_socket, storage_socket = _listen(host, port), _listen(host, 0)
    hub_port, storage_port = (s.getsockname()[1] for s in (hub_socket, storage_socket))
    config = Config()
    # The server takes the sockets over and closes them.
    config.bind = [f"fd://{hub_socket.detach()}", f"fd://{storage_socket.detach()}"]
    config.graceful_timeout = _GRACE_SECONDS
    config.loglevel = "WARNING"
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # Whoever sees the addresses may send a signal at once.
    addresses = state_dir / ADDRESS_FILE
    _write_addresses(
        addresses,
        {"url": f"http://{host}:{hub_port}", "storage_url": f"http://{host}:{storage_port}"},
    )
    try:
        await serve(HubApp(store, storage_port), config, shutdown_trigger=stop.wait)
    finally:
        addresses.unlink(missing_ok=True)


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as exc:
        listener.close()
        raise OSError(exc.errno, f"cannot listen on {host}:{port}: {exc.strerror}") from exc
    # From here on connections wait in the backlog: the address may be published.
    listener.listen(128)
    return listener


def _write_addresses(path: Path, addresses: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps({**addresses, "pid": os.getpid()}, indent=2), encoding="utf-8")
    partial.replace(path)
