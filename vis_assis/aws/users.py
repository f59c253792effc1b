"""Users of the app: people are invited, nobody signs up."""

from __future__ import annotations

import contextlib
import secrets
import string
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vis_assis.errors import CommandError

_ALPHABET = string.ascii_letters + string.digits + "-_.!"


def invite(cognito: Any, pool_id: str, email: str) -> str:
    """Sends an invitation with a temporary password, or sends it again if it was not used yet.

    Args:
        cognito: boto3 client of cognito-idp.
        pool_id: the user pool.
        email: whom to invite.

    Returns:
        What was done, for people.

    Raises:
        CommandError: when the address is none, or its owner has signed in before.
    """
    _check(email)
    request: dict[str, Any] = {
        "UserPoolId": pool_id,
        "Username": email,
        "DesiredDeliveryMediums": ["EMAIL"],
    }
    sign_in = ": the mail holds a temporary password, which the first sign-in replaces"
    try:
        cognito.admin_create_user(**request, UserAttributes=_attributes(email))
    except cognito.exceptions.UsernameExistsException:
        user = cognito.admin_get_user(UserPoolId=pool_id, Username=email)
        if user["UserStatus"] != "FORCE_CHANGE_PASSWORD":
            raise CommandError(
                f"{email} is a user already: who forgot the password resets it"
            ) from None
        cognito.admin_create_user(**request, MessageAction="RESEND")
        return f"Sent the invitation to {email} again{sign_in}"
    return f"Invited {email}{sign_in}"


def create(cognito: Any, pool_id: str, email: str, password: str | None = None) -> str:
    """Makes a user who can sign in at once, for the local cloud, which sends no mail.

    Args:
        cognito: boto3 client of cognito-idp.
        pool_id: the user pool.
        email: name of the user.
        password: None makes one up.

    Returns:
        The password.

    Raises:
        CommandError: when the address is none.
    """
    _check(email)
    chosen = password or random_password()
    # Who exists already gets the new password.
    with contextlib.suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(
            UserPoolId=pool_id,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=_attributes(email),
        )
    cognito.admin_set_user_password(
        UserPoolId=pool_id, Username=email, Password=chosen, Permanent=True
    )
    return chosen


@dataclass(frozen=True)
class User:
    """A user of the app.

    Attributes:
        status: Cognito's, such as CONFIRMED or FORCE_CHANGE_PASSWORD.
    """

    email: str
    status: str
    created: datetime


def listed(cognito: Any, pool_id: str) -> list[User]:
    """The users of a pool."""
    pages = cognito.get_paginator("list_users").paginate(UserPoolId=pool_id)
    return [
        User(
            next((a["Value"] for a in user["Attributes"] if a["Name"] == "email"), ""),
            user["UserStatus"],
            user["UserCreateDate"],
        )
        for page in pages
        for user in page["Users"]
    ]


def remove(cognito: Any, pool_id: str, email: str) -> None:
    """Signs a user out everywhere and deletes them; ID tokens serve until they expire.

    Raises:
        CommandError: when there is no such user.
    """
    try:
        cognito.admin_user_global_sign_out(UserPoolId=pool_id, Username=email)
        cognito.admin_delete_user(UserPoolId=pool_id, Username=email)
    except cognito.exceptions.UserNotFoundException:
        raise CommandError(f"{email!r} is no user: `vis-assis user list` shows them") from None


def random_password() -> str:
    """A password that the pool's rules accept."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(20)) + "aA1!"


def _attributes(email: str) -> list[dict[str, str]]:
    return [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]


def _check(email: str) -> None:
    name, at, domain = email.partition("@")
    if not (name and at and "." in domain) or any(c.isspace() for c in email):
        raise CommandError(f"{email!r} is no e-mail address: vis-assis user add you@example.org")
