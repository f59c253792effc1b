"""What axe-core finds in each state of the page: nothing."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.cloud import User
from tests.browser.page_driver import PageDriver

# WCAG 2.2 AA, and of AAA the contrast of 7:1 that the page is designed for.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}


def barriers(page: Page, axe: str) -> list[str]:
    """What keeps people out of the page as it is now."""
    found: dict[str, Any] = page.evaluate(
        f"async rules => {{ {axe}; return await axe.run(document, rules); }}", RULES
    )
    assert found["passes"], "axe looked at nothing"
    return [
        f"{violation['id']}: {node['html']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signing_in_has_no_barrier(driver: PageDriver, axe: str, scheme: Any) -> None:
    driver.page.emulate_media(color_scheme=scheme)
    assert barriers(driver.page, axe) == []
    driver.sign_in(User("nobody@example.org", "Wrong-password-1"))
    expect(driver.alert).not_to_be_empty()
    assert barriers(driver.page, axe) == []


def test_choosing_a_password_has_no_barrier(driver: PageDriver, axe: str) -> None:
    driver.sign_in(driver.cloud.invited())
    expect(driver.page.get_by_label("New password")).to_be_focused()
    assert barriers(driver.page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_app_has_no_barrier(app: PageDriver, axe: str, scheme: Any) -> None:
    app.page.emulate_media(color_scheme=scheme)
    app.press("Download", "depth")
    app.expect_state("depth", "verified")
    app.press("Try it", "depth")
    app.expect_state("depth", "ran in", seconds=60)
    app.page.get_by_text("Questions", exact=True).click()
    assert barriers(app.page, axe) == []


def test_the_focus_is_seen_where_the_skip_link_leads(driver: PageDriver) -> None:
    driver.page.get_by_role("link", name="Skip to the content").focus()
    driver.page.keyboard.press("Enter")
    content = driver.page.get_by_role("main")
    expect(content).to_be_focused()
    expect(content).to_have_css("outline-style", "solid")
    expect(content).to_have_css("outline-width", "4px")


def test_a_barrier_would_be_found(driver: PageDriver, axe: str) -> None:
    driver.page.evaluate("document.querySelector('label[for=email]').remove()")
    assert any(line.startswith("label:") for line in barriers(driver.page, axe))
