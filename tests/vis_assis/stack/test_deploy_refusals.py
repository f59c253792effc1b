"""What would stop a destroy half-way is said before anything is changed."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from vis_assis.aws.cloud import Cloud
from vis_assis.errors import CommandError
from vis_assis.stack.refusals import check_can_go, deployed_settings
from vis_assis.terraform.plan import Change

KEEP = {
    "deletion_protection": False,
    "retain_buckets": False,
    "retain_models": False,
    "user_pool_protection": False,
}


class OneBucket(Cloud):
    """An account whose bucket holds so many objects."""

    def __init__(self, objects: int) -> None:
        super().__init__({})
        self._s3 = boto3.client(
            "s3", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b"
        )
        entry = {"Key": "a", "VersionId": "1", "IsLatest": True, "Size": 5}
        stubber = Stubber(self._s3)
        stubber.add_response("list_object_versions", {"Versions": [entry] * objects})
        stubber.activate()

    def client(self, service: str, **credentials: str) -> Any:
        assert (service, credentials) == ("s3", {})
        return self._s3


def gone(kind: str, before: dict[str, Any], after: dict[str, Any] | None = None) -> Change:
    return Change(f"{kind}.this", kind, ("delete",), before, after or {})


def function(**settings: bool) -> Change:
    variables = {"KEEP": json.dumps({**KEEP, **settings})}
    return gone("aws_lambda_function", {"environment": [{"variables": variables}]})


def pool(protection: str) -> dict[str, Any]:
    return {"name": "vis-assis-users", "deletion_protection": protection}


def bucket(**values: bool) -> dict[str, Any]:
    return {"bucket": "vis-assis-models", **values}


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ([function(deletion_protection=True)], "make deploy` with deletion_protection=false"),
        (
            [function(), gone("aws_cognito_user_pool", pool("ACTIVE"))],
            "vis-assis-users is protected.*`make deploy` with sign_in's deletion_protection=false",
        ),
        (
            [gone("aws_s3_bucket", bucket(force_destroy=False))],
            "vis-assis-models hold objects.*`make deploy` with force_destroy=true",
        ),
        ([gone("aws_s3_bucket", bucket(), bucket(force_destroy=False))], "force_destroy is false"),
    ],
)
def test_what_cannot_go_is_named_with_the_way_out(changes: list[Change], remedy: str) -> None:
    with pytest.raises(CommandError, match=remedy) as refused:
        check_can_go(OneBucket(1), "vis-assis", changes)
    assert "nothing was changed" in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        function(retain_buckets=True),
        gone("aws_cognito_user_pool", pool("INACTIVE")),
        gone("aws_cognito_user_pool", pool("ACTIVE"), pool("INACTIVE")),
        gone("aws_s3_bucket", bucket(force_destroy=False)),
        gone("aws_s3_bucket", bucket(), bucket(force_destroy=True)),
    ],
)
def test_what_goes_by_itself_is_not_in_the_way(change: Change) -> None:
    check_can_go(OneBucket(0), "vis-assis", [change])


def test_another_function_says_nothing_about_the_stack() -> None:
    plain = gone("aws_lambda_function", {"environment": [{"variables": {"LOG_LEVEL": "INFO"}}]})
    assert deployed_settings([plain, gone("aws_lambda_function", {"environment": []})]) is None
