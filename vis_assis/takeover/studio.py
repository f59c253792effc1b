"""Finds the Studio domain and its network, whose ids AWS gives; by name and the stack's tag."""

from __future__ import annotations

from vis_assis.aws.cloud import Cloud
from vis_assis.takeover.ownership import is_ours, only
from vis_assis.takeover.planned import Planned


def vpc(cloud: Cloud, planned: Planned) -> str | None:
    tags = planned["tags_all"]
    filters = [{"Name": f"tag:{name}", "Values": [tags[name]]} for name in ("Name", "project")]
    found = cloud.client("ec2").describe_vpcs(Filters=filters)["Vpcs"]
    return only("VPC", tags["Name"], [entry["VpcId"] for entry in found])


def subnet(cloud: Cloud, planned: Planned) -> str | None:
    filters = [{"Name": "vpc-id", "Values": [planned["vpc_id"]]}]
    found = cloud.client("ec2").describe_subnets(Filters=filters)["Subnets"]
    block = planned["cidr_block"]
    return only("subnet", block, [s["SubnetId"] for s in found if s["CidrBlock"] == block])


def flow_log(cloud: Cloud, planned: Planned) -> str | None:
    filters = [{"Name": "resource-id", "Values": [planned["vpc_id"]]}]
    found = cloud.client("ec2").describe_flow_logs(Filters=filters)["FlowLogs"]
    return only("flow log of", planned["vpc_id"], [entry["FlowLogId"] for entry in found])


def domain(cloud: Cloud, planned: Planned) -> str | None:
    sagemaker = cloud.client("sagemaker")
    found = []
    for page in sagemaker.get_paginator("list_domains").paginate():
        for entry in page["Domains"]:
            tags = sagemaker.list_tags(ResourceArn=entry["DomainArn"])["Tags"]
            ours = is_ours({tag["Key"]: tag["Value"] for tag in tags}, planned)
            if entry["DomainName"] == planned["domain_name"] and ours:
                found.append(entry["DomainId"])
    return only("Studio domain", planned["domain_name"], found)


def user_profile(cloud: Cloud, planned: Planned) -> str | None:
    names = {"DomainId": planned["domain_id"], "UserProfileName": planned["user_profile_name"]}
    return str(cloud.client("sagemaker").describe_user_profile(**names)["UserProfileArn"])


FINDERS = {
    "aws_flow_log": flow_log,
    "aws_sagemaker_domain": domain,
    "aws_sagemaker_user_profile": user_profile,
    "aws_subnet": subnet,
    "aws_vpc": vpc,
}
