"""The hub as a child of whoever starts a local cloud."""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_cloud import Hub
from local_cloud.hub import process
from local_cloud.launch.child import Child


def answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{url}/health", timeout=5) as answer:
        return bool(json.loads(answer.read()) == {"status": "ok"})


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    hub = Hub(tmp_path)
    yield hub
    hub.stop()


def test_a_port_that_somebody_else_takes_meanwhile_is_no_obstacle(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as other:

        def start(name: str, arguments: list[str], *rest: Any) -> Child:
            other.bind(("127.0.0.1", int(arguments[arguments.index("--port") + 1])))
            other.listen()
            return Child(name, arguments, *rest)

        monkeypatch.setattr(process, "Child", start)
        hub.start()
        assert answers(hub.url)
        assert not hub.url.endswith(f":{other.getsockname()[1]}")


def test_an_address_left_by_a_hub_that_was_killed_is_not_taken_for_its_own(
    hub: Hub, tmp_path: Path
) -> None:
    old = "http://127.0.0.1:1"
    (tmp_path / "hub.json").write_text(json.dumps({"url": old}))
    hub.start()
    assert hub.url != old
    assert answers(hub.url)
