"""Temporary credentials of a role, handed out as AWS services do for the roles passed to them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from ministack.core.iam_evaluator import validate_role_arn
from ministack.core.responses import request_scope
from ministack.services import iam, sts

from local_cloud.account import REGION


class UnknownRoleError(ValueError):
    """The ARN names no role of the local cloud."""


@dataclass(frozen=True)
class Credentials:
    """An `ASIA…` session: signs requests that hold exactly the role's permissions."""

    access_key_id: str
    secret_access_key: str
    session_token: str

    def environment(self) -> dict[str, str]:
        """As the variables that AWS SDKs read."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_SESSION_TOKEN": self.session_token,
        }


def mint_role_credentials(role_arn: str, session_name: str) -> Credentials:
    """Credentials of `role_arn` that stay valid until the server stops or is reset.

    Runs inside the server process. Like the services of AWS it stands in for, it needs no
    sts:AssumeRole from a caller; `sts` clients still go through the trust policy.

    Raises UnknownRoleError when the role does not exist.
    """
    account, role_name, role_id = _existing_role(role_arn)
    credentials = Credentials(
        access_key_id="ASIA" + secrets.token_hex(8).upper(),
        secret_access_key=secrets.token_hex(20),
        session_token=secrets.token_hex(32),
    )
    name = session_name[:64]
    sts.register_session(
        credentials.access_key_id,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role_name}/{name}",
            "UserId": f"{role_id}:{name}",
            "SecretAccessKey": credentials.secret_access_key,
            "SessionToken": credentials.session_token,
        },
    )
    return credentials


def _existing_role(role_arn: str) -> tuple[str, str, str]:
    parts = role_arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "iam" or not parts[5].startswith("role/"):
        raise UnknownRoleError(f"{role_arn!r} is no role ARN (arn:aws:iam::<account>:role/<name>)")
    account, name = parts[4], parts[5].rsplit("/", 1)[-1]
    with request_scope(account, REGION):
        problem = validate_role_arn(role_arn)
        role: dict[str, Any] | None = iam._roles.get(name)
    if problem or role is None:
        raise UnknownRoleError(f"role {role_arn} does not exist in the local cloud")
    return account, name, role.get("RoleId", name)
