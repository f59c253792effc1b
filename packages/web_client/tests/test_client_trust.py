"""What an attacker between release key and page can try: each is refused and changes nothing."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from client_delivery import CHUNK, Delivery, Envelope, Files, Signer, sha256
from client_tab import Tab, sums

OLD: Files = {"config.json": b'{"version": 1}', "onnx/model.onnx": b"old" * 1000}
NEW: Files = {"config.json": b'{"version": 2}', "onnx/model.onnx": b"new" * 1000}


@pytest.fixture
def installed(tab: Tab, delivery: Delivery) -> Tab:
    """A tab with a model in use, and another offered."""
    delivery.release(depth=OLD, tts={"config.json": b"{}"})
    tab.sync()
    delivery.reset()
    delivery.release(depth=NEW)
    return tab


def reworded(delivery: Delivery, change: Callable[[dict[str, Any]], None]) -> Envelope:
    """The index with another payload below the old signature."""
    payload = json.loads(base64.b64decode(delivery.index["payload"]))
    change(payload)
    return {**delivery.index, "payload": base64.b64encode(json.dumps(payload).encode()).decode()}


def flipped(delivery: Delivery) -> Envelope:
    payload = bytearray(base64.b64decode(delivery.index["payload"]))
    payload[-1] ^= 1
    return {**delivery.index, "payload": base64.b64encode(payload).decode()}


def swapped(payload: dict[str, Any]) -> None:
    types = payload["types"]
    types["depth"], types["tts"] = types["tts"], types["depth"]


def extended(payload: dict[str, Any]) -> None:
    files = payload["types"]["depth"]["model"]["files"]
    files.append({**files[0], "path": "extra.json"})


def replayed(delivery: Delivery) -> Envelope:
    older = delivery.payload() | {"sequence": delivery.sequence - 2}
    return delivery.signer.sign(json.dumps(older).encode())


def expired(delivery: Delivery) -> Envelope:
    ended = f"{datetime.now(UTC) - timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    return delivery.signer.sign(json.dumps(delivery.payload() | {"expires_at": ended}).encode())


ATTACKS: dict[str, tuple[str, Callable[[Delivery], Any]]] = {
    "flipped byte": ("unsigned", flipped),
    "swapped types": ("unsigned", lambda d: reworded(d, swapped)),
    "extended list": ("unsigned", lambda d: reworded(d, extended)),
    "unknown key": ("unsigned", lambda d: Signer("other").sign(b"{}")),
    "known id, other key": ("unsigned", lambda d: Signer(d.signer.key_id).sign(b"{}")),
    "signature of another": (
        "unsigned",
        lambda d: d.index | {"signature": d.signer.sign(b"other")["signature"]},
    ),
    "no signature": ("malformed", lambda d: d.index | {"signature": None}),
    "no key": ("unsigned", lambda d: d.index | {"signature": None, "key_id": None}),
    "replayed": ("rollback", replayed),
    "expired": ("expired", expired),
    "no index": ("malformed", lambda d: None),
    "the schema before": ("malformed", lambda d: {"schema": 1, "types": {}}),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_and_changes_nothing(
    installed: Tab, delivery: Delivery, attack: str
) -> None:
    code, forge = ATTACKS[attack]
    delivery.index = forge(delivery)
    before = installed.call("status")["value"]["sequence"]
    assert installed.sync()["code"] == code
    assert delivery.total_sent == 0
    assert installed.call("status")["value"]["sequence"] == before
    assert installed.read("depth") == {"value": sums(OLD)}
    delivery.publish()
    installed.sync()
    assert installed.read("depth") == {"value": sums(NEW)}


def with_file(**changed: Any) -> Callable[[dict[str, Any]], None]:
    def change(payload: dict[str, Any]) -> None:
        payload["types"]["depth"]["model"]["files"][0].update(changed)

    return change


def with_stored(**changed: Any) -> Callable[[dict[str, Any]], None]:
    def change(payload: dict[str, Any]) -> None:
        payload["types"]["depth"]["model"]["files"][0]["stored"].update(changed)

    return change


def with_type(name: str) -> Callable[[dict[str, Any]], None]:
    def change(payload: dict[str, Any]) -> None:
        payload["types"][name] = payload["types"]["depth"]

    return change


MALFORMED: list[Callable[[dict[str, Any]], None]] = [
    lambda payload: payload.update(schema=3),
    lambda payload: payload.update(sequence="101"),
    lambda payload: payload.update(sequence=2**53),
    lambda payload: payload.update(expires_at="tomorrow"),
    lambda payload: payload.update(expires_at="2026-13-45T00:00:00Z"),
    lambda payload: payload.update(types=[]),
    lambda payload: payload["types"].update(depth=None),
    lambda payload: payload["types"]["depth"]["model"].pop("files"),
    with_type("a,b"),
    with_type("../depth"),
    *[
        with_file(path=path)
        for path in ("/etc/passwd", "../up.json", "a/./b", "a//b", "a\\b", "a\x00b", "", 7)
    ],
    with_file(path="onnx/model.onnx"),
    with_file(bytes=-1),
    with_file(bytes=1.5),
    with_file(sha256="A" * 64),
    with_file(stored=None),
    with_stored(bytes=0),
    with_stored(bytes=CHUNK + 1),
    with_stored(chunks=[]),
    with_stored(chunks=["0" * 63]),
    with_stored(sha256=None),
]


def test_a_malformed_index_is_refused_even_signed(installed: Tab, delivery: Delivery) -> None:
    well_formed = delivery.payload()
    for number, change in enumerate(MALFORMED):
        payload = deepcopy(well_formed)
        change(payload)
        delivery.index = delivery.signer.sign(json.dumps(payload).encode())
        assert installed.sync()["code"] == "malformed", number
    assert delivery.total_sent == 0
    assert installed.read("depth") == {"value": sums(OLD)}


def test_keys_rotate_while_two_are_trusted(installed: Tab, delivery: Delivery) -> None:
    first, second = delivery.signer, Signer("release-2")
    installed.keys = f"{first.trusted}, {second.trusted}"
    delivery.signer = second
    delivery.publish()
    installed.sync("depth")
    installed.keys = second.trusted
    delivery.down = True
    assert installed.read("depth") == {"value": sums(NEW)}
    assert installed.read("tts")["code"] == "not-installed", "only the first key has signed it"


def test_what_came_without_a_key_is_not_opened_with_one(tab: Tab, delivery: Delivery) -> None:
    trusted, tab.keys = tab.keys, ""
    delivery.release(depth=OLD)
    signed, delivery.index = delivery.index, delivery.index | {"signature": None, "key_id": None}
    tab.sync()
    assert tab.read("depth") == {"value": sums(OLD)}
    tab.keys = trusted
    assert tab.read("depth")["code"] == "not-installed"
    delivery.reset()
    delivery.index = signed
    tab.sync()
    assert tab.read("depth") == {"value": sums(OLD)}
    assert delivery.total_sent == 0


@pytest.mark.parametrize("keys", [None, " ", ",", "release-1", "=abcd", "release-1=AAAA"])
def test_keys_that_are_none_are_an_error(tab: Tab, keys: str | None) -> None:
    tab.keys = keys  # type: ignore[assignment]
    refused = tab.sync()
    assert (refused["error"], "keys" in refused["message"]) == ("TypeError", True)


@pytest.mark.parametrize("size", [100, 10_000_000])
def test_a_file_never_inflates_beyond_its_size(tab: Tab, delivery: Delivery, size: int) -> None:
    delivery.release(depth={"config.json": b"0" * 3_000_000})
    file = delivery.files("depth")[0]
    file["bytes"] = size
    delivery.publish()
    tab.sync()
    assert tab.read("depth")["code"] == "damaged"


def test_a_state_that_was_not_finished_leaves_the_one_before(
    installed: Tab, delivery: Delivery
) -> None:
    installed.page.evaluate(
        """async () => {
          const cache = await caches.open("models");
          await cache.put("https://models.invalid/states/999", new Response('{"latest": 0, "inU'));
        }"""
    )
    assert installed.read("depth") == {"value": sums(OLD)}
    installed.sync()
    assert installed.read("depth") == {"value": sums(NEW)}


def test_bytes_after_the_compressed_stream_are_refused(tab: Tab, delivery: Delivery) -> None:
    plain = b"{}"
    delivery.release(depth={"config.json": plain})
    packed = zlib.compress(plain, wbits=-15) + b"more"
    delivery.stored[sha256(plain)] = packed
    stored = delivery.files("depth")[0]["stored"]
    stored.update(bytes=len(packed), sha256=sha256(packed), chunks=[sha256(packed)])
    delivery.publish()
    tab.sync()
    assert tab.read("depth")["code"] == "damaged"
