"""What an account lacks before a stack is deployed into it."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from vis_assis.aws.cloud import Cloud
from vis_assis.errors import CommandError

READY, MISSING, UNKNOWN = "ready", "missing", "not checked"
GATED = "google/paligemma-3b-mix-224"
HUB = "https://huggingface.co"
_SECONDS = 20
NOT_SHARED = ("resource-based policy", "RepositoryNotFoundException")
ELSEWHERE = "deploy to a region that has it: set AWS_REGION"


@dataclass(frozen=True)
class Finding:
    """One thing that a stack needs.

    Attributes:
        result: ready, missing or not checked.
        text: what was found.
        remedy: what to do, unless the text says it or it is ready.
    """

    name: str
    result: str
    text: str
    remedy: str = ""


@dataclass(frozen=True)
class Quota:
    """A quota of Service Quotas, by the name that the console shows.

    Attributes:
        service: its code.
        least: what a stack needs.
    """

    service: str
    name: str
    least: float


@dataclass(frozen=True)
class Image:
    """An image of AWS's, as the modules name it.

    Attributes:
        repository: its name, in a registry of AWS's that differs between regions.
    """

    repository: str
    tag: str


IMAGES = {
    "image of the pipelines": Image("sagemaker-scikit-learn", "1.9-0-cpu-py3"),
    "image of navigation": Image(
        "huggingface-pytorch-inference", "2.6.0-transformers4.51.3-gpu-py312-cu124-ubuntu22.04"
    ),
}
REGISTRIES = Path(__file__).with_name("image_registries.json")
"""Account by repository and region, as the SageMaker SDK has them."""


def findings(
    cloud: Cloud, quotas: Mapping[str, Quota], token: str | None, hub: str = HUB
) -> Iterator[Finding]:
    """Checks account, region, quotas, images and access to the navigation model.

    Args:
        cloud: where the stack is to be.
        quotas: what to look for, by what needs it.
        token: of the Hugging Face hub.
        hub: its address.
    """
    try:
        _, account = cloud.identity
    except CommandError as error:
        yield Finding("credentials", MISSING, str(error))
        return
    yield Finding("credentials", READY, f"account {account}")
    try:
        yield Finding("region", READY, cloud.region)
    except BotoCoreError as error:
        yield Finding("region", MISSING, str(error), "set AWS_REGION, such as eu-west-1")
        return
    for name, quota in quotas.items():
        yield _quota(cloud, name, quota)
    registries = json.loads(REGISTRIES.read_text())
    for name, image in IMAGES.items():
        yield _image(cloud, name, image, registries[image.repository].get(cloud.region))
    yield _gated_model(token, hub)


def _quota(cloud: Cloud, name: str, quota: Quota) -> Finding:
    try:
        value = _value(cloud.client("service-quotas"), quota)
    except (BotoCoreError, ClientError) as error:
        remedy = f"look for {quota.name!r} in the console of Service Quotas"
        return Finding(name, UNKNOWN, f"Service Quotas does not answer: {error}", remedy)
    if value is None:
        remedy = f"look for {quota.name!r} in the console of Service Quotas"
        return Finding(name, UNKNOWN, f"{quota.name!r} is not listed in {cloud.region}", remedy)
    text = f"{quota.name}: {value:g}, needed {quota.least:g}"
    if value >= quota.least:
        return Finding(name, READY, text)
    remedy = f"ask Service Quotas in {cloud.region} for {quota.least:g} of {quota.name!r}"
    return Finding(name, MISSING, text, remedy)


def _value(client: Any, quota: Quota) -> float | None:
    """The applied value; AWS's default where none was ever applied."""
    for listing in ("list_service_quotas", "list_aws_default_service_quotas"):
        pages = client.get_paginator(listing).paginate(ServiceCode=quota.service)
        for page in pages:
            for item in page["Quotas"]:
                if item["QuotaName"] == quota.name:
                    return float(item["Value"])
    return None


def _image(cloud: Cloud, name: str, image: Image, registry: str | None) -> Finding:
    """Asks the registry for the manifest, as a pull does: AWS's let no account list images."""
    text = f"{image.repository}:{image.tag}"
    if registry is None:
        return Finding(
            name, MISSING, f"no registry of AWS's has {text} in {cloud.region}", ELSEWHERE
        )
    text = f"{text} of account {registry} in {cloud.region}"
    try:
        answer = cloud.client("ecr").batch_get_image(
            registryId=registry, repositoryName=image.repository, imageIds=[{"imageTag": image.tag}]
        )
    except (BotoCoreError, ClientError) as error:
        if any(sign in str(error) for sign in NOT_SHARED):
            return Finding(name, MISSING, f"{text} cannot be pulled: {error}", ELSEWHERE)
        remedy = "give yourself ecr:BatchGetImage, or try `docker pull`"
        return Finding(name, UNKNOWN, f"{text}: ECR does not answer: {error}", remedy)
    if answer["images"]:
        return Finding(name, READY, text)
    (failure,) = answer["failures"]
    return Finding(name, MISSING, f"{text} is not there: {failure['failureCode']}", ELSEWHERE)


def _gated_model(token: str | None, hub: str) -> Finding:
    """Whether the token may download the navigation model, whose terms must be accepted."""
    name, page = "navigation model", f"{hub}/{GATED}"
    if not token:
        text = "HF_TOKEN is not set"
        return Finding(name, UNKNOWN, text, f"accept the terms on {page}, then set HF_TOKEN")
    request = urllib.request.Request(  # noqa: S310 - the hub's address
        # What `HfApi.auth_check` of huggingface_hub asks.
        f"{hub}/api/models/{GATED}/auth-check",
        headers={"Authorization": f"Bearer {token}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310
            return Finding(name, READY, f"the token may download {GATED}")
    except urllib.error.HTTPError as error:
        text = f"the hub answers {error.code} for {GATED}"
        if error.code in (401, 403):
            remedy = f"accept the terms on {page} as the token's owner; the token needs read access"
            return Finding(name, MISSING, text, remedy)
        return Finding(name, UNKNOWN, text, "try again later")
    except OSError as error:
        return Finding(name, UNKNOWN, f"{hub} cannot be reached: {error}", "check the network")


def hub_address() -> str:
    """The hub that HF_ENDPOINT names, else the public one."""
    return (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")
