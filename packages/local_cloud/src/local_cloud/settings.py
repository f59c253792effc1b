"""Environments that keep clients and emulators on this machine."""

from __future__ import annotations

import ipaddress
import os
import re
import sys
from pathlib import Path

DEFAULT_ACCOUNT_ID = "123456789012"
DEFAULT_REGION = "eu-west-1"
ROOT_SECRET_KEY = "local-cloud-root"  # noqa: S105 - any value signs for the emulated root
CONTROL_PREFIX = "/_local_cloud/"
READY_FILE = "server.json"


class NotLoopbackError(ValueError):
    """The address would let the local cloud talk to, or be reached from, another machine."""


def require_account_id(text: str) -> str:
    """The id; raises ValueError unless it has twelve digits."""
    if not re.fullmatch(r"[0-9]{12}", text):
        raise ValueError(f"an account id has twelve digits, unlike {text!r}")
    return text


def require_loopback(host: str) -> None:
    """Raise NotLoopbackError unless `host` is a loopback IP address or `localhost`."""
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise NotLoopbackError(
            f"the local cloud has no access control for other machines: bind it to 127.0.0.1, "
            f"not to {host!r}"
        )


def client_environment(
    endpoint_url: str,
    state_dir: Path,
    account_id: str = DEFAULT_ACCOUNT_ID,
    region: str = DEFAULT_REGION,
) -> dict[str, str]:
    """Environment of an AWS client that must reach the local cloud, as root, and nothing else.

    Args:
        endpoint_url: address of the local cloud.
        state_dir: its folder; the client reads no AWS configuration of the user's.
        account_id: the account whose root it is.
        region: its region.
    """
    absent = str(state_dir / "no-aws-configuration")
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": account_id,
        "AWS_SECRET_ACCESS_KEY": ROOT_SECRET_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": absent,
        "AWS_SHARED_CREDENTIALS_FILE": absent,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def configure_emulators(port: int, state_dir: Path, account_id: str, region: str) -> None:
    """Set what MiniStack and moto read at import: call before importing either.

    Both read their settings from the environment only, and fall back to folders below /tmp.
    """
    sys.modules["docker"] = None  # type: ignore[assignment]  # no containers, and a slow import
    os.environ.pop("PYTHONPATH", None)  # functions and jobs do not see the server's packages
    temporary = state_dir / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    os.environ.update(client_environment(f"http://127.0.0.1:{port}", state_dir, account_id, region))
    os.environ.update(
        AUTH="true",
        GATEWAY_PORT=str(port),
        BIND_HOST="127.0.0.1",
        MINISTACK_ACCOUNT_ID=account_id,
        MINISTACK_REGION=region,
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        LAMBDA_EXECUTOR="local",
        DOCKER_HOST=f"unix://{state_dir}/no-docker.sock",
        STATE_DIR=str(state_dir / "ministack"),
        S3_DATA_DIR=str(state_dir / "s3"),
        TMPDIR=str(temporary),
        HOME=str(state_dir),
    )
