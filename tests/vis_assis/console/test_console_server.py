"""The console answers whoever has its URL, on this machine, and nobody else."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from vis_assis.cli.status_command import Status
from vis_assis.console import server, snapshot
from vis_assis.errors import CommandError

NOTHING: dict[str, Any] = {field.name: [] for field in fields(Status)}


class Asked:
    """A stack that counts how often it is read."""

    def __init__(self) -> None:
        self.times, self.error = 0, ""

    def read(self, _: Any) -> snapshot.Snapshot:
        self.times += 1
        if self.error:
            raise CommandError(self.error)
        return snapshot.Snapshot("a stack", datetime.now(UTC), 60, Status(**NOTHING), {}, [], {})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    stack = Asked()
    monkeypatch.setattr(snapshot, "read", stack.read)
    return stack


@pytest.fixture
def url(asked: Asked) -> Iterator[str]:
    del asked
    with server.served(None) as url:  # type: ignore[arg-type]
        yield url


def get(
    url: str, path: str | None = None, *, method: str = "GET", **headers: str
) -> tuple[int, Any, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    connection.request(method, parts.path if path is None else path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


@pytest.mark.parametrize("file", ["", "console.css", "console.js", "state.json"])
def test_each_file_comes_with_the_policy(url: str, file: str) -> None:
    status, headers, body = get(url, urlsplit(url).path + file)
    assert (status, bool(body)) == (200, True)
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/state.json",
        "//state.json",
        "/{short}/state.json",
        "/{token}x/state.json",
        "/{token}/../server.py",
        "/{token}/page/index.html",
        "/{token}/state.json/",
    ],
)
def test_without_the_token_nothing_is_said(asked: Asked, url: str, path: str) -> None:
    token = urlsplit(url).path.strip("/")
    status, _, body = get(url, path.format(token=token, short=token[:-1]))
    assert (status, body) == (404, b"")
    assert asked.times == 0


def test_a_name_that_was_made_to_lead_here_is_refused(url: str) -> None:
    port = urlsplit(url).port
    path = urlsplit(url).path + "state.json"
    assert get(url, path, Host=f"localhost:{port}")[0] == 200
    for host in (f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port}.evil.example"):
        assert get(url, path, Host=host)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_it_only_reads(url: str, method: str) -> None:
    assert get(url, method=method)[0] == 501


def test_pages_share_what_was_read(asked: Asked, url: str) -> None:
    path = urlsplit(url).path + "state.json"
    seen = [json.loads(get(url, path)[2])["where"] for _ in range(3)]
    assert (seen, asked.times) == (["a stack"] * 3, 1)


def test_what_fails_is_said_in_one_line(asked: Asked, url: str) -> None:
    asked.error = "the security token is expired"
    status, _, body = get(url, urlsplit(url).path + "state.json")
    assert (status, json.loads(body)) == (503, {"error": "the security token is expired"})


def test_each_start_has_a_token_of_its_own_and_loopback_only(url: str) -> None:
    with server.served(None) as other:  # type: ignore[arg-type]
        assert urlsplit(url).path != urlsplit(other).path
    assert urlsplit(url).hostname == "127.0.0.1"
    assert len(urlsplit(url).path) > 40
