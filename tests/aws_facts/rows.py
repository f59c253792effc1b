"""Makes the call of a row and compares the answer with what the row expects."""

from __future__ import annotations

import json
import re
from string import Template
from typing import Any

import requests

from tests.aws_facts.setups import Setups, Values, answer_of

Row = dict[str, Any]


def ask(setups: Setups, row: Row) -> tuple[dict[str, Any], Row]:
    """What the local cloud answers, and the row with its `$names` replaced.

    The answer has `status`, `code`, `message`, `headers`, `body` and, if expected, `event`.
    """
    values = setups.make(row.get("setup", "nothing"))
    row = filled(row, values)
    service, operation, *arguments = row["call"]
    if service == "http":
        answer = _http(operation, *arguments)
    else:
        client = setups.client(service, row.get("as", ""))
        named = arguments[0] if arguments else {}
        answer = _aws(answer_of(lambda: getattr(client, operation)(**named)))
    if "event" in row["answer"]:
        received = setups.client("sqs").receive_message(
            QueueUrl=values["queue"], WaitTimeSeconds=10
        )
        answer["event"] = json.loads(received["Messages"][0]["Body"])
    return answer, row


def filled(part: Any, values: Values) -> Any:
    """The part of a row with its `$names` replaced."""
    if isinstance(part, dict):
        return {name: filled(value, values) for name, value in part.items()}
    if isinstance(part, list):
        return [filled(item, values) for item in part]
    if not isinstance(part, str):
        return part
    if part.removeprefix("$") in values and part.startswith("$"):
        return values[part.removeprefix("$")]
    return Template(part).safe_substitute(values)


def _aws(response: Any) -> dict[str, Any]:
    sent = response.get("ResponseMetadata", {})
    error = response.get("Error", {})
    if hasattr(response.get("Payload"), "read"):
        response["Payload"] = json.loads(response["Payload"].read() or "null")
    return {
        "status": sent.get("HTTPStatusCode"),
        "code": error.get("Code"),
        "message": error.get("Message", ""),
        "headers": sent.get("HTTPHeaders", {}),
        "body": response,
    }


def _http(method: str, url: str, headers: dict[str, str], body: bytes = b"") -> dict[str, Any]:
    response = requests.request(method, url, headers=headers, data=body, timeout=60)
    code = re.search("<Code>(.*?)</Code>", response.text[:2000])
    names = {name.lower(): value for name, value in response.headers.items()}
    return {
        "status": response.status_code,
        "code": code and code.group(1),
        "message": response.text[:2000],
        "headers": names,
        "body": {},
    }


def differences(answer: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """Where the answer is not the expected one."""
    pairs: list[tuple[str, Any, Any]] = [
        (name, answer[name], expected[name]) for name in ("status", "code") if name in expected
    ]
    pairs += [
        (f"{part} {path}", _at(answer[source], path), wanted)
        for part, source in (("fields", "body"), ("headers", "headers"), ("event", "event"))
        for path, wanted in expected.get(part, {}).items()
    ]
    found = [
        f"{name}: {got!r}, not {wanted!r}" for name, got, wanted in pairs if not _is(got, wanted)
    ]
    if expected.get("message", "") not in answer["message"]:
        found.append(f"message: {answer['message'][:300]!r} without {expected['message']!r}")
    return found


def _at(part: Any, path: str) -> Any:
    for name in path.split("."):
        if isinstance(part, list):
            part = part[int(name)] if int(name) < len(part) else None
        else:
            part = (part or {}).get(name)
    return part


def _is(got: Any, wanted: Any) -> bool:
    """`/x/` is a regular expression for the whole value."""
    if isinstance(wanted, str) and len(wanted) > 1 and wanted[0] == wanted[-1] == "/":
        return got is not None and re.fullmatch(wanted[1:-1], str(got)) is not None
    return bool(got == wanted)
