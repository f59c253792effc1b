"""Studio domains and user profiles, which moto has in part."""

from __future__ import annotations

import time
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


def _wait_until_deleted(sagemaker: Any, app: dict[str, str]) -> None:
    while sagemaker.describe_app(**app)["Status"] != "Deleted":
        time.sleep(0.1)


@pytest.mark.parametrize("owner", ["UserProfileName", "SpaceName"])
def test_owner_with_apps_cannot_be_deleted(client: Any, domain_id: str, owner: str) -> None:
    sagemaker = client("sagemaker")
    kind = "user_profile" if owner == "UserProfileName" else "space"
    names = {"DomainId": domain_id, owner: "mine"}
    app = {**names, "AppType": "JupyterLab", "AppName": "default"}
    getattr(sagemaker, f"create_{kind}")(**names)
    sagemaker.create_app(**app)
    with pytest.raises(ClientError, match="still has apps"):
        getattr(sagemaker, f"delete_{kind}")(**names)
    sagemaker.delete_app(**app)
    assert sagemaker.describe_app(**app)["Status"] == "Deleting"
    _wait_until_deleted(sagemaker, app)
    listed = sagemaker.list_apps(DomainIdEquals=domain_id)["Apps"]
    assert [(item["AppName"], item["Status"]) for item in listed] == [("default", "Deleted")]
    getattr(sagemaker, f"delete_{kind}")(**names)


def test_domain_with_spaces_cannot_be_deleted(client: Any, domain_id: str) -> None:
    sagemaker = client("sagemaker")
    names = {"DomainId": domain_id, "SpaceName": "shared"}
    arn = sagemaker.create_space(**names, Tags=[{"Key": "a", "Value": "b"}])["SpaceArn"]
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
    assert sagemaker.describe_space(**names)["Status"] == "InService"
    with pytest.raises(ClientError, match="still has spaces"):
        sagemaker.delete_domain(DomainId=domain_id)
    sagemaker.delete_space(**names)
    assert sagemaker.list_spaces(DomainIdEquals=domain_id)["Spaces"] == []
    sagemaker.delete_domain(DomainId=domain_id)


@pytest.mark.parametrize(("policy", "left"), [("Delete", 0), ("Retain", 1)])
def test_domain_makes_a_file_system_and_leaves_its_groups(
    client: Any, unique: str, make_role: Any, policy: str, left: int
) -> None:
    sagemaker, ec2, efs = client("sagemaker"), client("ec2"), client("efs")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    made = sagemaker.create_domain(
        DomainName=unique,
        AuthMode="IAM",
        DefaultUserSettings={"ExecutionRole": make_role("sagemaker")},
        SubnetIds=["subnet-1"],
        VpcId=vpc_id,
    )["DomainId"]
    file_system = sagemaker.describe_domain(DomainId=made)["HomeEfsFileSystemId"]
    assert file_system in {f["FileSystemId"] for f in efs.describe_file_systems()["FileSystems"]}
    sagemaker.delete_domain(DomainId=made, RetentionPolicy={"HomeEfsFileSystem": policy})
    listed = [f["FileSystemId"] for f in efs.describe_file_systems()["FileSystems"]]
    assert listed.count(file_system) == left

    only_ours = [{"Name": "vpc-id", "Values": [vpc_id]}]
    found = ec2.describe_security_groups(Filters=only_ours)["SecurityGroups"]
    groups = {g["GroupName"]: g for g in found if g["GroupName"] != "default"}
    assert set(groups) == {f"security-group-for-{d}-nfs-{made}" for d in ("inbound", "outbound")}
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_vpc(VpcId=vpc_id)
    for group in groups.values():
        with pytest.raises(ClientError, match="dependent object"):
            ec2.delete_security_group(GroupId=group["GroupId"])
    inbound, outbound = (
        groups[f"security-group-for-{d}-nfs-{made}"] for d in ("inbound", "outbound")
    )
    ec2.revoke_security_group_ingress(
        GroupId=inbound["GroupId"], IpPermissions=inbound["IpPermissions"]
    )
    ec2.revoke_security_group_egress(
        GroupId=outbound["GroupId"], IpPermissions=outbound["IpPermissionsEgress"]
    )
    for group in groups.values():
        ec2.delete_security_group(GroupId=group["GroupId"])
    ec2.delete_vpc(VpcId=vpc_id)


def test_interfaces_of_the_file_system_outlive_the_domain_for_a_moment(
    client: Any, cloud: Any, unique: str, make_role: Any
) -> None:
    sagemaker, ec2 = client("sagemaker"), client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=block)["Subnet"]["SubnetId"]
        for block in ("10.0.0.0/26", "10.0.0.64/26")
    ]
    made = sagemaker.create_domain(
        DomainName=unique,
        AuthMode="IAM",
        DefaultUserSettings={"ExecutionRole": make_role("sagemaker")},
        SubnetIds=subnets,
        VpcId=vpc_id,
    )["DomainId"]

    def listed(name: str, value: str) -> list[str]:
        found = ec2.describe_network_interfaces(Filters=[{"Name": name, "Values": [value]}])
        return sorted(eni["SubnetId"] for eni in found["NetworkInterfaces"])

    assert listed("vpc-id", vpc_id) == sorted(subnets)
    assert listed("subnet-id", subnets[0]) == [subnets[0]]
    assert listed("description", "AWS Lambda VPC ENI*") == []

    sagemaker.delete_domain(DomainId=made, RetentionPolicy={"HomeEfsFileSystem": "Delete"})
    name = f"security-group-for-inbound-nfs-{made}"
    (inbound,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [name]}])[
        "SecurityGroups"
    ]
    _revoke_all(ec2, vpc_id)
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_security_group(GroupId=inbound["GroupId"])
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnets[0])
    cloud.control("clock", {"advance_seconds": 3})
    ec2.delete_security_group(GroupId=inbound["GroupId"])
    ec2.delete_subnet(SubnetId=subnets[0])
    assert listed("vpc-id", vpc_id) == []


def _revoke_all(ec2: Any, vpc_id: str) -> None:
    found = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])
    for group in found["SecurityGroups"]:
        names = {"GroupId": group["GroupId"]}
        if group["IpPermissions"]:
            ec2.revoke_security_group_ingress(**names, IpPermissions=group["IpPermissions"])
        if group["IpPermissionsEgress"]:
            ec2.revoke_security_group_egress(**names, IpPermissions=group["IpPermissionsEgress"])


def test_flow_log_is_described_in_full(client: Any, make_role: Any) -> None:
    ec2 = client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    role = make_role("vpc-flow-logs")
    ids = ec2.create_flow_logs(
        ResourceIds=[vpc_id],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName="flow",
        DeliverLogsPermissionArn=role,
        TagSpecifications=[{"ResourceType": "vpc-flow-log", "Tags": [{"Key": "a", "Value": "b"}]}],
    )["FlowLogIds"]
    (described,) = ec2.describe_flow_logs(FlowLogIds=ids)["FlowLogs"]
    assert described["DeliverLogsPermissionArn"] == role
    assert described["MaxAggregationInterval"] == 600
    assert described["Tags"] == [{"Key": "a", "Value": "b"}]
    ec2.delete_flow_logs(FlowLogIds=ids)
