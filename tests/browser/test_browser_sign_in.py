"""Signing in, as a person without sight does: by keyboard and by what is said."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.cloud import User
from tests.browser.page_driver import PageDriver

OWN_PASSWORD = "Chosen-by-me-42"


def test_a_wrong_password_is_said_and_can_be_corrected(driver: PageDriver) -> None:
    user = driver.cloud.user()
    driver.screenshot("1-sign-in")
    driver.sign_in(User(user.email, "Wrong-password-1"))
    expect(driver.alert).to_contain_text("Email or password is wrong")
    driver.screenshot("2-wrong-password")
    driver.sign_in(user)
    expect(driver.alert).to_be_empty()
    expect(driver.page.get_by_role("heading", name="Models on this device")).to_be_focused()


def test_a_temporary_password_has_to_be_replaced(driver: PageDriver) -> None:
    user = driver.cloud.invited()
    driver.sign_in(user)
    new_password = driver.page.get_by_label("New password")
    expect(new_password).to_be_focused()
    driver.screenshot("3-new-password")
    new_password.fill("without-upper-case-1")
    driver.page.keyboard.press("Enter")
    expect(driver.alert).to_contain_text("does not follow the rules")
    new_password.fill(OWN_PASSWORD)
    driver.page.keyboard.press("Enter")
    expect(driver.page.get_by_role("heading", name="Models on this device")).to_be_focused()

    driver.page.get_by_role("button", name="Sign out").click()
    driver.sign_in(User(user.email, OWN_PASSWORD))
    expect(driver.page.get_by_text(user.email)).to_be_visible()


def test_signing_out_ends_the_session(app: PageDriver) -> None:
    expect(app.page.get_by_role("heading", name="Models on this device")).to_be_focused()
    app.page.get_by_role("button", name="Sign out").click()
    expect(app.page.get_by_label("Email")).to_be_focused()
    expect(app.page.get_by_role("heading", name="Models on this device")).to_be_hidden()


def test_a_token_is_renewed_before_it_ends(driver: PageDriver) -> None:
    driver.page.clock.install()
    driver.sign_in(driver.cloud.user())
    driver.expect_state("depth", "Not on this device.")
    with driver.page.expect_request(lambda request: renews(request.post_data)):
        driver.page.clock.fast_forward("59:30")
        driver.page.get_by_role("button", name="Look for new versions").click()
    expect(driver.alert).to_be_empty()


def renews(body: str | None) -> bool:
    return body is not None and "REFRESH_TOKEN_AUTH" in body
