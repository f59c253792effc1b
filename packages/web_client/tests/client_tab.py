"""A page with the client, as one tab of a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from client_delivery import Delivery, Files, sha256


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of the system."""
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next(filter(None, map(shutil.which, names)))
    with sync_playwright() as playwright:
        # CI runs as root, for whom Chromium has no sandbox.
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


def sums(files: Files) -> dict[str, str]:
    """What `Tab.read` gives for these files."""
    return {path: sha256(content) for path, content in files.items()}


class Tab:
    """Calls the client with the keys `keys`, on the cache `name`."""

    def __init__(self, page: Page, delivery: Delivery) -> None:
        self.page, self.delivery = page, delivery
        self.keys, self.name = delivery.signer.trusted, "models"
        self.load()

    def load(self) -> None:
        self.page.goto(self.delivery.url)
        self.page.wait_for_function("() => window.client")

    def sync(self, *types: str) -> dict[str, Any]:
        return self.call("sync", list(types) or None)

    def read(self, model_type: str) -> dict[str, Any]:
        return self.call("read", model_type)

    def status(self, model_type: str) -> dict[str, Any]:
        types: dict[str, Any] = self.call("status")["value"]["types"]
        return types[model_type]  # type: ignore[no-any-return]

    def call(self, function: str, *arguments: Any) -> dict[str, Any]:
        script = f"(given) => window.client.{function}(...given)"
        given = [self.keys, self.name, *arguments]
        result: dict[str, Any] = self.page.evaluate(script, given)
        return result

    def chunks(self) -> set[str]:
        urls = self.page.evaluate("(name) => window.client.entries(name)", self.name)
        return {url.rsplit("/", 1)[1] for url in urls if "/chunks/" in url}
