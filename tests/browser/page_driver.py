"""Uses the page as a person does: by the names that a screen reader says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.cloud import Cloud, User


class PageDriver:
    """Drives one page."""

    def __init__(self, page: Page, cloud: Cloud, screenshots: Path) -> None:
        self.page, self.cloud, self._screenshots = page, cloud, screenshots
        self.console: list[str] = []
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(f"uncaught: {error}"))

    def open(self, origin: str) -> None:
        self.page.goto(f"{origin}/index.html")
        expect(self.page.get_by_label("Email")).to_be_focused()

    def sign_in(self, user: User) -> None:
        """Enters and sends email and password, by keyboard."""
        self.page.get_by_label("Email").fill(user.email)
        self.page.get_by_label("Password", exact=True).fill(user.password)
        self.page.keyboard.press("Enter")

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page.get_by_label("Email")).to_be_focused()

    def look(self) -> None:
        """Has the page ask the API again."""
        self.page.get_by_role("button", name="Look for new versions").click()

    @property
    def alert(self) -> Locator:
        return self.page.get_by_role("alert")

    def model(self, model_type: str) -> Locator:
        """The card of a type."""
        return self.page.get_by_role("listitem").filter(
            has=self.page.get_by_role("heading", name=model_type, exact=True)
        )

    def press(self, action: str, model_type: str) -> None:
        self.page.get_by_role("button", name=f"{action}: {model_type}", exact=True).click()

    def expect_state(self, model_type: str, text: str, seconds: float = 15) -> None:
        """Waits until the card says it."""
        expect(self.model(model_type)).to_contain_text(text, timeout=seconds * 1000)

    def screenshot(self, name: str, *, of: Locator | None = None) -> None:
        """Keeps a picture of the page, or of a part of it."""
        self._screenshots.mkdir(parents=True, exist_ok=True)
        path = self._screenshots / f"{name}.png"
        if of is None:
            self.page.screenshot(path=path, full_page=True, animations="disabled")
        else:
            of.screenshot(path=path, animations="disabled")

    @contextmanager
    def downloads(self) -> Iterator[list[tuple[str | None, int]]]:
        """Notes Range and status of each download of a file, once answered."""
        seen: list[tuple[str | None, int]] = []

        def note(response: Any) -> None:
            request = response.request
            if request.method == "GET" and "/files/" in request.url:
                seen.append((request.headers.get("range"), response.status))

        self.page.on("response", note)
        try:
            yield seen
        finally:
            self.page.remove_listener("response", note)
