"""Signing in, as a person without sight does: by keyboard and by what is said."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

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


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("Password attempts exceeded", "Wait 15 minutes"),
        (
            "Temporary password has expired and must be reset by an administrator.",
            "Ask for a new invitation",
        ),
        ("User is disabled.", "This account is disabled"),
        ("Incorrect username or password.", "Email or password is wrong."),
    ],
)
def test_why_a_sign_in_is_refused_is_said(driver: PageDriver, reason: str, said: str) -> None:
    refuse(driver, "USER_PASSWORD_AUTH", reason)
    driver.sign_in(User("ada@example.org", "Some-password-1"))
    expect(driver.alert).to_contain_text(said)


def test_an_expired_session_is_said(driver: PageDriver) -> None:
    driver.page.clock.install()
    driver.sign_in(driver.cloud.user())
    driver.expect_state("depth", "Not on this device.")
    refuse(driver, "REFRESH_TOKEN_AUTH", "Refresh Token has expired")
    driver.page.clock.fast_forward("59:30")
    driver.look()
    expect(driver.alert).to_contain_text("Your session has expired.")


def test_an_invitation_that_took_too_long_begins_again(driver: PageDriver) -> None:
    driver.sign_in(driver.cloud.invited())
    refuse(driver, "NEW_PASSWORD_REQUIRED", "Invalid session for the user, session is expired.")
    driver.page.get_by_label("New password").fill(OWN_PASSWORD)
    driver.page.keyboard.press("Enter")
    expect(driver.alert).to_contain_text("The sign-in took too long.")
    expect(driver.page.get_by_label("Password", exact=True)).to_be_focused()


def refuse(driver: PageDriver, flow: str, message: str) -> None:
    """Has Cognito refuse a flow or a challenge, in words that AWS was reported to use."""
    refusal = {"__type": "NotAuthorizedException", "message": message}

    def answer(route: Route) -> None:
        if flow in (route.request.post_data or ""):
            headers = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(status=400, json=refusal, headers=headers)
        else:
            route.continue_()

    driver.page.route(f"{driver.cloud.stack.cloud.endpoint_url}/", answer)


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
