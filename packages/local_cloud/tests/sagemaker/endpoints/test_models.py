"""Models are listed as asked for, and made of data that is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

LABELS = ("a", "c", "b")


@pytest.fixture
def names(client: Any, unique: str, make_role: Any) -> list[str]:
    """Models in order of creation, which is not that of their names."""
    created = [f"{unique}-{label}" for label in LABELS]
    for name in created:
        client("sagemaker").create_model(
            ModelName=name,
            ExecutionRoleArn=make_role("sagemaker"),
            PrimaryContainer={"Image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/i:1"},
        )
    return created


def listed(client: Any, unique: str, **asked_for: Any) -> list[str]:
    answer = client("sagemaker").list_models(**{"NameContains": unique, **asked_for})
    return [model["ModelName"] for model in answer["Models"]]


def test_a_name_is_taken_once(client: Any, names: list[str], make_role: Any) -> None:
    again = {"ModelName": names[0], "ExecutionRoleArn": make_role("sagemaker")}
    with pytest.raises(ClientError, match=f'already existing model "arn:.*:model/{names[0]}"'):
        client("sagemaker").create_model(**again)
    client("sagemaker").delete_model(ModelName=names[0])
    client("sagemaker").create_model(**again)


def test_lists_are_ordered_filtered_and_paged(client: Any, unique: str, names: list[str]) -> None:
    assert listed(client, unique, NameContains=f"{unique[1:]}-c") == [f"{unique}-c"]
    assert listed(client, unique, NameContains=f"{unique}-x") == []
    for order, expected in (
        ({}, "bca"),
        ({"SortOrder": "Ascending"}, "acb"),
        ({"SortBy": "Name"}, "cba"),
        ({"SortBy": "Name", "SortOrder": "Ascending"}, "abc"),
    ):
        assert listed(client, unique, **order) == [f"{unique}-{label}" for label in expected]
    now, hour = datetime.now(UTC), timedelta(hours=1)
    assert listed(client, unique, CreationTimeAfter=now + hour) == []
    assert listed(client, unique, CreationTimeBefore=now - hour) == []
    inside = {"CreationTimeAfter": now - hour, "CreationTimeBefore": now + hour}
    assert sorted(listed(client, unique, **inside)) == sorted(names)
    pages = client("sagemaker").get_paginator("list_models")
    found = [
        [model["ModelName"] for model in page["Models"]]
        for page in pages.paginate(NameContains=unique, PaginationConfig={"PageSize": 2})
    ]
    assert [len(page) for page in found] == [2, 1]
    assert sorted(name for page in found for name in page) == sorted(names)


def test_a_model_needs_data_that_its_role_may_read(
    client: Any, unique: str, versioned_bucket: str, make_role: Any
) -> None:
    uri, bucket = f"s3://{versioned_bucket}/model.tar.gz", f"arn:aws:s3:::{versioned_bucket}"
    reader = make_role(
        "sagemaker",
        {"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [bucket, f"{bucket}/*"]},
    )

    def create(role: str) -> None:
        client("sagemaker").create_model(
            ModelName=unique,
            ExecutionRoleArn=role,
            PrimaryContainer={"Image": "image:1", "ModelDataUrl": uri},
        )

    with pytest.raises(ClientError, match=f"Could not find model data at {uri}"):
        create(reader)
    client("s3").put_object(Bucket=versioned_bucket, Key="model.tar.gz", Body=b"")
    for role in (make_role("sagemaker"), "arn:aws:iam::123456789012:role/nobody"):
        with pytest.raises(ClientError, match=f"Could not access model data at {uri}"):
            create(role)
    create(reader)
