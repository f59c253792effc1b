"""The controller's environment variables; docs/navigation.md lists them all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from common.errors import SettingsError
from common.event_queue import RetryPolicy
from common.settings import positive_integer, text
from update_endpoint import office_hours
from update_endpoint.office_hours import OfficeHours

UPLOAD_KEY = "paligemma/model.tar.gz"
RELEASES = "releases/"
STAGING = "staging/"
STATUS_KEY = "status/navigation.json"
MAX_PREFIX = 36
"""A name is prefix, hyphen and 26 characters; SageMaker allows 63."""


@dataclass(frozen=True)
class Hosting:
    """What a model and an endpoint config are made of, besides the release.

    Parameters:
        download_seconds, startup_seconds: how long an instance may take to fetch the model and to
            answer its first health check, 60-3600 each.
        ami: image with the driver of the instances' accelerator; "" leaves it to SageMaker.
        isolated: whether the model's container is cut off from the network.
        capture_percentage: share of requests written to `capture_uri`; 0 switches capture off.
        capture_key: ARN of the KMS key of what is captured; "" leaves it to the bucket.
    """

    role_arn: str
    image: str
    environment: Mapping[str, str]
    instance_type: str
    instance_count: int = 1
    variant: str = "navigation"
    download_seconds: int = 1800
    startup_seconds: int = 900
    ami: str = ""
    isolated: bool = True
    capture_percentage: int = 0
    capture_uri: str = ""
    capture_key: str = ""

    def program(self) -> str:
        """Module that the container starts in place of `inference.py`; "" when there is none."""
        program = self.environment.get("SAGEMAKER_PROGRAM", "")
        return "" if program.removesuffix(".py") == "inference" else program


@dataclass(frozen=True)
class Rollout:
    """How an update is carried out.

    Parameters:
        alarms: CloudWatch alarms that roll an update back, at most 10.
        watch_seconds: how long the old instances stay while the alarms are watched.
        timeout_seconds: an update that takes longer is rolled back, 600-28800.
        answer_seconds: how long a release may be in service before it answers rightly.
    """

    alarms: tuple[str, ...] = ()
    watch_seconds: int = 300
    timeout_seconds: int = 10800
    answer_seconds: int = 900


@dataclass(frozen=True)
class Settings:
    """Everything the controller is told.

    Parameters:
        stack: value of the tag `Stack` on all that is made.
        max_instances: up to which the endpoint scales, for advice on quotas.
        keep_releases: releases that stay available for going back.
        max_unpacked_bytes: how far an upload is unpacked in search of `code/inference.py`.
        inspection_seconds: how long that may take.
        hours: None keeps the endpoint up at all times.
    """

    bucket: str
    endpoint: str
    prefix: str
    stack: str
    hosting: Hosting
    rollout: Rollout = field(default_factory=Rollout)
    max_instances: int = 1
    keep_releases: int = 3
    max_unpacked_bytes: int = 64 << 30
    inspection_seconds: int = 600
    hours: OfficeHours | None = None


def retry_policy(environment: Mapping[str, str]) -> RetryPolicy:
    """Waits between tries, from RETRY_BASE_SECONDS and MAX_RECEIVE_COUNT."""
    return RetryPolicy(
        base_seconds=positive_integer(environment, "RETRY_BASE_SECONDS"),
        max_receive_count=positive_integer(environment, "MAX_RECEIVE_COUNT"),
    )


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings; `SettingsError` names the variable that is missing or wrong."""
    hours = _json(environment, "OFFICE_HOURS", dict)
    return Settings(
        bucket=text(environment, "UPLOAD_BUCKET"),
        endpoint=text(environment, "ENDPOINT_NAME"),
        prefix=_prefix(text(environment, "MODEL_NAME_PREFIX")),
        stack=text(environment, "STACK_NAME"),
        hosting=_hosting(environment),
        rollout=Rollout(
            alarms=_alarms(environment),
            watch_seconds=_number(environment, "ROLLBACK_WATCH_SECONDS", 300, 0, 3600),
            timeout_seconds=_number(environment, "UPDATE_TIMEOUT_SECONDS", 10800, 600, 28800),
            answer_seconds=_number(environment, "ANSWER_SECONDS", 900, 1, 3600),
        ),
        max_instances=_number(environment, "MAX_INSTANCES", 1, 1, 100),
        keep_releases=_number(environment, "KEEP_RELEASES", 3, 1, 50),
        max_unpacked_bytes=_number(environment, "INSPECTION_MAX_UNPACKED_GB", 64, 1, 1024) << 30,
        inspection_seconds=_number(environment, "INSPECTION_SECONDS", 600, 10, 840),
        hours=office_hours.parse(hours) if hours else None,
    )


def _hosting(environment: Mapping[str, str]) -> Hosting:
    capture = _number(environment, "DATA_CAPTURE_PERCENTAGE", 5, 0, 100)
    variables = _json(environment, "MODEL_ENVIRONMENT", dict)
    if not all(isinstance(value, str) for value in variables.values()):
        raise SettingsError("environment variable MODEL_ENVIRONMENT: write every value as a string")
    return Hosting(
        role_arn=text(environment, "EXECUTION_ROLE_ARN"),
        image=text(environment, "IMAGE_URI"),
        environment=variables,
        instance_type=text(environment, "INSTANCE_TYPE"),
        instance_count=_number(environment, "INITIAL_INSTANCE_COUNT", 1, 1, 100),
        variant=environment.get("VARIANT_NAME", "").strip() or "navigation",
        download_seconds=_number(environment, "MODEL_DOWNLOAD_SECONDS", 1800, 60, 3600),
        startup_seconds=_number(environment, "CONTAINER_STARTUP_SECONDS", 900, 60, 3600),
        ami=environment.get("INFERENCE_AMI_VERSION", "").strip(),
        isolated=_flag(environment, "NETWORK_ISOLATION", default=True),
        capture_percentage=capture,
        capture_uri=text(environment, "DATA_CAPTURE_S3_URI") if capture else "",
        capture_key=environment.get("DATA_CAPTURE_KMS_KEY_ARN", "").strip() if capture else "",
    )


def _alarms(environment: Mapping[str, str]) -> tuple[str, ...]:
    names = _json(environment, "ROLLBACK_ALARMS", list)
    if len(names) > 10 or not all(isinstance(name, str) for name in names):
        raise SettingsError("environment variable ROLLBACK_ALARMS: list at most 10 alarm names")
    return tuple(names)


def _prefix(value: str) -> str:
    if len(value) > MAX_PREFIX or not re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*", value):
        raise SettingsError(
            f"environment variable MODEL_NAME_PREFIX is {value!r}: use at most {MAX_PREFIX} "
            "letters, digits and inner hyphens"
        )
    return value


def _number(environment: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    value = environment.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise SettingsError(
            f"environment variable {name} is {value!r}: set it to a whole number "
            f"from {low} to {high}"
        )
    return int(value)


def _flag(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = environment.get(name, "").strip() or str(default).lower()
    if value not in ("true", "false"):
        raise SettingsError(f"environment variable {name} is {value!r}: set it to true or false")
    return value == "true"


def _json(environment: Mapping[str, str], name: str, kind: type) -> Any:
    value = environment.get(name, "").strip()
    try:
        parsed = json.loads(value) if value else kind()
    except json.JSONDecodeError as exc:
        raise SettingsError(f"environment variable {name} is not JSON: {exc}") from exc
    if not isinstance(parsed, kind):
        raise SettingsError(f"environment variable {name} must hold a JSON {kind.__name__}")
    return parsed
