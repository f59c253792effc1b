"""Keeps what the caller's shell says about AWS and Terraform out of the work on a local cloud."""

from __future__ import annotations

from collections.abc import Mapping

_DROPPED = ("AWS_", "TF_CLI_ARGS", "TF_DATA_DIR", "TF_VAR_", "TF_WORKSPACE")


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables but those that would send AWS clients or Terraform somewhere else.

    Args:
        environment: of the caller; proxies stay, since providers may come through one.
    """
    return {name: value for name, value in environment.items() if not name.startswith(_DROPPED)}
