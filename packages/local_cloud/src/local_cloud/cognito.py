"""Cognito: who may sign up, and which passwords users may choose."""

from __future__ import annotations

from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import cognito


def apply() -> None:
    """Apply the corrections of this module."""
    closed_pools_refuse_sign_up()
    new_passwords_follow_the_policy()


def closed_pools_refuse_sign_up() -> None:
    """AWS refuses SignUp where only administrators create users; MiniStack let anybody in."""
    original = cognito._sign_up

    def _sign_up(data: dict[str, Any]) -> Any:
        pool, _ = cognito._pool_for_client(data.get("ClientId"))
        settings = (pool or {}).get("AdminCreateUserConfig") or {}
        if settings.get("AllowAdminCreateUserOnly"):
            message = "SignUp is not permitted for this user pool"
            return error_response_json("NotAuthorizedException", message, 400)
        return original(data)

    cognito._sign_up = _sign_up


def new_passwords_follow_the_policy() -> None:
    """AWS checks the password that an invited user chooses; MiniStack took any."""
    original = cognito._respond_to_auth_challenge

    def _respond_to_auth_challenge(data: dict[str, Any]) -> Any:
        pool, _ = cognito._pool_for_client(data.get("ClientId"))
        if pool and data.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
            chosen = data.get("ChallengeResponses", {}).get("NEW_PASSWORD", "")
            refused = cognito._validate_password(pool, chosen)
            if refused:
                return refused
        return original(data)

    cognito._respond_to_auth_challenge = _respond_to_auth_challenge
