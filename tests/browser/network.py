"""A network that can be slow and can be cut: a SOCKS5 proxy through which the browser goes.

The browser's own emulation lets running downloads finish when it goes offline.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from socketserver import BaseRequestHandler, ThreadingTCPServer

CHUNK = 16_384
_GRANTED = b"\x05\x00\x00\x01" + bytes(6)


class Network(ThreadingTCPServer):
    """Passes on what the browser sends.

    Its state: `bytes_per_second` towards the browser, on each connection; None for no limit.
    """

    daemon_threads = True
    allow_reuse_address = True
    bytes_per_second: float | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._up = True

    @property
    def url(self) -> str:
        return f"socks5://127.0.0.1:{self.server_address[1]}"

    def cut(self) -> None:
        """Breaks every connection and takes no new one."""
        with self._lock:
            self._up = False
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Takes connections again."""
        with self._lock:
            self._up = True

    @contextlib.contextmanager
    def carrying(self, *ends: socket.socket) -> Iterator[None]:
        """Counts the sockets among those that a cut breaks.

        Errors: `ConnectionError` while the network is cut.
        """
        with self._lock:
            if not self._up:
                raise ConnectionError("the network is cut")
            self._open.update(ends)
        try:
            yield
        finally:
            with self._lock:
                self._open.difference_update(ends)


class _Connection(BaseRequestHandler):
    server: Network
    request: socket.socket

    def handle(self) -> None:
        # What a cut or a closed page leaves behind is no failure.
        with contextlib.suppress(OSError), self._connect() as target:
            self.request.sendall(_GRANTED)
            with self.server.carrying(self.request, target):
                upward = threading.Thread(target=self._pump, args=(self.request, target))
                upward.start()
                self._pump(target, self.request, slow=True)
                upward.join()

    def _connect(self) -> socket.socket:
        _, methods = self._read("!BB")
        self._read(f"{methods}s")
        self.request.sendall(b"\x05\x00")
        *_, kind = self._read("!BBBB")
        if kind == 3:
            (length,) = self._read("!B")
            host = self._read(f"{length}s")[0].decode()
        else:
            host = socket.inet_ntoa(self._read("4s")[0])
        (port,) = self._read("!H")
        return socket.create_connection((host, port), timeout=60)

    def _read(self, layout: str) -> tuple:  # type: ignore[type-arg]
        size = struct.calcsize(layout)
        data = self.request.recv(size, socket.MSG_WAITALL)
        if len(data) < size:
            raise ConnectionError("the browser went away")
        return struct.unpack(layout, data)

    def _pump(self, source: socket.socket, sink: socket.socket, *, slow: bool = False) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                sink.sendall(data)
                if slow and self.server.bytes_per_second:
                    time.sleep(len(data) / self.server.bytes_per_second)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
