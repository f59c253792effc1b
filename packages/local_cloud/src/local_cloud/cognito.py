"""Cognito: who may sign up, and which passwords users may choose."""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import cognito

from local_cloud import clock

_USED = -1.0
_sessions: dict[str, float] = {}


def apply() -> None:
    """Apply the corrections of this module."""
    closed_pools_refuse_sign_up()
    new_passwords_follow_the_policy()
    sessions_are_used_once_and_in_time()


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


def sessions_are_used_once_and_in_time() -> None:
    """AWS takes a session once, and for the client's `AuthSessionValidity`; MiniStack took any.

    That are 3 minutes by default. The wordings are those that users report, such as in
    aws-amplify/docs#8309. Whether a refused password uses it up is not documented: not here.
    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
    """
    challenge, respond = cognito._password_auth_result, cognito._respond_to_auth_challenge

    def _password_auth_result(pool: Any, pid: str, cid: str, *rest: Any, **named: Any) -> Any:
        answer = challenge(pool, pid, cid, *rest, **named)
        session = json.loads(answer[2]).get("Session")
        if session:
            minutes = pool["_clients"].get(cid, {}).get("AuthSessionValidity", 3)
            _sessions[session] = clock.now() + minutes * 60
        return answer

    def _respond_to_auth_challenge(data: dict[str, Any]) -> Any:
        if data.get("ChallengeName") != "NEW_PASSWORD_REQUIRED":
            return respond(data)
        session = data.get("Session", "")
        ends = _sessions.get(session)
        if ends is None or ends < clock.now():
            reason = {None: "", _USED: ", session can only be used once"}
            message = f"Invalid session for the user{reason.get(ends, ', session is expired')}."
            return error_response_json("NotAuthorizedException", message, 400)
        answer = respond(data)
        if answer[0] == 200:
            _sessions[session] = _USED
        return answer

    cognito._password_auth_result = _password_auth_result
    cognito._respond_to_auth_challenge = _respond_to_auth_challenge
