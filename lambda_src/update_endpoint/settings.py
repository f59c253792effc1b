"""The controller's environment variables, which modules/navigation_endpoint sets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from common.settings import json_object, positive_integer, text
from update_endpoint import office_hours
from update_endpoint.office_hours import OfficeHours

UPLOAD_KEY = "paligemma/model.tar.gz"
RELEASES = "releases/"
STAGING = "staging/"
STATUS_KEY = "status/navigation.json"


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
    hours: OfficeHours | None = None


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings as Terraform gives them, whose variables check the values.

    Errors: `SettingsError` names the variable that is missing.
    """
    hours = environment.get("OFFICE_HOURS")
    return Settings(
        bucket=text(environment, "UPLOAD_BUCKET"),
        endpoint=text(environment, "ENDPOINT_NAME"),
        prefix=text(environment, "MODEL_NAME_PREFIX"),
        stack=text(environment, "STACK_NAME"),
        hosting=_hosting(environment),
        rollout=Rollout(
            alarms=tuple(json.loads(text(environment, "ROLLBACK_ALARMS"))),
            watch_seconds=int(text(environment, "ROLLBACK_WATCH_SECONDS")),
            timeout_seconds=positive_integer(environment, "UPDATE_TIMEOUT_SECONDS"),
            answer_seconds=positive_integer(environment, "ANSWER_SECONDS"),
        ),
        max_instances=positive_integer(environment, "MAX_INSTANCES"),
        keep_releases=positive_integer(environment, "KEEP_RELEASES"),
        hours=office_hours.parse(json.loads(hours)) if hours else None,
    )


def _hosting(environment: Mapping[str, str]) -> Hosting:
    return Hosting(
        role_arn=text(environment, "EXECUTION_ROLE_ARN"),
        image=text(environment, "IMAGE_URI"),
        environment=json_object(environment, "MODEL_ENVIRONMENT"),
        instance_type=text(environment, "INSTANCE_TYPE"),
        instance_count=positive_integer(environment, "INITIAL_INSTANCE_COUNT"),
        variant=text(environment, "VARIANT_NAME"),
        download_seconds=positive_integer(environment, "MODEL_DOWNLOAD_SECONDS"),
        startup_seconds=positive_integer(environment, "CONTAINER_STARTUP_SECONDS"),
        ami=environment.get("INFERENCE_AMI_VERSION", ""),
        isolated=text(environment, "NETWORK_ISOLATION") != "false",
        capture_percentage=int(text(environment, "DATA_CAPTURE_PERCENTAGE")),
        capture_uri=text(environment, "DATA_CAPTURE_S3_URI"),
        capture_key=environment.get("DATA_CAPTURE_KMS_KEY_ARN", ""),
    )
