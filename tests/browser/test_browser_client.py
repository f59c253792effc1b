"""The web client on a stack: beside the zip, and below transformers.js as npm has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.cloud import Cloud
from tests.browser.conftest import BUILD

MODULES = BUILD / "packages" / "node_modules"
TRANSFORMERS = MODULES / "@huggingface" / "transformers"
SERVED = (
    TRANSFORMERS / "dist" / "transformers.min.js",
    *[
        TRANSFORMERS / "node_modules" / "onnxruntime-web" / "dist" / name
        for name in (
            "ort-wasm-simd-threaded.asyncify.mjs",
            "ort-wasm-simd-threaded.asyncify.wasm",
        )
    ],
)
CREATE = """async (token) => {
  const { createModels } = await import("/vendor/web_client/index.js");
  const { apiUrl, modelSigningKeys } = await (await fetch("config.json")).json();
  window.api = apiUrl;
  window.models = createModels({ endpoint: apiUrl, getToken: () => token, keys: modelSigningKeys });
  return modelSigningKeys;
}"""
SYNC = "(type) => window.models.sync({ types: [type] })"
SUMS = """
  const sha256 = async (bytes) => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
"""


@pytest.fixture
def client(page: Page, cloud: Cloud, origin: str) -> Page:
    """The page, nobody signed in, with a client of its own as `models`."""
    page.goto(f"{origin}/index.html")
    keys = page.evaluate(CREATE, cloud.token())
    assert "=" in keys, "the stack signs, and the page knows its key"
    return page


def test_transformers_js_runs_a_promoted_model(client: Page) -> None:
    client.evaluate(SYNC, "depth")
    asked: list[str] = []
    client.on("request", lambda request: asked.append(request.url))
    for file in SERVED:
        client.route(f"**/transformers/{file.name}", lambda route, _, file=file: serve(route, file))
    shape = client.evaluate(
        """async () => {
          const { env, pipeline, RawImage } = await import("/transformers/transformers.min.js");
          env.useCustomCache = true;
          env.customCache = await window.models.open("depth");
          env.allowRemoteModels = false;
          env.allowLocalModels = true;
          env.backends.onnx.wasm.wasmPaths = "/transformers/";
          env.backends.onnx.wasm.numThreads = 1;
          const estimator = await pipeline("depth-estimation", "depth", { dtype: "q8" });
          const pixels = Uint8ClampedArray.from({ length: 64 * 64 * 3 }, (_, at) => at % 251);
          const { predicted_depth: depth } = await estimator(new RawImage(pixels, 64, 64, 3));
          return depth.dims;
        }"""
    )
    assert shape == [64, 64]
    assert [url for url in asked if "/transformers/" not in url] == [], "the model is here"


def serve(route: Any, file: Path) -> None:
    kind = "application/wasm" if file.suffix == ".wasm" else "text/javascript"
    route.fulfill(path=file, content_type=kind)


def test_the_zip_holds_the_same_files(client: Page, cloud: Cloud) -> None:
    client.evaluate(SYNC, "depth")
    jszip = (MODULES / "jszip" / "dist" / "jszip.min.js").read_text()
    zipped, opened = client.evaluate(
        f"""async (token) => {{ {SUMS} {jszip};
          const answer = await fetch(`${{window.api}}/getmodelurl`, {{
            headers: {{ Authorization: token }},
          }});
          const {{ depth }} = await answer.json();
          const zip = await JSZip.loadAsync(await (await fetch(depth.download_url)).arrayBuffer());
          const zipped = {{}};
          for (const file of Object.values(zip.files)) {{
            zipped[file.name] = await sha256(await file.async("uint8array"));
          }}
          const files = await window.models.open("depth");
          const opened = {{}};
          for (const path of files.paths) opened[path] = await sha256(await files.bytes(path));
          return [zipped, opened];
        }}""",
        cloud.token(),
    )
    assert "onnx/model_quantized.onnx" in opened
    assert zipped == opened


def test_one_changed_json_costs_two_percent_of_the_zip_at_most(client: Page, cloud: Cloud) -> None:
    zips = [cloud.upload("tts", 1_000_000, seed=9, config='{"version": 1}')]
    client.evaluate(SYNC, "tts")
    zips.append(cloud.upload("tts", 1_000_000, seed=9, config='{"version": 2}'))
    came: list[int] = []

    client.on("requestfinished", lambda done: came.append(done.sizes()["responseBodySize"]))
    done = client.evaluate(SYNC, "tts")["types"]["tts"]
    assert 0 < done["fetched"] < 100
    client.wait_for_load_state("networkidle")
    assert sum(came) > done["fetched"], "the answer of /models counts"
    assert sum(came) <= len(zips[1]) * 0.02
