"""Policies with conditions on tags decide as they do on AWS, also while something is tagged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

NEW = {"StringEquals": {"aws:RequestTag/project": "mine"}}
OWN = {"StringEquals": {"aws:ResourceTag/project": "mine"}}
EC2 = "arn:aws:ec2:eu-west-1:123456789012"
APIS = "arn:aws:apigateway:eu-west-1::/apis"


def _allow(resource: str | list[str], *actions: str, **condition: Any) -> dict[str, Any]:
    statement = {"Action": list(actions), "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def _refused(*attempts: Callable[[], Any]) -> None:
    for number, attempt in enumerate(attempts):
        with pytest.raises(ClientError, match=r"UnauthorizedOperation|not authorized"):
            pytest.fail(f"attempt {number} was allowed: {attempt()}")


def _specification(kind: str, owner: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "project", "Value": owner}]}]


def test_networks(client: Any, make_role: Any) -> None:
    root = client("ec2")
    other = root.create_vpc(CidrBlock="10.1.0.0/24")["Vpc"]["VpcId"]
    limited = client(
        "ec2",
        make_role(
            "lambda",
            _allow(f"{EC2}:vpc/*", "ec2:CreateVpc", **NEW),
            _allow(f"{EC2}:subnet/*", "ec2:CreateSubnet", **NEW),
            _allow(
                f"{EC2}:*",
                "ec2:CreateTags",
                StringEquals={"ec2:CreateAction": ["CreateSubnet", "CreateVpc"]},
            ),
            _allow(f"{EC2}:*", "ec2:CreateSubnet", "ec2:CreateTags", "ec2:DeleteVpc", **OWN),
        ),
    )
    named = {"TagSpecifications": _specification("vpc", "mine"), "CidrBlock": "10.2.0.0/24"}
    part = {"TagSpecifications": _specification("subnet", "mine"), "CidrBlock": "10.1.0.0/25"}
    more = [{"Key": "project", "Value": "mine"}]
    _refused(
        lambda: limited.create_vpc(CidrBlock="10.2.0.0/24"),
        lambda: limited.create_vpc(**{**named, "TagSpecifications": _specification("vpc", "x")}),
        lambda: limited.create_subnet(VpcId=other, **part),
        lambda: limited.create_tags(Resources=[other], Tags=more),
        lambda: limited.delete_vpc(VpcId=other),
    )
    own = limited.create_vpc(**named)["Vpc"]["VpcId"]
    subnet = limited.create_subnet(VpcId=own, **{**part, "CidrBlock": "10.2.0.0/25"})
    _refused(lambda: limited.create_tags(Resources=[own, other], Tags=more))
    limited.create_tags(Resources=[own], Tags=[{"Key": "more", "Value": "tags"}])
    root.delete_subnet(SubnetId=subnet["Subnet"]["SubnetId"])
    limited.delete_vpc(VpcId=own)
    root.delete_vpc(VpcId=other)


def test_http_apis(client: Any, make_role: Any, unique: str) -> None:
    root, new = client("apigatewayv2"), {"Name": unique, "ProtocolType": "HTTP"}
    other = root.create_api(**new, Tags={"project": "other"})["ApiId"]
    creating = _allow([APIS, f"{APIS}/*/stages"], "apigateway:POST", **NEW)
    owning = _allow(f"{APIS}/*", "apigateway:DELETE", "apigateway:PATCH", **OWN)
    tagging = _allow(
        "arn:aws:apigateway:eu-west-1::/tags/*",
        "apigateway:POST",
        **{"ForAllValues:StringNotEquals": {"aws:TagKeys": "project"}},
    )
    limited = client("apigatewayv2", make_role("lambda", creating, owning, tagging))
    _refused(
        lambda: limited.create_api(**new),
        lambda: limited.create_api(**new, Tags={"project": "other"}),
        lambda: limited.update_api(ApiId=other, Name="x"),
        lambda: limited.delete_api(ApiId=other),
        lambda: limited.tag_resource(ResourceArn=f"{APIS}/{other}", Tags={"project": "mine"}),
    )
    own = limited.create_api(**new, Tags={"project": "mine"})["ApiId"]
    stage = {"ApiId": own, "StageName": "$default", "Tags": {"project": "mine"}}
    _refused(lambda: limited.create_stage(**stage))
    more = _allow(f"{APIS}/*/stages", "apigateway:TagResource", **NEW)
    limited = client("apigatewayv2", make_role("lambda", creating, owning, tagging, more))
    limited.create_stage(**stage)
    limited.update_stage(ApiId=own, StageName="$default", AutoDeploy=True)
    limited.tag_resource(ResourceArn=f"{APIS}/{own}", Tags={"more": "tags"})
    route = root.create_route(ApiId=own, RouteKey="GET /x")["RouteId"]
    _refused(lambda: limited.delete_route(ApiId=own, RouteId=route))
    limited.delete_api(ApiId=own)
    root.delete_api(ApiId=other)


def test_user_pools(client: Any, allowed: Any, unique: str) -> None:
    limited = allowed("cognito-idp", ["cognito-idp:CreateUserPool"], "*", Condition=NEW)
    _refused(lambda: limited.create_user_pool(PoolName=unique))
    pool = limited.create_user_pool(PoolName=unique, UserPoolTags={"project": "mine"})
    client("cognito-idp").delete_user_pool(UserPoolId=pool["UserPool"]["Id"])


def test_sagemaker(client: Any, make_role: Any, unique: str) -> None:
    """On groups, as any resource of its goes the same way."""
    root = client("sagemaker")
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package-group"
    root.create_model_package_group(ModelPackageGroupName=f"other-{unique}")
    limited = client(
        "sagemaker",
        make_role(
            "lambda",
            _allow(f"{arn}/*", "sagemaker:CreateModelPackageGroup", **NEW),
            _allow(
                f"{arn}/*",
                "sagemaker:AddTags",
                StringEquals={"sagemaker:TaggingAction": "CreateModelPackageGroup"},
            ),
            _allow(f"{arn}/*", "sagemaker:AddTags", "sagemaker:DeleteModelPackageGroup", **OWN),
        ),
    )
    other, tags = f"other-{unique}", [{"Key": "project", "Value": "mine"}]
    _refused(
        lambda: limited.create_model_package_group(ModelPackageGroupName=unique),
        lambda: limited.add_tags(ResourceArn=f"{arn}/{other}", Tags=tags),
        lambda: limited.delete_model_package_group(ModelPackageGroupName=other),
    )
    limited.create_model_package_group(ModelPackageGroupName=unique, Tags=tags)
    limited.add_tags(ResourceArn=f"{arn}/{unique}", Tags=[{"Key": "more", "Value": "tags"}])
    limited.delete_model_package_group(ModelPackageGroupName=unique)
    root.delete_model_package_group(ModelPackageGroupName=other)
