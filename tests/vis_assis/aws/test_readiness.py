"""What an account lacks is said before anything is deployed, with its remedy."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.fakes import gated_hub
from vis_assis.aws import readiness
from vis_assis.aws.cloud import Cloud
from vis_assis.aws.readiness import MISSING, READY, UNKNOWN, Quota
from vis_assis.build.environments import ROOT
from vis_assis.cli import operations_commands
from vis_assis.errors import CommandError

WANTED = {"endpoint": Quota("sagemaker", "ml.g5.xlarge for endpoint usage", 4)}


class Quotas:
    """Service Quotas with one quota."""

    def __init__(self, applied: float | None, default: float | None = None) -> None:
        self._values = {
            "list_service_quotas": applied,
            "list_aws_default_service_quotas": default,
        }

    def get_paginator(self, listing: str) -> Any:
        value = self._values[listing]
        item = {"QuotaName": WANTED["endpoint"].name, "Value": value}
        pages = [{"Quotas": []}, {"Quotas": [] if value is None else [item]}]

        class Paginator:
            def paginate(self, ServiceCode: str) -> Any:  # noqa: N803 - boto3's name
                assert ServiceCode == "sagemaker"
                return pages

        return Paginator()


class Account(Cloud):
    """An account that is asked nothing but its quotas."""

    identity = ("aws", "123456789012")

    def __init__(self, quotas: Quotas) -> None:
        super().__init__({}, "eu-west-1")
        self._quotas = quotas

    def client(self, service: str, **_: str) -> Any:
        return self._quotas if service == "service-quotas" else super().client(service)


@pytest.mark.parametrize(
    ("quotas", "result", "said"),
    [
        (Quotas(4), READY, "4, needed 4"),
        (Quotas(2, 8), MISSING, "2, needed 4"),
        (Quotas(None, 0), MISSING, "0, needed 4"),
        (Quotas(None), UNKNOWN, "not listed in eu-west-1"),
    ],
)
def test_quotas(quotas: Quotas, result: str, said: str) -> None:
    found = {item.name: item for item in readiness.findings(Account(quotas), WANTED, None)}
    assert (found["endpoint"].result, said in found["endpoint"].text) == (result, True)
    assert bool(found["endpoint"].remedy) == (result != READY)
    assert found["navigation model"].result == UNKNOWN


@pytest.mark.parametrize(
    ("token", "result"),
    [(gated_hub.ACCEPTED, READY), (gated_hub.NOT_ACCEPTED, MISSING), ("hf_wrong", MISSING)],
)
def test_access_to_the_navigation_model(token: str, result: str) -> None:
    with gated_hub.serving(gated_hub.GatedHub({"config.json": b"{}"})) as hub:
        *_, found = readiness.findings(Account(Quotas(4)), {}, token, hub.url)
    assert (found.result, token in found.text + found.remedy) == (result, False)


def test_without_credentials_nothing_else_is_asked() -> None:
    class Nobody(Account):
        @property
        def identity(self) -> tuple[str, str]:  # type: ignore[override]
            raise CommandError("AWS cannot be asked who you are")

    (found,) = readiness.findings(Nobody(Quotas(4)), WANTED, None)
    assert (found.name, found.result) == ("credentials", MISSING)


def test_the_instance_types_are_those_of_the_variables() -> None:
    defaults = operations_commands.doctor_command.__kwdefaults__ or {}
    hosting = (ROOT / "variables_navigation.tf").read_text()
    assert f'optional(string, "{defaults["endpoint_type"]}")' in hosting
    jobs = re.search(
        r'"processing_instance_type" \{.*?default +?= "(.*?)"',
        (ROOT / "variables.tf").read_text(),
        re.DOTALL,
    )
    assert jobs is not None
    assert defaults["job_type"] == jobs[1]
