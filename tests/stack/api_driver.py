"""Plays the browser app in front of a deployed stack: signs in, calls the API, downloads."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from vis_assis.aws import users
from vis_assis.local.local_stack import LocalStack

ALLOW = "access-control-allow-origin"
APP_ORIGIN = "https://app.example.org"
MODELS = ("GET", "/getmodelurl")
NAVIGATION = ("POST", "/invokesagemakerinference")
ROUTES = (MODELS, NAVIGATION)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def send(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """One request, as any HTTP client makes it: no special host, no redirect."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, names, answer.read())
    finally:
        connection.close()


def preflight(url: str, origin: str, method: str, *headers: str) -> Answer:
    """What a browser asks before it lets a page of the origin send the method and headers."""
    return send(
        "OPTIONS",
        url,
        {
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": ",".join(sorted(headers)),
        },
    )


def words(answer: Answer, header: str) -> set[str]:
    """The words of a header that lists them, in lower case."""
    return {word.strip().lower() for word in answer.headers[header].split(",")}


def sign_in(cognito: Any, client_id: str, email: str, password: str) -> dict[str, str]:
    """The tokens of a user: IdToken, AccessToken, RefreshToken."""
    answer = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=client_id,
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    return dict(answer["AuthenticationResult"])


def secrets_of(token: str) -> tuple[str, ...]:
    """The parts of a token that no log may hold: itself, its claims and its signature."""
    return token, *token.split(".")[1:]


@dataclass
class ApiDriver:
    """A signed-in user of one stack."""

    stack: LocalStack
    email: str = field(default_factory=lambda: f"user-{uuid.uuid4().hex[:8]}@example.org")

    def __post_init__(self) -> None:
        outputs = self.stack.outputs
        self.cognito = self.stack.client("cognito-idp")
        self.pool_id, self.client_id = outputs["user_pool_id"], outputs["user_pool_client_id"]
        self.password = users.create(self.cognito, self.pool_id, self.email)
        self.token = self.tokens()["IdToken"]

    def tokens(self) -> dict[str, str]:
        return sign_in(self.cognito, self.client_id, self.email, self.password)

    def call(
        self,
        route: tuple[str, str],
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Calls a route with the user's token, unless the headers bring another."""
        method, path = route
        given = {"Authorization": self.token, "Content-Type": "application/json", **(headers or {})}
        return send(method, self.stack.outputs["api_url"] + path, given, body)

    def logged(self, group: str) -> list[str]:
        """The messages of a log group, oldest first."""
        logs = self.stack.client("logs")
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        return [event["message"] for page in pages for event in page["events"]]

    def logged_by(self, function: str) -> str:
        """All that a function wrote to its log."""
        name = self.stack.outputs["function_names"][function]
        return "\n".join(self.logged(f"/aws/lambda/{name}"))

    def ask(self, **fields: Any) -> Answer:
        """A navigation request with these fields instead of the usual ones."""
        return self.call(NAVIGATION, json.dumps({**REQUEST, **fields}).encode())


# A PNG of one pixel: whole, so that a model can open it.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
REQUEST = {
    "image_data": f"data:image/png;base64,{PIXEL}",
    "prompt_1": "Is there an obstacle?",
    "prompt_2": "Is it close?",
    "prompt_3": "What is it?",
    "prompt_4": "Where is it?",
}
