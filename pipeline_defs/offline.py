"""Lets the SageMaker SDK work without an AWS account.

It creates AWS clients when it is imported and when steps are composed; they need a region and
credentials and use boto3's default session. All are given for that time only, so that whoever else
lives in the process keeps their own, and every request such a client makes is refused.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3

REGION = "us-east-1"


class NetworkRefusedError(RuntimeError):
    """Something tried to call AWS while a definition was composed."""


def session() -> boto3.Session:
    """A boto3 session whose clients refuse to send anything."""
    made = boto3.Session("offline", "offline", region_name=REGION)
    made.events.register("before-send", _refuse)
    return made


@contextmanager
def environment() -> Iterator[None]:
    """Stand in for an AWS account; undone at the end."""
    variables = dict(os.environ)
    default_session = boto3.DEFAULT_SESSION
    boto3.DEFAULT_SESSION = session()
    os.environ.update(AWS_DEFAULT_REGION=REGION, AWS_REGION=REGION)
    try:
        yield
    finally:
        boto3.DEFAULT_SESSION = default_session
        os.environ.clear()
        os.environ.update(variables)


def _refuse(request: Any, **_: Any) -> None:
    raise NetworkRefusedError(
        f"composing a definition called {request.url.split('?')[0]}: pass S3 URIs and ARNs instead "
        "of local paths and names"
    )
