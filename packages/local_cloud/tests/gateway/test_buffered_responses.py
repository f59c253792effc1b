"""An answer comes in one piece: what Go has read of it when it gives up must do."""

from __future__ import annotations

import socket
from typing import Any

ROUNDS = 100
END_OF_CHUNKS = b"\r\n0\r\n\r\n"
REQUEST = b"GET /_local_cloud/health HTTP/1.1\r\nHost: local\r\n\r\n"


def test_head_and_body_and_end_come_at_once(cloud: Any) -> None:
    host, port = cloud.endpoint_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        for _ in range(ROUNDS):
            connection.sendall(REQUEST)
            answer = connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200")
            assert answer.endswith(END_OF_CHUNKS)
