"""One request to a service that the local cloud serves itself, and the answers it can give."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from typing import Any

_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/([^/]+)/([^/]+)/aws4_request")


@dataclass(frozen=True)
class AwsRequest:
    """A signed request; `service` and `region` come from the SigV4 scope."""

    service: str
    region: str
    access_key: str
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        """Operation of a JSON service (`X-Amz-Target`), empty for REST services."""
        return self.headers.get("x-amz-target", "").rpartition(".")[2]

    def parameters(self) -> dict[str, Any]:
        """The JSON body; empty when there is none. Raises ValueError when it is no object."""
        value = json.loads(self.body or b"{}")
        if not isinstance(value, dict):
            raise ValueError("the request body is no JSON object")  # noqa: TRY004 - bad input
        return value


@dataclass(frozen=True)
class AwsResponse:
    """Status, headers and body to send."""

    status: int
    headers: dict[str, str]
    body: bytes


def signed_scope(authorization: str) -> tuple[str, str]:
    """(service, region) of an `Authorization` header; empty strings when it is not SigV4."""
    match = _SCOPE.search(authorization)
    return (match.group(2), match.group(1)) if match else ("", "")


def json_response(
    value: dict[str, Any], status: int = 200, content_type: str = "application/x-amz-json-1.1"
) -> AwsResponse:
    """A JSON answer with a fresh request id."""
    headers = {"content-type": content_type, "x-amzn-requestid": str(uuid.uuid4())}
    return AwsResponse(status, headers, json.dumps(value, default=str).encode())


def error_response(code: str, message: str, status: int = 400) -> AwsResponse:
    """An error as JSON and REST-JSON clients both read it."""
    answer = json_response({"__type": code, "message": message, "Message": message}, status)
    return AwsResponse(status, {**answer.headers, "x-amzn-errortype": code}, answer.body)
