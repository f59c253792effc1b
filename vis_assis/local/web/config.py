"""What the page has to know about a stack, from the files that the commands write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vis_assis.errors import CommandError
from vis_assis.local.environment_file import read_environment

Config = dict[str, str]


def from_outputs(outputs: Mapping[str, Any], cloud: Mapping[str, str]) -> Config:
    """The page's configuration for a stack of this process.

    Args:
        outputs: Terraform's, by name.
        cloud: the variables that point an AWS client at the local cloud.
    """
    texts = {n: v if isinstance(v, str) else json.dumps(v) for n, v in outputs.items()}
    return from_local({**cloud, **{f"VIS_ASSIS_{n.upper()}": text for n, text in texts.items()}})


def from_local(values: Mapping[str, str]) -> Config:
    """The page's configuration for a local cloud.

    Args:
        values: what `make local` writes to build/local.env.

    Raises:
        CommandError: when a value is missing.
    """
    keys = json.loads(values.get("VIS_ASSIS_MODEL_SIGNING_KEYS", "[]"))
    return _complete(
        ",".join(keys),
        apiUrl=values.get("VIS_ASSIS_API_URL"),
        userPoolClientId=values.get("VIS_ASSIS_USER_POOL_CLIENT_ID"),
        cognitoUrl=values.get("AWS_ENDPOINT_URL"),
    )


def from_front_end(values: Mapping[str, str]) -> Config:
    """The page's configuration for a stack on AWS.

    Args:
        values: what `make env-local` writes to .env.local.

    Raises:
        CommandError: when a value is missing.
    """
    region = values.get("NEXT_PUBLIC_REGION_NAME")
    return _complete(
        values.get("NEXT_PUBLIC_MODEL_SIGNING_KEYS", ""),
        apiUrl=values.get("NEXT_PUBLIC_API_GATEWAY_ENDPOINT"),
        userPoolClientId=values.get("NEXT_PUBLIC_COGNITO_USER_POOL_CLIENT_ID"),
        cognitoUrl=region and f"https://cognito-idp.{region}.amazonaws.com/",
    )


def find(root: Path) -> Config:
    """The configuration for the stack at hand: a running local cloud's, else that of .env.local.

    Raises:
        CommandError: when there is neither.
    """
    for path, read in (
        (root / "build" / "local.env", from_local),
        (root / ".env.local", from_front_end),
    ):
        if path.exists():
            return read(read_environment(path))
    raise CommandError(
        "There is no stack to use: run `make local` in another shell, or `make env-local` after "
        "deploying to AWS."
    )


def _complete(signing_keys: str, **values: str | None) -> Config:
    """All of it; a stack that does not sign its index names no keys."""
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise CommandError(f"The stack says nothing about {', '.join(missing)}: deploy it again.")
    present = {name: value for name, value in values.items() if value}
    return {**present, "modelSigningKeys": signing_keys}
