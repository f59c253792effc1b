"""The page of `vis-assis console`: it follows the stack, and keeps nobody out."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.cloud import Cloud
from tests.browser.test_browser_accessibility import barriers
from vis_assis.console import server
from vis_assis.journeys import edge_path
from vis_assis.local.up import deployed

LETTERS = "vis-assis-promote-model-dead-letters"


@pytest.fixture(scope="module")
def busy(cloud: Cloud) -> Cloud:
    """The stack with something of everything: one waits, one failed, an alarm rings."""
    sagemaker, names = cloud.stack.client("sagemaker"), cloud.stack.outputs["pipeline_names"]
    waits = edge_path.run_pipeline(sagemaker, names["tts"])
    fails = edge_path.run_pipeline(sagemaker, names["object-detection"], Revision="missing")
    assert edge_path.wait_for_execution(sagemaker, waits, 180) == "Succeeded"
    assert edge_path.wait_for_execution(sagemaker, fails, 180) == "Failed"
    cloud.stack.client("sqs").send_message(
        QueueUrl=cloud.stack.outputs["promotion_dead_letter_queue_url"],
        MessageBody="{}",
        MessageGroupId="tts",
        MessageDeduplicationId="1",
    )
    _measured(cloud)
    return cloud


def _measured(cloud: Cloud) -> None:
    """Some hours of requests."""
    outputs, cloudwatch = cloud.stack.outputs, cloud.stack.client("cloudwatch")
    spread, now = random.Random(1), datetime.now(UTC)  # noqa: S311 - the same in each run
    api = {"ApiId": outputs["api_url"].rpartition("/")[2]}
    variant = {
        "EndpointName": outputs["navigation_endpoint_name"],
        "VariantName": outputs["navigation_variant_name"],
    }
    promotion = {"FunctionName": outputs["function_names"]["promote_model"]}
    for namespace, name, dimensions, unit, typical, minutes in (
        ("AWS/ApiGateway", "Latency", api, "Milliseconds", 40, range(0, 170, 6)),
        ("AWS/SageMaker", "ModelLatency", variant, "Microseconds", 250_000, range(0, 170, 6)),
        ("VisAssis", "ServedSeconds", promotion, "Seconds", 4, range(60, 9000, 1100)),
    ):
        pairs = [{"Name": key, "Value": value} for key, value in dimensions.items()]
        for minute in minutes:
            at = now - timedelta(minutes=minute)
            values = [typical * spread.gammavariate(9, 1 / 9) for _ in range(8)]
            datum = {"MetricName": name, "Dimensions": pairs, "Timestamp": at, "Unit": unit}
            cloudwatch.put_metric_data(
                Namespace=namespace, MetricData=[{**datum, "Values": values}]
            )


@pytest.fixture(scope="module")
def running(busy: Cloud) -> Iterator[tuple[str, ExitStack]]:
    """The page's URL, and what ends its server."""
    with ExitStack() as until:
        yield until.enter_context(server.served(deployed(busy.stack))), until


