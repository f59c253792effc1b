"""A promoted model on the device: listed, downloaded, verified, run."""

from __future__ import annotations

import base64
import json
import re

from playwright.sync_api import Route, expect

from tests.browser.page_driver import PageDriver

INDEX = re.compile(r"/models\?")


def test_models_are_listed_with_version_and_size(app: PageDriver) -> None:
    expect(app.model("depth")).to_contain_text(
        re.compile(r"onnx-community/depth-anything-v2-small · version 1 · Apache-2.0 · \d+ kB")
    )
    expect(app.model("vocoder")).to_contain_text("version 1")
    app.screenshot("4-models")


def test_a_promoted_model_is_verified_and_runs(app: PageDriver) -> None:
    app.press("Download", "depth")
    app.expect_state("depth", "On this device, verified.")
    app.press("Try it", "depth")
    app.expect_state("depth", "onnx/model_quantized.onnx ran in", seconds=60)
    app.expect_state("depth", "predicted_depth 1 by 224 by 224")
    depth = app.page.get_by_role("img", name="predicted_depth as a picture")
    expect(depth).to_be_visible()
    shades = depth.evaluate(
        "canvas => new Set(canvas.getContext('2d').getImageData(0, 0, 224, 224).data).size"
    )
    assert shades > 20, "every pixel has nearly the same depth: the picture did not reach the model"
    app.screenshot("9-inference", of=app.model("depth"))


def test_a_model_that_hears_runs_too(app: PageDriver) -> None:
    app.press("Download", "vocoder")
    app.expect_state("vocoder", "verified")
    app.press("Try it", "vocoder")
    app.expect_state("vocoder", "waveform", seconds=60)


def test_a_model_stays_after_a_reload(app: PageDriver, origin: str) -> None:
    app.press("Download", "depth")
    app.expect_state("depth", "verified")
    app.open(origin)
    app.sign_in(app.cloud.user())
    app.expect_state("depth", "On this device, verified.")
    with app.downloads() as downloads:
        app.press("Check again", "depth")
        app.expect_state("depth", "Nothing was fetched")
    assert downloads == []

    promised = app.page.evaluate("navigator.storage.persisted()")
    told = "promised to keep" if promised else "may remove what is here"
    expect(app.page.get_by_text(f"This browser {told}")).to_be_visible()

    app.press("Remove", "depth")
    app.expect_state("depth", "Not on this device.")


def test_an_index_that_was_changed_on_the_way_is_refused(app: PageDriver) -> None:
    app.press("Download", "depth")
    app.expect_state("depth", "On this device, verified.")

    def without_depth(route: Route) -> None:
        response = route.fetch()
        answer = response.json()
        payload = json.loads(base64.b64decode(answer["index"]["payload"]))
        payload["types"]["depth"]["model"] = None
        answer["index"]["payload"] = base64.b64encode(json.dumps(payload).encode()).decode()
        route.fulfill(response=response, body=json.dumps(answer))

    app.page.route(INDEX, without_depth)
    app.look()
    expect(app.alert).to_contain_text("does not fit the index")
    app.expect_state("depth", "On this device, verified.")
    app.press("Try it", "depth")
    app.expect_state("depth", "ran in", seconds=60)


def test_a_model_is_in_use_after_a_reload_while_the_api_fails(app: PageDriver, origin: str) -> None:
    app.press("Download", "depth")
    app.expect_state("depth", "verified")
    app.page.route(INDEX, lambda route: route.abort())
    app.open(origin)
    app.sign_in(app.cloud.user())
    expect(app.alert).to_contain_text("The service cannot be reached")
    app.expect_state("depth", "depth-anything-v2-small · version 1")
    app.press("Try it", "depth")
    app.expect_state("depth", "ran in", seconds=60)

    app.page.unroute(INDEX)
    app.look()
    app.expect_state("vocoder", "Not on this device.")
    titles = app.page.locator("#models h3").all_text_contents()
    assert titles == sorted(titles)
