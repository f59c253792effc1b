"""What the browser app meets: sign-in and API."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from vis_assis.aws import users
from vis_assis.errors import CommandError
from vis_assis.verify.session import Answer, Deviation, NotChecked, Session, request

MODELS, NAVIGATION = "/getmodelurl", "/invokesagemakerinference"
ABOVE_LAMBDAS_LIMIT = 6_400_000
WRONG = "Incorrect username or password."


def sign_in(session: Session) -> str:
    """A throw-away user chooses a password like one who was invited."""
    cognito = session.cloud.client("cognito-idp")
    pool, email = session.outputs["user_pool_id"], f"{session.name}@example.com"

    def remove() -> None:
        with suppress(cognito.exceptions.UserNotFoundException):
            cognito.admin_delete_user(UserPoolId=pool, Username=email)

    session.made.callback(remove)
    first = users.create(cognito, pool, email)
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=email, Password=first, Permanent=False
    )
    for name, password in ((email, users.random_password()), (f"no-{email}", first)):
        found = _refusal(session, cognito, name, password)
        if found != f"NotAuthorizedException: {WRONG}":
            raise Deviation("wrong-password", f"it answers {found}")
    challenge = _initiate(session, cognito, email, first)
    if challenge.get("ChallengeName") != "NEW_PASSWORD_REQUIRED":
        raise NotChecked(f"sign-in asks for {challenge.get('ChallengeName', 'nothing')}")
    user_id = challenge["ChallengeParameters"].get("USER_ID_FOR_SRP", email)
    try:
        answer = cognito.respond_to_auth_challenge(
            ClientId=session.outputs["user_pool_client_id"],
            ChallengeName=challenge["ChallengeName"],
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": user_id, "NEW_PASSWORD": users.random_password()},
        )
    except ClientError as error:
        raise Deviation("user-id-for-srp", f"as USERNAME it is answered {error}") from error
    if "AuthenticationResult" not in answer:
        raise NotChecked(f"sign-in asks for {answer.get('ChallengeName')}: mfa is on")
    session.tokens = answer["AuthenticationResult"]
    return "signed in like an invited user"


def _initiate(session: Session, cognito: Any, email: str, password: str) -> dict[str, Any]:
    answer: dict[str, Any] = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=session.outputs["user_pool_client_id"],
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    return answer


def _refusal(session: Session, cognito: Any, email: str, password: str) -> str:
    try:
        _initiate(session, cognito, email, password)
    except ClientError as error:
        return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    return "with a session"


def tokens(session: Session) -> str:
    """The id token alone gets in; nobody else does, nor a refresh token."""
    model_list(session)
    refused = session.tokens["RefreshToken"]
    _expect("refused-tokens", session.call("GET", MODELS, token=refused), 401, "a refresh token")
    nobody = request("GET", session.outputs["api_url"] + MODELS)
    _expect("refused-tokens", nobody, 401, "no token")
    return "the id token gets in; a refresh token and nobody get 401"


def model_list(session: Session) -> dict[str, Any]:
    """The API's answer, by type."""
    answer = session.call("GET", MODELS)
    if answer.status != 200:
        raise CommandError(f"GET {MODELS} with an id token is answered {answer.status}")
    links: dict[str, Any] = json.loads(answer.body)
    return links


def paths(session: Session) -> str:
    """A slash more is another path."""
    for path in (f"{MODELS}/", f"/{MODELS}"):
        _expect("slash-in-front", session.call("GET", path), 404, path)
    return "404 for one slash more"


def large_body(session: Session) -> str:
    """What Lambda would not take is refused in front of it."""
    answer = session.call("POST", NAVIGATION, b"A" * ABOVE_LAMBDAS_LIMIT)
    _expect("body-above-lambdas-limit", answer, 413, f"a body of {ABOVE_LAMBDAS_LIMIT:,} bytes")
    return "413"


def origins(session: Session) -> str:
    """A browser keeps pages of a foreign origin out."""
    if "*" in session.outputs["allowed_origins"]:
        raise NotChecked("allowed_origins lets every website in")
    asked = {"Origin": "https://verify.example", "Access-Control-Request-Method": "GET"}
    answer = request("OPTIONS", session.outputs["api_url"] + MODELS, asked)
    if allowed := answer.headers.get("Access-Control-Allow-Origin"):
        raise Deviation("foreign-origins", f"https://verify.example is answered {allowed}")
    return "no CORS headers for a foreign origin"


def _expect(belief: str, answer: Answer, status: int, what: str) -> None:
    if answer.status != status:
        raise Deviation(belief, f"{what} is answered {answer.status}, not {status}")
