"""What an account lacks is said before anything is deployed, with its remedy."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.fakes import gated_hub
from vis_assis.aws import readiness
from vis_assis.aws.cloud import Cloud
from vis_assis.aws.readiness import MISSING, READY, UNKNOWN, Image, Quota
from vis_assis.build.environments import ROOT
from vis_assis.cli import operations_commands
from vis_assis.errors import CommandError

SCIKIT_LEARN = "sagemaker-scikit-learn"
FOUND: dict[str, Any] = {"images": [{}], "failures": []}
GONE = {"images": [], "failures": [{"failureCode": "ImageNotFound"}]}
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

    def __init__(self, quotas: Quotas, region: str = "eu-west-1", image: Any = FOUND) -> None:
        super().__init__({}, region)
        self._quotas, self._image = quotas, image

    def client(self, service: str, **_: str) -> Any:
        return {"service-quotas": self._quotas, "ecr": self}.get(service) or super().client(service)

    def batch_get_image(self, **_: Any) -> Any:
        if isinstance(self._image, str):
            error = {"Code": "AccessDeniedException", "Message": self._image}
            raise ClientError({"Error": error}, "BatchGetImage")
        return self._image


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
    ("region", "image", "result", "said"),
    [
        ("eu-west-1", FOUND, READY, "account 141502667606 in eu-west-1"),
        ("eu-west-1", GONE, MISSING, "is not there: ImageNotFound"),
        ("eu-west-1", "no resource-based policy allows it", MISSING, "cannot be pulled"),
        ("eu-west-1", "no identity-based policy allows it", UNKNOWN, "ECR does not answer"),
        ("mars-north-1", FOUND, MISSING, "no registry of AWS's"),
    ],
)
def test_images(
    region: str, image: Any, result: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "IMAGES", {"image": Image(SCIKIT_LEARN, "1.9-0-cpu-py3")})
    account = Account(Quotas(4), region, image)
    found = {item.name: item for item in readiness.findings(account, {}, None)}["image"]
    assert (found.result, said in found.text) == (result, True), found
    assert bool(found.remedy) == (result != READY)


def test_the_images_are_those_of_the_modules_and_of_the_sdk() -> None:
    named = re.compile(r'repository_name = (.*)\n +image_tag +=  *"(.*)"')
    sources = [
        ROOT / "modules" / name / "main.tf" for name in ("model_pipelines", "navigation_endpoint")
    ]
    found = [match for file in sources for match in named.findall(file.read_text())]
    assert [tag for _, tag in found] == [image.tag for image in readiness.IMAGES.values()]
    sdk = find_spec("sagemaker")
    assert sdk is not None and sdk.origin is not None
    configs = Path(sdk.origin).parent / "core" / "image_uri_config"
    scikit_learn = json.loads((configs / "sklearn.json").read_text())["inference"]["versions"]
    hugging_face = json.loads((configs / "huggingface.json").read_text())["inference"]["versions"]
    newest = [scikit_learn["1.9-0"], hugging_face["4.51.3"]["pytorch2.6.0"]]
    assert json.loads(readiness.REGISTRIES.read_text()) == {
        entry["repository"]: entry["registries"] for entry in newest
    }


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
