"""User pools that are closed, and their passwords."""

from __future__ import annotations

from collections.abc import Iterator
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


def test_a_chosen_password_follows_the_policy(client: Any, pool: dict[str, Any]) -> None:
    cognito = client("cognito-idp")
    cognito.admin_create_user(
        UserPoolId=pool["pool"], Username="invited", TemporaryPassword="Temp0rary!"
    )
    challenge = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=pool["client"],
        AuthParameters={"USERNAME": "invited", "PASSWORD": "Temp0rary!"},
    )

    def choose(password: str) -> Any:
        return cognito.respond_to_auth_challenge(
            ClientId=pool["client"],
            ChallengeName=challenge["ChallengeName"],
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "invited", "NEW_PASSWORD": password},
        )

    with pytest.raises(ClientError) as caught:
        choose("weak")
    assert caught.value.response["Error"]["Code"] == "InvalidPasswordException"
    assert choose("Str0ng-enough!")["AuthenticationResult"]["IdToken"]
