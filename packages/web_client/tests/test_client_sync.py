"""What a sync fetches, and what is in use when something ends it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error

from client_delivery import CHUNK, Delivery, Files, sha256
from client_tab import Tab, sums

WEIGHTS = "onnx/model_quantized.onnx"


def weights(size: int, seed: int) -> bytes:
    """Bytes that do not compress."""
    return random.Random(seed).randbytes(size)  # noqa: S311 - the same in each run


LOOK = """async ([endpoint, keys]) => {
  const { createModels } = await import("/src/index.js");
  const models = createModels({ endpoint, getToken: () => "", keys });
  return (await models.sync({ types: [] })).types;
}"""

OLD: Files = {"config.json": b'{"version": 1}', WEIGHTS: weights(20_000, 1)}
NEW: Files = {
    "config.json": b'{"version": 2}',
    **{f"part_{number}.json": b"[%d]" % number * 900 for number in range(6)},
    WEIGHTS: weights(CHUNK + 500_000, 2),
}


def test_only_what_changed_is_fetched_and_what_is_replaced_goes(
    tab: Tab, delivery: Delivery
) -> None:
    shared = {"tokenizer.json": b"{}" * 5000}
    delivery.release(depth={**OLD, **shared}, tts=shared)
    first = tab.sync()["value"]
    assert delivery.total_sent == delivery.stored_size("depth"), "the shared file came twice"
    assert first["types"]["depth"]["before"] is None
    assert tab.read("depth") == {"value": sums({**OLD, **shared})}
    assert tab.read("tts") == {"value": sums(shared)}

    delivery.reset()
    delivery.release(depth={**OLD, **shared, "config.json": b'{"version": 2}'})
    second = tab.sync()["value"]
    assert set(delivery.sent) == {sha256(b'{"version": 2}')}
    assert second["types"]["depth"]["before"] == 1
    assert second["types"]["tts"]["fetched"] == 0
    assert delivery.asked == [{"have": ["depth:1,tts:1"]}]
    files = delivery.files("depth")
    assert tab.chunks() == {chunk for file in files for chunk in file["stored"]["chunks"]}


def test_a_type_alone(tab: Tab, delivery: Delivery) -> None:
    shared = {"config.json": OLD["config.json"]}
    delivery.release(depth=OLD, tts={**shared, "other.json": b"{}"})
    assert list(tab.sync("tts", "unknown")["value"]["types"]) == ["tts"]
    assert tab.read("depth")["code"] == "not-installed"
    status = tab.status("depth")
    assert (status["healthy"], status["begun"], status["received"] > 0) == (False, False, True)
    tab.sync()
    tab.call("remove", "depth")
    assert tab.status("depth")["begun"] is False
    assert tab.read("tts")["value"], "it keeps the file that both have"
    tab.sync()
    tab.call("remove", "tts")
    assert tab.read("tts")["code"] == "not-installed"
    assert tab.read("depth") == {"value": sums(OLD)}
    assert len(tab.chunks()) == 2


@pytest.mark.parametrize("served", [None, {}])
def test_what_is_served_no_more_stays_in_use(
    tab: Tab, delivery: Delivery, served: Files | None
) -> None:
    delivery.release(depth=OLD)
    tab.sync()
    delivery.release(depth=served)
    assert tab.sync()["value"]["types"] == {}
    assert tab.read("depth") == {"value": sums(OLD)}
    assert tab.status("depth")["healthy"]


def test_pages_that_change_meanwhile_are_asked_again(tab: Tab, delivery: Delivery) -> None:
    delivery.release(depth=NEW)
    delivery.page_size = 3

    def change() -> None:
        delivery.before_page = lambda: None
        delivery.release(depth=OLD)

    delivery.before_page = change
    tab.sync()
    assert tab.read("depth") == {"value": sums(OLD)}


@pytest.fixture
def updating(tab: Tab, delivery: Delivery) -> Tab:
    """A tab with the old model in use, and the new one offered."""
    delivery.release(depth=OLD)
    tab.sync()
    delivery.reset()
    delivery.release(depth=NEW)
    return tab


def assert_new(tab: Tab, delivery: Delivery, *, twice: int = 0, files: Files = NEW) -> None:
    """The new model is in use, and at most `twice` bytes of it came twice."""
    assert tab.read("depth") == {"value": sums(files)}
    assert tab.status("depth")["healthy"]
    assert delivery.total_sent <= delivery.stored_size("depth") + twice


def test_a_connection_cut_anywhere_costs_at_most_a_chunk(tab: Tab, delivery: Delivery) -> None:
    places = 40
    for place in range(places):
        tab.name = f"cut-{place}"
        delivery.release(depth=OLD)
        tab.sync()
        delivery.reset()
        delivery.release(depth=NEW)
        delivery.cut_after = 1 + delivery.stored_size("depth") * place // places
        assert tab.sync()["error"] == "TypeError", place
        assert tab.read("depth") == {"value": sums(OLD)}, place
        status = tab.status("depth")
        assert (status["inUse"]["sequence"], status["healthy"]) == (2 * place + 1, True)
        delivery.cut_after = None
        tab.sync()
        assert_new(tab, delivery, twice=CHUNK)


def test_a_tab_that_is_killed_loses_at_most_a_chunk(
    updating: Tab, delivery: Delivery, context: BrowserContext
) -> None:
    large = {**NEW, "onnx/decoder.onnx": weights(CHUNK - 5000, 3)}
    delivery.release(depth=large)
    delivery.bytes_per_second = 12_000_000
    updating.page.evaluate(
        """(keys) => new Promise((reached) => {
          window.client.models(keys, "models").sync({
            onProgress: ({ received, total }) => { if (received > 0.9 * total) reached(); },
          });
        })""",
        updating.keys,
    )
    with updating.page.expect_event("crash"), pytest.raises(Error):
        updating.page.goto("chrome://crash")
    delivery.bytes_per_second = None
    reopened = Tab(context.new_page(), delivery)
    assert reopened.read("depth") == {"value": sums(OLD)}
    status = reopened.status("depth")
    assert (status["begun"], 0 < status["received"] < status["total"]) == (True, True)
    reopened.sync()
    assert_new(reopened, delivery, twice=CHUNK, files=large)


def test_a_slow_link_can_be_paused(updating: Tab, delivery: Delivery) -> None:
    delivery.bytes_per_second = 8_000_000
    paused = updating.page.evaluate(
        """async (keys) => {
          const pause = new AbortController();
          const onProgress = ({ received, total }) => { if (received > total / 2) pause.abort(); };
          const models = window.client.models(keys, "models");
          return models.sync({ onProgress, signal: pause.signal }).catch((error) => error.name);
        }""",
        updating.keys,
    )
    assert paused == "AbortError"
    assert updating.read("depth") == {"value": sums(OLD)}
    updating.sync()
    assert_new(updating, delivery, twice=CHUNK)


def test_links_that_end_are_replaced(updating: Tab, delivery: Delivery) -> None:
    delivery.cut_after = CHUNK + 200_000
    updating.sync()
    delivery.cut_after = None
    asked = len(delivery.asked)

    def end(route: Any) -> None:
        delivery.end_links()
        route.continue_()

    updating.page.route("**/files/**", end, times=1)
    updating.sync()
    assert len(delivery.asked) == asked + 2
    assert_new(updating, delivery, twice=CHUNK)

    updating.call("remove", "depth")
    updating.page.route("**/files/**", end)
    refused = updating.sync()
    assert refused["code"] == "refused"
    assert "expired" in refused["message"]


@pytest.mark.parametrize("path", ["config.json", WEIGHTS])
def test_wrong_bytes_are_not_kept(updating: Tab, delivery: Delivery, path: str) -> None:
    delivery.wrong = {sha256(NEW[path])}
    refused = updating.sync()
    assert (refused["code"], path in refused["message"]) == ("wrong-bytes", True)
    assert updating.read("depth") == {"value": sums(OLD)}
    delivery.wrong = set()
    updating.sync()
    assert_new(updating, delivery, twice=CHUNK)


def test_full_storage_is_said_and_leaves_the_model_in_use(
    updating: Tab, delivery: Delivery, context: BrowserContext
) -> None:
    quota = context.new_cdp_session(updating.page)
    origin = {"origin": delivery.url}
    quota.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": 3_000_000})
    refused = updating.sync()
    assert refused["code"] == "storage-full"
    assert "no more storage" in refused["message"]
    assert updating.read("depth") == {"value": sums(OLD)}
    quota.send("Storage.overrideQuotaForOrigin", origin)
    updating.sync()
    assert_new(updating, delivery, twice=CHUNK)


def test_two_tabs_fetch_once(updating: Tab, delivery: Delivery, context: BrowserContext) -> None:
    other = Tab(context.new_page(), delivery)
    for tab in (updating, other):
        tab.page.evaluate(
            "(keys) => { window.pending = window.client.sync(keys, 'models'); }", tab.keys
        )
    for tab in (updating, other):
        assert "value" in tab.page.evaluate("() => window.pending")
    assert_new(other, delivery)


def test_it_starts_without_a_network(updating: Tab, delivery: Delivery) -> None:
    delivery.down = True
    updating.load()
    assert updating.sync()["error"] == "TypeError"
    assert updating.read("depth") == {"value": sums(OLD)}


DAMAGE: dict[str, Callable[[str], str]] = {
    "flipped": lambda url: f"cache.put('{url}', new Response(new Uint8Array(20005)))",
    "cut off": lambda url: f"cache.put('{url}', new Response('short'))",
    "evicted": lambda url: f"cache.delete('{url}')",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_chunk_is_never_served_and_fetched_again(
    tab: Tab, delivery: Delivery, damage: str
) -> None:
    delivery.release(depth=OLD)
    tab.sync()
    [chunk] = delivery.files("depth")[1]["stored"]["chunks"]
    change = DAMAGE[damage](f"https://models.invalid/chunks/{chunk}")
    tab.page.evaluate(
        f"async () => {{ const cache = await caches.open('models'); await {change}; }}"
    )
    assert tab.read("depth")["code"] == "damaged"
    assert tab.status("depth")["healthy"] is False
    delivery.reset()
    tab.sync()
    assert set(delivery.sent) == {sha256(OLD[WEIGHTS])}
    assert tab.status("depth")["healthy"] is True
    assert tab.read("depth") == {"value": sums(OLD)}


def test_one_broken_model_does_not_keep_the_others_away(tab: Tab, delivery: Delivery) -> None:
    delivery.release(depth=OLD, tts={"config.json": b"{}"})
    delivery.wrong.add(sha256(OLD[WEIGHTS]))
    assert tab.sync()["code"] == "wrong-bytes"
    assert tab.read("depth")["code"] == "not-installed"
    assert tab.read("tts") == {"value": sums({"config.json": b"{}"})}


def test_a_stack_made_anew_counts_from_one_again(tab: Tab, delivery: Delivery) -> None:
    delivery.release(depth=OLD)
    tab.sync()
    delivery.models.clear()
    delivery.release(depth=NEW)
    assert tab.sync()["value"]["types"]["depth"]["before"] == 1
    assert tab.read("depth") == {"value": sums(NEW)}


def test_to_look_asks_for_one_page(tab: Tab, delivery: Delivery) -> None:
    delivery.page_size = 1
    delivery.release(depth=NEW)
    looked = tab.page.evaluate(LOOK, [delivery.url, delivery.signer.trusted])
    assert (looked, len(delivery.asked)) == ({}, 1)
