"""boto3 for a local cloud, whatever AWS account the caller's shell is set up for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

_FILES = ("config_file", "credentials_file")


def isolated_session(environment: Mapping[str, str]) -> boto3.session.Session:
    """A boto3 session that knows keys and region, and no other variable and no file.

    Args:
        environment: has AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION or
            AWS_DEFAULT_REGION, and perhaps AWS_SESSION_TOKEN.
    """
    variables: dict[str, Any] = {
        name: (setting, None, os.devnull if name in _FILES else default, convert)
        for name, (
            setting,
            _,
            default,
            convert,
        ) in botocore.session.Session.SESSION_VARIABLES.items()
    }
    read = environment.get
    return boto3.session.Session(
        aws_access_key_id=read("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=read("AWS_SECRET_ACCESS_KEY"),
        aws_session_token=read("AWS_SESSION_TOKEN"),
        botocore_session=botocore.session.Session(session_vars=variables),
        region_name=read("AWS_REGION") or read("AWS_DEFAULT_REGION"),
    )


def client_config(service: str, *, local: bool) -> Config:
    """The settings of a client.

    Args:
        service: such as `s3`.
        local: whether it talks to a local cloud, which no proxy can reach.
    """
    return Config(
        signature_version="s3v4" if service == "s3" else None, proxies={} if local else None
    )
