"""What the web client costs in Chromium: bytes beside the zip's, time to verify, write and read.

`make bench-client`; with `PLOT=1` it draws docs/screenshots/update_bytes.svg.
"""

from __future__ import annotations

import io
import statistics
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from client_delivery import Delivery, Files
from client_tab import Tab, chromium

ENCODER, DECODER = "onnx/encoder_model_quantized.onnx", "onnx/decoder_model_merged_quantized.onnx"
MEGABYTE = 1_000_000
STORE_MEGABYTES = 100
ROUNDS = 5
PLOT = Path("docs/screenshots/update_bytes.svg")
BAR, GROUP, LEFT, WIDTH = 18, 80, 230, 420

# What each step takes in a page of its own, in milliseconds; the bytes are made before.
TIMES = """async ([keys, megabytes, part]) => {
  const took = {};
  const time = async (name, work) => {
    const begun = performance.now();
    const result = await work();
    took[name] = performance.now() - begun;
    return result;
  };
  const bytes = new Uint8Array(megabytes * 1e6);
  for (let at = 0; at < bytes.length; at += 65536) {
    crypto.getRandomValues(bytes.subarray(at, Math.min(at + 65536, bytes.length)));
  }
  const parts = [];
  for (let at = 0; at < bytes.length; at += part) parts.push(bytes.subarray(at, at + part));
  const cache = await caches.open("speed");
  await time("Cache Storage, write", async () => {
    for (const [at, content] of parts.entries()) await cache.put(`/${at}`, new Response(content));
  });
  await time("Cache Storage, read", async () => {
    for (const at of parts.keys()) await (await cache.match(`/${at}`)).arrayBuffer();
  });
  await caches.delete("speed");
  // Files of OPFS have synchronous handles in workers only.
  const inWorker = async ({ data: parts }) => {
    const folder = await navigator.storage.getDirectory();
    const write = (file, content) => (file.write(content), file.flush());
    const read = (file, content) => file.read(new Uint8Array(content.length), { at: 0 });
    const took = [];
    for (const work of [write, read]) {
      const begun = performance.now();
      for (const [at, content] of parts.entries()) {
        const entry = await folder.getFileHandle(`${at}`, { create: true });
        const file = await entry.createSyncAccessHandle();
        work(file, content);
        file.close();
      }
      took.push(performance.now() - begun);
    }
    for (const at of parts.keys()) await folder.removeEntry(`${at}`);
    postMessage(took);
  };
  const script = new Blob([`onmessage = ${inWorker}`], { type: "text/javascript" });
  const worker = new Worker(URL.createObjectURL(script));
  const answered = new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
  worker.postMessage(parts);
  [took["OPFS, write"], took["OPFS, read"]] = await answered;
  worker.terminate();
  await time("SHA-256 of each chunk", async () => {
    for (const content of parts) await crypto.subtle.digest("SHA-256", content);
  });
  const models = window.client.models(keys, "models");
  await time("status: read and verify", () => models.status());
  const files = await models.open("depth");
  await time("bytes: read, verify, inflate", () => files.bytes("onnx/model_quantized.onnx"));
  return took;
}"""


def weights(size: int, seed: int) -> bytes:
    """Int8 weights, normally distributed."""
    drawn = np.random.default_rng(seed).normal(0, 20, size).clip(-128, 127)
    return drawn.astype(np.int8).tobytes()


