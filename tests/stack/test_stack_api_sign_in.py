"""Who gets through the gateway, and how people become users."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from tests.stack.api_driver import MODELS, ROUTES, ApiDriver, send, sign_in
from vis_assis.aws import users

UNAUTHORIZED = {"message": "Unauthorized"}
each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route[1])


def _refused(user: ApiDriver, route: tuple[str, str], authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = send(route[0], user.stack.outputs["api_url"] + route[1], headers, b"{}")
    assert (answer.status, answer.json()) == (401, UNAUTHORIZED)


@pytest.mark.parametrize("form", ["{}", "Bearer {}", "bearer {}"])
def test_the_id_token_gets_in_raw_and_as_bearer(user: ApiDriver, form: str) -> None:
    answer = user.call(MODELS, headers={"Authorization": form.format(user.token)})
    assert answer.status == 200


@each_route
@pytest.mark.parametrize(
    "garbage", [None, "", "Bearer", "x", "a.b.c", "Bearer a.b.c", "Basic eDp5"]
)
def test_no_token_and_garbage_do_not(
    user: ApiDriver, route: tuple[str, str], garbage: str | None
) -> None:
    _refused(user, route, garbage)


@each_route
def test_a_changed_token_does_not(user: ApiDriver, route: tuple[str, str]) -> None:
    head, payload, signature = user.token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["exp"] += 3600
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    _refused(user, route, f"{head}.{changed}.{signature}")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    _refused(user, route, f"{unsigned}.{payload}.")


@pytest.fixture
def short_token(user: ApiDriver) -> Iterator[str]:
    """A token of the stack's own pool and client that ends after a second."""
    described = user.cognito.describe_user_pool_client(
        UserPoolId=user.pool_id, ClientId=user.client_id
    )["UserPoolClient"]
    usual = {
        name: described[name]
        for name in (
            "UserPoolId",
            "ClientId",
            "ClientName",
            "ExplicitAuthFlows",
            "AccessTokenValidity",
            "IdTokenValidity",
            "RefreshTokenValidity",
            "TokenValidityUnits",
            "PreventUserExistenceErrors",
        )
    }
    units = {**usual["TokenValidityUnits"], "IdToken": "seconds"}
    user.cognito.update_user_pool_client(
        **{**usual, "IdTokenValidity": 1, "TokenValidityUnits": units}
    )
    yield user.tokens()["IdToken"]
    user.cognito.update_user_pool_client(**usual)


def test_an_expired_token_does_not(user: ApiDriver, short_token: str) -> None:
    time.sleep(2)
    for route in ROUTES:
        _refused(user, route, short_token)


@pytest.fixture
def other_pool(user: ApiDriver) -> Iterator[str]:
    pool = user.cognito.create_user_pool(PoolName="somebody-elses")["UserPool"]["Id"]
    yield pool
    user.cognito.delete_user_pool(UserPoolId=pool)


def test_a_token_of_another_pool_or_client_does_not(user: ApiDriver, other_pool: str) -> None:
    for pool in (other_pool, user.pool_id):
        client = user.cognito.create_user_pool_client(
            UserPoolId=pool, ClientName="other", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"]
        try:
            password = users.create(user.cognito, pool, user.email, user.password)
            token = sign_in(user.cognito, client, user.email, password)["IdToken"]
            for route in ROUTES:
                _refused(user, route, token)
        finally:
            user.cognito.delete_user_pool_client(UserPoolId=pool, ClientId=client)


def test_nobody_signs_up(user: ApiDriver) -> None:
    with pytest.raises(ClientError) as caught:
        user.cognito.sign_up(
            ClientId=user.client_id, Username="somebody@example.org", Password=user.password
        )
    assert caught.value.response["Error"]["Code"] == "NotAuthorizedException"


def test_who_is_invited_sets_a_strong_password(user: ApiDriver) -> None:
    email, temporary = "invited@example.org", users.random_password()
    user.cognito.admin_create_user(
        UserPoolId=user.pool_id,
        Username=email,
        TemporaryPassword=temporary,
        MessageAction="SUPPRESS",
    )
    try:
        challenge = user.cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=user.client_id,
            AuthParameters={"USERNAME": email, "PASSWORD": temporary},
        )
        assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        answer = {
            "ClientId": user.client_id,
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": challenge["Session"],
        }
        with pytest.raises(ClientError) as caught:
            user.cognito.respond_to_auth_challenge(
                **answer, ChallengeResponses={"USERNAME": email, "NEW_PASSWORD": "onlyletters"}
            )
        assert caught.value.response["Error"]["Code"] == "InvalidPasswordException"
        done = user.cognito.respond_to_auth_challenge(
            **answer,
            ChallengeResponses={"USERNAME": email, "NEW_PASSWORD": users.random_password()},
        )
        headers = {"Authorization": done["AuthenticationResult"]["IdToken"]}
        assert user.call(MODELS, headers=headers).status == 200
    finally:
        user.cognito.admin_delete_user(UserPoolId=user.pool_id, Username=email)
