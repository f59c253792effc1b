"""User pools that are closed, their passwords, and the sessions of challenges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture(params=[True, False], ids=["closed", "open"])
def pool(client: Any, unique: str, request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """Ids of a pool and its client, and whether only administrators create users."""
    cognito = client("cognito-idp")
    pool_id = cognito.create_user_pool(
        PoolName=unique, AdminCreateUserConfig={"AllowAdminCreateUserOnly": request.param}
    )["UserPool"]["Id"]
    client_id = cognito.create_user_pool_client(
        UserPoolId=pool_id, ClientName=unique, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    yield {"pool": pool_id, "client": client_id, "closed": request.param}
    cognito.delete_user_pool(UserPoolId=pool_id)


def test_sign_up_is_for_open_pools(client: Any, pool: dict[str, Any]) -> None:
    request = {"ClientId": pool["client"], "Username": "somebody", "Password": "Passw0rd!"}
    if not pool["closed"]:
        assert client("cognito-idp").sign_up(**request)["UserSub"]
        return
    with pytest.raises(ClientError) as caught:
        client("cognito-idp").sign_up(**request)
    assert caught.value.response["Error"]["Code"] == "NotAuthorizedException"
    assert client("cognito-idp").list_users(UserPoolId=pool["pool"])["Users"] == []


Choose = Callable[..., Any]


@pytest.fixture
def choose(client: Any, pool: dict[str, Any]) -> Choose:
    """`choose("password", Session=…)` answers the challenge of a user who was invited."""
    cognito = client("cognito-idp")
    cognito.admin_create_user(
        UserPoolId=pool["pool"], Username="invited", TemporaryPassword="Temp0rary!"
    )
    challenge = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=pool["client"],
        AuthParameters={"USERNAME": "invited", "PASSWORD": "Temp0rary!"},
    )

    def respond(password: str, **more: str) -> Any:
        return cognito.respond_to_auth_challenge(
            ClientId=pool["client"],
            ChallengeName=challenge["ChallengeName"],
            ChallengeResponses={"USERNAME": "invited", "NEW_PASSWORD": password},
            **{"Session": challenge["Session"], **more},
        )

    return respond


def test_a_chosen_password_follows_the_policy(choose: Choose) -> None:
    with pytest.raises(ClientError) as caught:
        choose("weak")
    assert caught.value.response["Error"]["Code"] == "InvalidPasswordException"
    assert choose("Str0ng-enough!")["AuthenticationResult"]["IdToken"]


def test_a_session_is_used_once(choose: Choose) -> None:
    with pytest.raises(ClientError, match=r"Invalid session for the user\."):
        choose("Str0ng-enough!", Session="made-up-session-of-some-length")
    choose("Str0ng-enough!")
    with pytest.raises(ClientError, match="session can only be used once"):
        choose("Str0ng-enough!")


def test_a_session_expires(cloud: Any, choose: Choose) -> None:
    cloud.control("clock", {"advance_seconds": 181})
    with pytest.raises(ClientError, match="session is expired") as caught:
        choose("Str0ng-enough!")
    assert caught.value.response["Error"]["Code"] == "NotAuthorizedException"