def zip_of(files: Files, compression: int) -> int:
    """The size of a zip of the files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression, compresslevel=6) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return len(buffer.getvalue())


@contextmanager
def client() -> Iterator[tuple[Tab, Delivery]]:
    """A tab of a Chromium, and what serves it."""
    with Delivery() as delivery, chromium() as browser:
        threading.Thread(target=delivery.serve_forever, daemon=True).start()
        yield Tab(browser.new_page(), delivery), delivery
        delivery.shutdown()


def count_bytes() -> dict[str, tuple[int, int, int]]:
    """Shows what each kind of update fetches, answers of /models included.

    Returns:
        bytes of the client, the stored zip and the deflated one, by update.
    """
    counted = {}
    config = {"config.json": b'{"model_type": "vision-encoder-decoder"}' * 100}
    first: dict[str, bytes] = {
        **config,
        "tokenizer.json": bytes(range(32, 127)) * 20_000,
        ENCODER: weights(60 * MEGABYTE, 1),
        DECODER: weights(100 * MEGABYTE, 2),
    }
    updates = {
        "first install": first,
        "nothing changed": first,
        "one JSON changed": {**first, "config.json": config["config.json"] + b" "},
        "one of two ONNX files changed": {**first, ENCODER: weights(60 * MEGABYTE, 3)},
    }
    print("| update | client | zip, stored | zip, DEFLATE | part of the stored zip |")
    print("|---|---|---|---|---|")
    with client() as (tab, delivery):
        for name, files in updates.items():
            if name != "nothing changed":
                delivery.release(image_captioning=files)
            delivery.reset()
            tab.sync()
            ours = delivery.total_sent + delivery.answered
            zips = [zip_of(files, way) for way in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)]
            # A zip client compares ETags: what has not changed costs it nothing either.
            stored, packed = (0, 0) if name == "nothing changed" else zips
            counted[name] = (ours, stored, packed)
            part = f"{ours / stored:.3%}" if stored else ""
            print(f"| {name} | {ours:,} | {stored:,} | {packed:,} | {part} |")
    return counted


def draw(counted: dict[str, tuple[int, int, int]]) -> str:
    """The bytes as bars, an SVG."""
    longest = max(max(of_one) for of_one in counted.values())
    shapes = []
    for row, (name, of_one) in enumerate(counted.items()):
        top = row * GROUP + 20
        shapes.append(f'<text x="{LEFT - 10}" y="{top + 32}" text-anchor="end">{name}</text>')
        ways = zip(("client", "zip, stored", "zip, DEFLATE"), of_one, strict=True)
        for number, (way, count) in enumerate(ways):
            y, width = top + number * BAR, max(1, WIDTH * count / longest)
            shade = ("#0b5fa5", "#8a8a8a", "#c4c4c4")[number]
            shown = f"{count / MEGABYTE:,.1f} MB" if count >= MEGABYTE else f"{count:,} bytes"
            bar = f'width="{width:.1f}" height="{BAR - 3}" fill="{shade}"'
            shapes.append(f'<rect x="{LEFT}" y="{y}" {bar}/>')
            shapes.append(f'<text x="{LEFT + width + 6:.0f}" y="{y + 12}">{way}: {shown}</text>')
    size = f'width="{LEFT + WIDTH + 200}" height="{GROUP * len(counted) + 10}"'
    style = 'font-family="sans-serif" font-size="13"'
    ground = '<rect width="100%" height="100%" fill="white"/>'
    body = "\n".join([ground, *shapes])
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n{body}\n</svg>\n'


def measure_times() -> None:
    """Shows the medians of some rounds."""
    rounds: list[dict[str, float]] = []
    with client() as (tab, delivery):
        # Normally distributed weights of this size are stored in some 100 MB.
        plain = weights(int(1.23 * STORE_MEGABYTES * MEGABYTE), 4)
        delivery.release(depth={"onnx/model_quantized.onnx": plain})
        print(f"stored: {delivery.stored_size('depth'):,} bytes of {len(plain):,}")
        tab.sync()
        for _ in range(ROUNDS):
            arguments = [tab.keys, STORE_MEGABYTES, 4 * 1024 * 1024]
            rounds.append(tab.page.evaluate(TIMES, arguments))
    for name in rounds[0]:
        times = [took[name] for took in rounds]
        print(f"| {name} | {statistics.median(times):.0f} ms | {min(times):.0f} ms |")


if __name__ == "__main__":
    counted = count_bytes()
    if "--plot" in sys.argv:
        PLOT.write_text(draw(counted))
    measure_times()
