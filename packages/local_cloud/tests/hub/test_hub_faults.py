"""Ordered faults, and the client that survives them."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest

from local_cloud.testing import HubServer

CHUNK = 10 * 1024 * 1024  # what huggingface_hub writes at a time
BIG = bytes(range(256)) * (12 * 4096)


pytestmark = pytest.mark.xdist_group("hub")


@pytest.fixture(autouse=True)
def without_faults(hub: HubServer) -> None:
    weights = hub.repositories / "team/big/main/model.bin"
    weights.parent.mkdir(parents=True, exist_ok=True)
    weights.write_bytes(BIG)
    hub.request("DELETE", "/_hub/faults")
    hub.request("DELETE", "/_hub/requests")


def test_a_cut_download_resumes_where_it_stopped(hub: HubServer, tmp_path: Path) -> None:
    fault = {"path": "*/model.bin", "origin": "storage", "truncate_after": CHUNK + 1000}
    assert hub.request("POST", "/_hub/faults", fault).status == 201
    code = "answer(hf_hub_download('team/big', 'model.bin'))"
    path = Path(hub.client(tmp_path, code))
    assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(BIG).digest()
    ranges = [request["range"] for request in hub.requests("storage")]
    assert ranges == [None, f"bytes={CHUNK}-"]


def test_an_overloaded_hub_is_asked_again(hub: HubServer, tmp_path: Path) -> None:
    fault = {"path": "*/model.bin", "origin": "storage", "status": 429, "retry_after": 0}
    hub.request("POST", "/_hub/faults", fault)
    code = "answer(Path(hf_hub_download('team/big', 'model.bin')).stat().st_size)"
    assert hub.client(tmp_path, code) == len(BIG)
    assert [request["status"] for request in hub.requests("storage")] == [429, 200]


def test_a_status_hits_as_often_as_ordered(hub: HubServer) -> None:
    fault = {"path": "/api/models/*", "method": "GET", "status": 503, "times": 2}
    hub.request("POST", "/_hub/faults", {**fault, "retry_after": 7})
    path = "/api/models/team/big"
    assert hub.request("HEAD", path).status == 200
    first = hub.request("GET", path)
    assert (first.status, first.headers["retry-after"]) == (503, "7")
    assert [hub.request("GET", path).status for _ in range(2)] == [503, 200]
    assert hub.request("GET", "/_hub/faults").json() == []


def test_a_slow_answer_arrives(hub: HubServer) -> None:
    hub.request("POST", "/_hub/faults", {"path": "/health", "delay_seconds": 0.3})
    start = time.monotonic()
    assert hub.request("GET", "/health").status == 200
    assert time.monotonic() - start >= 0.3


def test_faults_can_be_withdrawn(hub: HubServer) -> None:
    hub.request("POST", "/_hub/faults", {"path": "*", "status": 500, "times": 9})
    assert hub.request("GET", "/health").status == 500
    hub.request("DELETE", "/_hub/faults")
    assert hub.request("GET", "/health").status == 200


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ({"status": 500}, "needs a path"),
        ({"path": "*", "code": 500}, "knows no code"),
        ({"path": "*", "status": 200}, "status must be one of"),
        (3, "is a JSON object"),
    ],
)
def test_a_malformed_fault_is_refused(hub: HubServer, fault: object, complaint: str) -> None:
    answer = hub.request("POST", "/_hub/faults", fault)
    assert answer.status == 400
    assert complaint in answer.json()["error"]
    assert hub.request("GET", "/_hub/faults").json() == []
