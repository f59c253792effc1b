"""A model on the device that is being replaced: the old one works until the new one is checked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.network import Network
from tests.browser.page_driver import PageDriver

LARGE = 6_000_000
SLOW = 1_500_000
TYPE = "image-captioning"


@pytest.fixture
def updating(app: PageDriver) -> PageDriver:
    """The page with a model on the device that runs, and a newer one of some megabytes offered."""
    app.cloud.upload_copy("depth", TYPE)
    app.look()
    app.expect_state(TYPE, "large.zip · uploaded by hand · 8 kB")
    app.press("Download", TYPE)
    app.expect_state(TYPE, "On this device, checksum verified.")
    return app


def test_an_update_that_loses_the_network_leaves_the_model_in_use(
    updating: PageDriver, network: Network, origin: str
) -> None:
    updating.cloud.upload(TYPE, LARGE)
    updating.look()
    updating.expect_state(TYPE, "An older version is on this device.")
    network.bytes_per_second = SLOW
    updating.press("Update", TYPE)
    updating.page.wait_for_function(
        "() => { const bar = document.querySelector('progress:not([hidden])');"
        " return bar && bar.value > 2_000_000; }"
    )
    network.cut()
    updating.expect_state(TYPE, "The older version works until then. The connection was lost.")
    network.mend()
    network.bytes_per_second = None

    updating.open(origin)
    updating.sign_in(updating.cloud.user())
    updating.expect_state(TYPE, "The older version works until then.")
    updating.press("Try it", TYPE)
    updating.expect_state(TYPE, "onnx/model_quantized.onnx ran in", seconds=60)
    with updating.downloads(TYPE) as downloads:
        updating.press("Resume", TYPE)
        updating.expect_state(TYPE, "On this device, checksum verified.")
    assert [status for _, _, status in downloads] == [206]
    updating.press("Remove", TYPE)
    updating.expect_state(TYPE, "Not on this device.")


def test_an_update_with_the_wrong_checksum_leaves_the_model_in_use(updating: PageDriver) -> None:
    updating.cloud.upload(TYPE, 50_000, seed=2, sha256="0" * 64)
    updating.look()
    updating.press("Update", TYPE)
    expect(updating.alert).to_contain_text("The checksum is wrong")
    updating.expect_state(TYPE, "An older version is on this device.")
    updating.press("Try it", TYPE)
    updating.expect_state(TYPE, "onnx/model_quantized.onnx ran in", seconds=60)


def test_a_download_that_was_whole_but_not_checked_is_not_fetched_again(
    app: PageDriver, origin: str
) -> None:
    app.cloud.upload(TYPE, LARGE, seed=3)
    app.look()
    app.expect_state(TYPE, "large.zip · uploaded by hand · 6.0 MB")
    app.page.evaluate("() => { crypto.subtle.digest = () => new Promise(() => {}); }")
    app.press("Download", TYPE)
    app.expect_state(TYPE, "6.0 MB of 6.0 MB")
    app.page.wait_for_function(
        """async ([type, size]) => {
          const opened = indexedDB.open("vis-assis-models");
          await new Promise((done) => (opened.onsuccess = done));
          const store = opened.result.transaction("downloads").objectStore("downloads");
          const found = store.get(type);
          await new Promise((done) => (found.onsuccess = done));
          opened.result.close();
          return found.result?.received > size;
        }""",
        arg=[TYPE, LARGE],
    )

    app.open(origin)
    app.sign_in(app.cloud.user())
    app.expect_state(TYPE, "Paused at 6.0 MB of 6.0 MB.")
    with app.downloads(TYPE) as downloads:
        app.press("Resume", TYPE)
        app.expect_state(TYPE, "On this device, checksum verified. All of it was here")
    assert downloads == []