@pytest.fixture
def console(context: BrowserContext, page: Page, running: tuple[str, ExitStack]) -> Iterator[Page]:
    """The page; nothing that it does may break its own policy."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(f"uncaught: {error}"))
    page.goto(running[0])
    expect(page.get_by_text(f"{LETTERS} rings since")).to_be_visible(timeout=60_000)
    yield page
    assert said == []


def card(console: Page, model_type: str) -> Locator:
    return console.get_by_role("article").filter(has=console.locator(f"#model-{model_type}"))


def stages(console: Page, model_type: str) -> list[str]:
    texts: list[str] = card(console, model_type).locator(".way .state").all_inner_texts()
    return texts


def test_it_says_what_there_is(console: Page, request: pytest.FixtureRequest) -> None:
    assert stages(console, "depth") == ["done"] * 4
    assert stages(console, "tts") == ["done", "done", "waiting", "waiting"]
    assert stages(console, "object-detection") == ["failed", "waiting", "waiting", "waiting"]
    expect(card(console, "object-detection")).to_contain_text("DownloadModel:")
    expect(console.get_by_text("Stack vis-assis on the local cloud")).to_be_visible()
    expect(console.locator("#cost")).to_contain_text(re.compile(r"\$\d+\.\d\d a month at rest"))
    runbook = console.get_by_role("link", name=f"the runbook of {LETTERS}")
    address = "https://example.org/operations.md#queue-dead-letters"
    expect(runbook).to_have_attribute("href", address)
    row = console.get_by_role("row").filter(has_text=LETTERS)
    expect(row).to_contain_text(f"vis-assis dead-letters redrive {LETTERS}.fifo")
    expect(console.get_by_role("img")).to_have_count(3)
    folder: Path = request.config.getoption("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    console.set_viewport_size({"width": 1150, "height": 1000})
    console.screenshot(path=folder / "12-console.png")
    console.emulate_media(color_scheme="dark")
    console.get_by_role("img").last.scroll_into_view_if_needed()
    console.screenshot(path=folder / "13-console-dark.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_no_barrier(console: Page, axe: str, scheme: Any) -> None:
    console.emulate_media(color_scheme=scheme)
    for folded in console.locator("summary").all():
        folded.click()
    assert barriers(console, axe) == []


@pytest.mark.parametrize("width", [390, 320])
def test_at_twice_the_size_nothing_is_cut_off(console: Page, width: int) -> None:
    """780 CSS pixels at 200 %, and the width that WCAG's reflow asks for."""
    console.set_viewport_size({"width": width, "height": 450})
    for folded in console.locator("summary").all():
        folded.click()
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert console.evaluate(wide) == 0
    for name in ("Copy: vis-assis approve tts --version 1", "Pause"):
        box = console.get_by_role("button", name=name).last.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
        assert min(box["width"], box["height"]) >= 24


def test_a_keyboard_is_enough(console: Page) -> None:
    console.keyboard.press("Tab")
    expect(console.get_by_role("link", name="Skip to the content")).to_be_focused()
    console.keyboard.press("Enter")
    expect(console.get_by_role("main")).to_be_focused()
    copy = console.get_by_role("button", name="Copy: vis-assis approve tts --version 1").first
    for _ in range(40):
        console.keyboard.press("Tab")
        if copy.evaluate("element => element === document.activeElement"):
            break
    expect(copy).to_be_focused()
    expect(copy).to_have_css("outline-style", "solid")
    console.keyboard.press("Enter")
    expect(console.get_by_role("status")).to_have_text("Copied vis-assis approve tts --version 1")
    copied = console.evaluate("navigator.clipboard.readText()")
    assert copied == "vis-assis approve tts --version 1"
    more = card(console, "tts").locator("summary")
    more.focus()
    console.keyboard.press("Enter")
    expect(card(console, "tts").get_by_role("row")).to_have_count(3)


def test_it_follows_the_stack(console: Page, busy: Cloud) -> None:
    """An approval shows up by itself; what was unfolded and focused stays."""
    more = card(console, "tts").locator("summary")
    more.click()
    expect(more).to_be_focused()
    sagemaker = busy.stack.client("sagemaker")
    group = busy.stack.outputs["model_package_group_names"]["tts"]
    (package,) = sagemaker.list_model_packages(ModelPackageGroupName=group)[
        "ModelPackageSummaryList"
    ]
    edge_path.set_approval(sagemaker, package["ModelPackageArn"], "Approved")
    heading = console.get_by_role("heading", name="tts: version 1 is in production")
    expect(heading).to_be_visible(timeout=60_000)
    expect(console.get_by_role("status")).to_contain_text("tts: version 1 is in production")
    assert stages(console, "tts") == ["done"] * 4
    expect(more).to_be_focused()
    expect(card(console, "tts").get_by_role("row")).to_have_count(3)


def test_an_ended_server_is_said(page: Page, running: tuple[str, ExitStack]) -> None:
    url, until = running
    page.goto(url)
    expect(page.get_by_role("article").first).to_be_visible()
    until.close()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("vis-assis console does not run any more", timeout=30_000)
    expect(page.get_by_role("article").first).to_be_visible()
