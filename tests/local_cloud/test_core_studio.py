"""Studio domains and user profiles, which moto has in part."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def domain_id(client: Any, unique: str, make_role: Any) -> str:
    answer = client("sagemaker").create_domain(
        DomainName=unique,
        AuthMode="IAM",
        DefaultUserSettings={"ExecutionRole": make_role("sagemaker")},
        SubnetIds=["subnet-1"],
        VpcId="vpc-1",
    )
    return str(answer["DomainId"])


def test_domain_is_described_and_updated(client: Any, domain_id: str, make_role: Any) -> None:
    sagemaker = client("sagemaker")
    role = make_role("sagemaker")
    sagemaker.update_domain(DomainId=domain_id, DefaultUserSettings={"ExecutionRole": role})
    described = sagemaker.describe_domain(DomainId=domain_id)
    assert described["DefaultUserSettings"] == {"ExecutionRole": role}
    assert described["TagPropagation"] == "DISABLED"
    assert "" not in described.values()


def test_domain_with_profiles_cannot_be_deleted(client: Any, domain_id: str) -> None:
    sagemaker = client("sagemaker")
    sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="me")
    with pytest.raises(ClientError, match="user profiles"):
        sagemaker.delete_domain(DomainId=domain_id)
    sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="me")
    sagemaker.delete_domain(DomainId=domain_id)
    with pytest.raises(ClientError, match="does not exist"):
        sagemaker.describe_domain(DomainId=domain_id)


def test_user_profile_life(client: Any, domain_id: str) -> None:
    sagemaker = client("sagemaker")
    names = {"DomainId": domain_id, "UserProfileName": "me"}
    arn = sagemaker.create_user_profile(**names, Tags=[{"Key": "a", "Value": "b"}])[
        "UserProfileArn"
    ]
    with pytest.raises(ClientError, match="already exists"):
        sagemaker.create_user_profile(**names)
    sagemaker.update_user_profile(**names, UserSettings={"SecurityGroups": ["sg-1"]})
    described = sagemaker.describe_user_profile(**names)
    assert described["UserSettings"] == {"SecurityGroups": ["sg-1"]}
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
    listed = sagemaker.list_user_profiles(DomainIdEquals=domain_id)["UserProfiles"]
    assert [p["UserProfileName"] for p in listed] == ["me"]
    sagemaker.delete_user_profile(**names)
    with pytest.raises(ClientError, match="does not exist"):
        sagemaker.describe_user_profile(**names)
