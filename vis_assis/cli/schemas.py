"""The JSON that `--json` prints, by command; docs/cli.schema.json is made of it."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from vis_assis.aws.cost import Cost
from vis_assis.aws.health import DeadLetter, Queue
from vis_assis.aws.model_files import Difference
from vis_assis.aws.model_verification import Verification
from vis_assis.aws.navigation import Answer, Release
from vis_assis.aws.readiness import Finding
from vis_assis.aws.registry import History
from vis_assis.aws.users import User
from vis_assis.cli.status_command import Status

PRINTED: dict[str, Any] = {
    "cost": Cost,
    "dead-letters list": list[Queue],
    "dead-letters show": list[DeadLetter],
    "diff": Difference,
    "doctor": list[Finding],
    "history": History,
    "navigation ask": list[Answer],
    "navigation status": list[Release],
    "status": Status,
    "user list": list[User],
    "verify-models": Verification,
}


def schema(command: str) -> dict[str, Any]:
    """The JSON schema of what a command prints."""
    return TypeAdapter(PRINTED[command]).json_schema(mode="serialization")


def render() -> str:
    """All schemas by command, as the file has them."""
    return json.dumps({name: schema(name) for name in PRINTED}, indent=1) + "\n"
