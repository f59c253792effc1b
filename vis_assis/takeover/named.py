"""Finds resources whose name is unique in the account: what exists under our name is ours.

Each finder takes the account and the planned attributes and gives the id that Terraform imports
by, or None. Formats: "Import" in https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs
"""

from __future__ import annotations

from vis_assis.aws.cloud import Cloud
from vis_assis.takeover.planned import Planned


def bucket(cloud: Cloud, planned: Planned) -> str | None:
    """Answers 403, which is raised, for a bucket of another account."""
    cloud.client("s3").head_bucket(Bucket=planned["bucket"])
    return str(planned["bucket"])


def role(cloud: Cloud, planned: Planned) -> str | None:
    cloud.client("iam").get_role(RoleName=planned["name"])
    return str(planned["name"])


def role_policy(cloud: Cloud, planned: Planned) -> str | None:
    names = {"RoleName": planned["role"], "PolicyName": planned["name"]}
    cloud.client("iam").get_role_policy(**names)
    return f"{planned['role']}:{planned['name']}"


def role_policy_attachment(cloud: Cloud, planned: Planned) -> str | None:
    pages = cloud.client("iam").get_paginator("list_attached_role_policies")
    for page in pages.paginate(RoleName=planned["role"]):
        if any(p["PolicyArn"] == planned["policy_arn"] for p in page["AttachedPolicies"]):
            return f"{planned['role']}/{planned['policy_arn']}"
    return None


def policy(cloud: Cloud, planned: Planned) -> str | None:
    partition, account = cloud.identity
    arn = f"arn:{partition}:iam::{account}:policy{planned.get('path') or '/'}{planned['name']}"
    cloud.client("iam").get_policy(PolicyArn=arn)
    return arn


def function(cloud: Cloud, planned: Planned) -> str | None:
    cloud.client("lambda").get_function(FunctionName=planned["function_name"])
    return str(planned["function_name"])


def queue(cloud: Cloud, planned: Planned) -> str | None:
    return str(cloud.client("sqs").get_queue_url(QueueName=planned["name"])["QueueUrl"])


def topic(cloud: Cloud, planned: Planned) -> str | None:
    arn = cloud.arn("sns", planned["name"])
    cloud.client("sns").get_topic_attributes(TopicArn=arn)
    return arn


def log_group(cloud: Cloud, planned: Planned) -> str | None:
    pages = cloud.client("logs").get_paginator("describe_log_groups")
    for page in pages.paginate(logGroupNamePrefix=planned["name"]):
        if any(group["logGroupName"] == planned["name"] for group in page["logGroups"]):
            return str(planned["name"])
    return None


def alarm(cloud: Cloud, planned: Planned) -> str | None:
    name = planned["alarm_name"]
    answer = cloud.client("cloudwatch").describe_alarms(
        AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return str(name) if answer["MetricAlarms"] or answer.get("CompositeAlarms") else None


def dashboard(cloud: Cloud, planned: Planned) -> str | None:
    cloud.client("cloudwatch").get_dashboard(DashboardName=planned["dashboard_name"])
    return str(planned["dashboard_name"])


def rule(cloud: Cloud, planned: Planned) -> str | None:
    cloud.client("events").describe_rule(Name=planned["name"])
    return str(planned["name"])


def target(cloud: Cloud, planned: Planned) -> str | None:
    listed = cloud.client("events").list_targets_by_rule(Rule=planned["rule"])["Targets"]
    known = any(entry["Id"] == planned["target_id"] for entry in listed)
    return f"{planned['rule']}/{planned['target_id']}" if known else None


def model_package_group(cloud: Cloud, planned: Planned) -> str | None:
    name = planned["model_package_group_name"]
    cloud.client("sagemaker").describe_model_package_group(ModelPackageGroupName=name)
    return str(name)


def pipeline(cloud: Cloud, planned: Planned) -> str | None:
    cloud.client("sagemaker").describe_pipeline(PipelineName=planned["pipeline_name"])
    return str(planned["pipeline_name"])


FINDERS = {
    "aws_cloudwatch_composite_alarm": alarm,
    "aws_cloudwatch_dashboard": dashboard,
    "aws_cloudwatch_event_rule": rule,
    "aws_cloudwatch_event_target": target,
    "aws_cloudwatch_log_group": log_group,
    "aws_cloudwatch_metric_alarm": alarm,
    "aws_iam_policy": policy,
    "aws_iam_role": role,
    "aws_iam_role_policy": role_policy,
    "aws_iam_role_policy_attachment": role_policy_attachment,
    "aws_lambda_function": function,
    "aws_s3_bucket": bucket,
    "aws_sagemaker_model_package_group": model_package_group,
    "aws_sagemaker_pipeline": pipeline,
    "aws_sns_topic": topic,
    "aws_sqs_queue": queue,
}
