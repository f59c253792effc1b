"""What an account lacks before a stack is deployed into it."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from vis_assis.aws.cloud import Cloud
from vis_assis.errors import CommandError

READY, MISSING, UNKNOWN = "ready", "missing", "not checked"
GATED = "google/paligemma-3b-mix-224"
HUB = "https://huggingface.co"
_SECONDS = 20


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


def findings(
    cloud: Cloud, quotas: Mapping[str, Quota], token: str | None, hub: str = HUB
) -> Iterator[Finding]:
    """Checks account, region, quotas and access to the navigation model, one after the other.

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
