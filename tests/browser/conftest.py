"""A deployed stack, the page on an origin that the stack allows, and a Chromium per session."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.browser.chromium import FLAGS, executable
from tests.browser.cloud import Cloud
from tests.browser.network import Network
from tests.browser.page_driver import PageDriver
from vis_assis.build.environments import ROOT
from vis_assis.local import local_stack
from vis_assis.local.web.config import from_outputs
from vis_assis.local.web.folder import assemble, install
from vis_assis.local.web.server import served

BUILD = ROOT / "build" / "test-browser"
VIEWPORT = ViewportSize(width=780, height=900)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--screenshots",
        type=Path,
        default=BUILD / "screenshots",
        help="folder for pictures of each state",
    )


@pytest.fixture(scope="session")
def allowed_port() -> int:
    """A free port; the stack allows the origin with it before the page is there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def cloud(allowed_port: int) -> Iterator[Cloud]:
    """A stack that allows one origin, with two promoted models."""
    variables = {
        "allowed_origins": [f"http://localhost:{allowed_port}"],
        "runbook_url": "https://example.org/operations.md",
    }
    with local_stack.local_stack(BUILD / "stack", variables=variables) as stack:
        cloud = Cloud(stack)
        cloud.promote("depth", "vocoder")
        yield cloud


@pytest.fixture(scope="session")
def folder(cloud: Cloud) -> Path:
    """The page, put together for the stack."""
    packages = BUILD / "packages"
    install(packages, development=True)
    assemble(
        BUILD / "page", packages, from_outputs(cloud.stack.outputs, cloud.stack.cloud.environment())
    )
    return BUILD / "page"


@pytest.fixture(scope="session")
def origin(folder: Path, allowed_port: int) -> Iterator[str]:
    """Where the page is served; the API has another origin."""
    with served(folder, allowed_port) as origin:
        yield origin


@pytest.fixture(scope="session")
def forbidden_origin(folder: Path) -> Iterator[str]:
    """Another origin with the same page, which the stack does not allow."""
    with served(folder) as origin:
        yield origin


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe(folder: Path) -> str:
    """The script that looks for barriers, installed with the page."""
    del folder
    return (BUILD / "packages" / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def network() -> Iterator[Network]:
    """What lies between the browser and everything else."""
    with Network() as network:
        thread = threading.Thread(target=network.serve_forever, daemon=True)
        thread.start()
        yield network
        network.cut()
        network.shutdown()
        thread.join()


@pytest.fixture
def context(browser: Browser, network: Network) -> Iterator[BrowserContext]:
    """A profile of its own: nothing stored, nobody signed in."""
    context = browser.new_context(
        viewport=VIEWPORT, color_scheme="light", proxy={"server": network.url}
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


@pytest.fixture
def driver(page: Page, origin: str, cloud: Cloud, request: pytest.FixtureRequest) -> PageDriver:
    """The page before sign-in."""
    driver = PageDriver(page, cloud, request.config.getoption("screenshots"))
    driver.open(origin)
    return driver


@pytest.fixture
def app(driver: PageDriver) -> PageDriver:
    """The page with somebody signed in."""
    driver.sign_in(driver.cloud.user())
    expect(driver.page.get_by_role("heading", name="Models on this device")).to_be_focused()
    return driver
