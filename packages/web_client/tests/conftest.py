"""A Chromium, and a delivery that fails on demand."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from client_delivery import Delivery
from client_tab import Tab, chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def delivery() -> Iterator[Delivery]:
    with Delivery() as delivery:
        thread = threading.Thread(target=delivery.serve_forever, daemon=True)
        thread.start()
        yield delivery
        delivery.shutdown()
        thread.join()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A profile of its own: nothing stored."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def tab(context: BrowserContext, delivery: Delivery) -> Tab:
    return Tab(context.new_page(), delivery)
