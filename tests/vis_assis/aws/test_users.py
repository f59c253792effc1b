"""Who is invited to the app, and again when the temporary password ran out."""

from __future__ import annotations

from typing import Any

import pytest

from vis_assis.aws import users
from vis_assis.errors import CommandError


class FakeCognito:
    """One pool: status by user, and whom a mail went to."""

    class exceptions:  # noqa: N801 - boto3's name
        class UsernameExistsException(Exception):  # noqa: N818 - likewise
            pass

    def __init__(self) -> None:
        self.statuses: dict[str, str] = {}
        self.passwords: dict[str, str] = {}
        self.mails: list[str] = []

    def admin_create_user(self, *, Username: str, MessageAction: str = "", **_: Any) -> None:  # noqa: N803
        if (Username in self.statuses) != (MessageAction == "RESEND"):
            raise self.exceptions.UsernameExistsException
        self.statuses[Username] = "FORCE_CHANGE_PASSWORD"
        if MessageAction != "SUPPRESS":
            self.mails.append(Username)

    def admin_get_user(self, *, Username: str, **_: Any) -> dict[str, str]:  # noqa: N803
        return {"UserStatus": self.statuses[Username]}

    def admin_set_user_password(self, *, Username: str, Password: str, **_: Any) -> None:  # noqa: N803
        self.statuses[Username], self.passwords[Username] = "CONFIRMED", Password


def test_an_invitation_is_sent_and_sent_again() -> None:
    cognito = FakeCognito()
    said = users.invite(cognito, "pool", "a@example.org")
    assert said.startswith("Invited a@example.org: the mail holds a temporary password")
    assert "again" in users.invite(cognito, "pool", "a@example.org")
    assert cognito.mails == ["a@example.org", "a@example.org"]


def test_who_has_signed_in_is_not_invited_again() -> None:
    cognito = FakeCognito()
    cognito.statuses["a@example.org"] = "CONFIRMED"
    with pytest.raises(CommandError, match="a user already"):
        users.invite(cognito, "pool", "a@example.org")
    assert cognito.mails == []


def test_a_local_user_signs_in_at_once_and_gets_no_mail() -> None:
    cognito = FakeCognito()
    first = users.create(cognito, "pool", "a@example.org")
    second = users.create(cognito, "pool", "a@example.org")
    assert first != second
    assert cognito.passwords == {"a@example.org": second}
    assert (cognito.statuses["a@example.org"], cognito.mails) == ("CONFIRMED", [])


@pytest.mark.parametrize("email", ["", "nobody", "@example.org", "a@b", "a b@example.org"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(CommandError, match="vis-assis user add"):
        users.invite(FakeCognito(), "pool", email)
