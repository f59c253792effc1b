"""How each type of resource is found in an account, by what a plan says about it.

Import ids: "Import" in https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vis_assis.aws.cloud import Cloud
from vis_assis.errors import CommandError

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Finder:
    """One read of AWS that tells whether a resource exists.

    Args:
        service: boto3 client.
        operation: describes one thing, or lists many.
        request: the planned attributes that its parameters take, by parameter; in brackets for a
            parameter that is a list.
        id: the import id, of planned attributes and of fields of the answer.
        items: where a list is in its answer; empty for an operation that describes one thing.
        match: fields of a listed item by name, with the planned attribute that they equal.
        fixed: further parameters, which are the same for each.
        is_tagged: whether strangers may use the same name, so that the stack's tags decide.
    """

    service: str
    operation: str
    request: Mapping[str, str]
    id: str
    items: str = ""
    match: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    is_tagged: bool = False

    def find(self, cloud: Cloud, planned: Values) -> str | None:
        """The import id; None when there is no such thing, or the plan does not know enough yet.

        Args:
            cloud: the account.
            planned: attributes of a resource that would be created.

        Raises:
            CommandError: when several fit.
            botocore.exceptions.ClientError: from AWS, also when the thing does not exist.
        """
        try:
            request = {
                name: [planned[wanted[1:-1]]] if wanted.startswith("[") else planned[wanted]
                for name, wanted in self.request.items()
            }
            wanted = {name: planned[attribute] for name, attribute in self.match.items()}
        except KeyError:  # of a parent that is new as well
            return None
        request |= self.fixed
        client = cloud.client(self.service)
        if not self.items:
            return self.id.format(**planned, **getattr(client, self.operation)(**request))
        found = [
            self.id.format(**planned, **item)
            for page in client.get_paginator(self.operation).paginate(**request)
            for item in page[self.items]
            if all(item.get(name) == value for name, value in wanted.items())
            and (not self.is_tagged or _has_tags(_tags(client, item), planned))
        ]
        return _only(found, self.items, " ".join(map(str, wanted.values())))


class _Topic(Finder):
    def find(self, cloud: Cloud, planned: Values) -> str | None:
        arn = cloud.arn("sns", planned["name"])
        cloud.client("sns").get_topic_attributes(TopicArn=arn)
        return arn


class _Budget(Finder):
    def find(self, cloud: Cloud, planned: Values) -> str | None:
        account, name = cloud.identity[1], planned["name"]
        cloud.client("budgets").describe_budget(AccountId=account, BudgetName=name)
        return f"{account}:{name}"


class _Policy(Finder):
    def find(self, cloud: Cloud, planned: Values) -> str | None:
        partition, account = cloud.identity
        arn = f"arn:{partition}:iam::{account}:policy/{planned['name']}"
        cloud.client("iam").get_policy(PolicyArn=arn)
        return arn


class _Key(Finder):
    """A key has no name, and one that waits for its deletion is none any more."""

    def find(self, cloud: Cloud, planned: Values) -> str | None:
        kms = cloud.client("kms")
        keys = (
            kms.describe_key(KeyId=item["KeyId"])["KeyMetadata"]
            for page in kms.get_paginator("list_keys").paginate()
            for item in page["Keys"]
        )
        found = [
            key["KeyId"]
            for key in keys
            if key["KeyState"] != "PendingDeletion"
            and key["Description"] == planned["description"]
            and _has_tags(_tags(kms, key), planned)
        ]
        return _only(found, "keys", planned["description"])


class _Permission(Finder):
    def find(self, cloud: Cloud, planned: Values) -> str | None:
        if "function_name" not in planned:
            return None
        name, alias = planned["function_name"].rsplit(":", 1)[-1], planned.get("qualifier")
        of_alias = {"Qualifier": alias} if alias else {}
        answer = cloud.client("lambda").get_policy(FunctionName=name, **of_alias)
        statements = json.loads(answer["Policy"])["Statement"]
        known = any(entry["Sid"] == planned["statement_id"] for entry in statements)
        holder = f"{name}:{alias}" if alias else name
        return f"{holder}/{planned['statement_id']}" if known else None


def _only(found: list[str], items: str, what: str) -> str | None:
    if len(found) > 1:
        raise CommandError(
            f"{len(found)} of {items} fit {what} ({', '.join(found)}): "
            "delete those that are not the stack's"
        )
    return found[0] if found else None


def _tags(client: Any, item: Values) -> Iterator[tuple[str, str]]:
    if "DomainArn" in item:
        tags = client.list_tags(ResourceArn=item["DomainArn"])["Tags"]
    elif client.meta.service_model.service_name == "cognito-idp":
        tags = client.describe_user_pool(UserPoolId=item["Id"])["UserPool"].get("UserPoolTags")
    elif "KeyUsage" in item:
        listed = client.list_resource_tags(KeyId=item["KeyId"])["Tags"]
        tags = {tag["TagKey"]: tag["TagValue"] for tag in listed}
    else:
        tags = item.get("Tags")
    if isinstance(tags, Mapping):
        yield from tags.items()
    else:
        yield from ((tag["Key"], tag["Value"]) for tag in tags or ())


def _has_tags(tags: Iterator[tuple[str, str]], planned: Values) -> bool:
    wanted = planned.get("tags_all") or {}
    return "project" in wanted and {
        (name, value) for name, value in wanted.items() if name in ("Name", "project")
    } <= set(tags)


FINDERS: Mapping[str, Finder] = {
    "aws_apigatewayv2_api": Finder(
        "apigatewayv2", "get_apis", {}, "{ApiId}", "Items", {"Name": "name"}, is_tagged=True
    ),
    "aws_apigatewayv2_authorizer": Finder(
        *("apigatewayv2", "get_authorizers", {"ApiId": "api_id"}, "{api_id}/{AuthorizerId}"),
        *("Items", {"Name": "name"}),
    ),
    "aws_apigatewayv2_integration": Finder(
        *("apigatewayv2", "get_integrations", {"ApiId": "api_id"}, "{api_id}/{IntegrationId}"),
        *("Items", {"IntegrationUri": "integration_uri"}),
    ),
    "aws_apigatewayv2_route": Finder(
        *("apigatewayv2", "get_routes", {"ApiId": "api_id"}, "{api_id}/{RouteId}"),
        *("Items", {"RouteKey": "route_key"}),
    ),
    "aws_apigatewayv2_stage": Finder(
        "apigatewayv2", "get_stage", {"ApiId": "api_id", "StageName": "name"}, "{api_id}/{name}"
    ),
    "aws_budgets_budget": _Budget("budgets", "describe_budget", {}, ""),
    "aws_cloudwatch_composite_alarm": Finder(
        "cloudwatch",
        "describe_alarms",
        {"AlarmNames": "[alarm_name]"},
        "{alarm_name}",
        "CompositeAlarms",
        {"AlarmName": "alarm_name"},
        {"AlarmTypes": ["CompositeAlarm"]},
    ),
    "aws_cloudwatch_dashboard": Finder(
        "cloudwatch", "get_dashboard", {"DashboardName": "dashboard_name"}, "{dashboard_name}"
    ),
    "aws_cloudwatch_event_rule": Finder("events", "describe_rule", {"Name": "name"}, "{name}"),
    "aws_cloudwatch_event_target": Finder(
        *("events", "list_targets_by_rule", {"Rule": "rule"}, "{rule}/{target_id}"),
        *("Targets", {"Id": "target_id"}),
    ),
    "aws_cloudwatch_log_group": Finder(
        *("logs", "describe_log_groups", {"logGroupNamePrefix": "name"}, "{name}"),
        *("logGroups", {"logGroupName": "name"}),
    ),
    "aws_cloudwatch_metric_alarm": Finder(
        *("cloudwatch", "describe_alarms", {"AlarmNames": "[alarm_name]"}, "{alarm_name}"),
        *("MetricAlarms", {"AlarmName": "alarm_name"}),
    ),
    "aws_cognito_user_pool": Finder(
        *("cognito-idp", "list_user_pools", {}, "{Id}"),
        *("UserPools", {"Name": "name"}, {"MaxResults": 60}),
        is_tagged=True,
    ),
    "aws_cognito_user_pool_client": Finder(
        "cognito-idp",
        "list_user_pool_clients",
        {"UserPoolId": "user_pool_id"},
        "{user_pool_id}/{ClientId}",
        "UserPoolClients",
        {"ClientName": "name"},
    ),
    "aws_flow_log": Finder(
        *("ec2", "describe_flow_logs", {}, "{FlowLogId}", "FlowLogs", {"ResourceId": "vpc_id"})
    ),
    "aws_iam_policy": _Policy("iam", "get_policy", {}, ""),
    "aws_iam_role": Finder("iam", "get_role", {"RoleName": "name"}, "{name}"),
    "aws_iam_role_policy": Finder(
        "iam", "get_role_policy", {"RoleName": "role", "PolicyName": "name"}, "{role}:{name}"
    ),
    "aws_iam_role_policy_attachment": Finder(
        *("iam", "list_attached_role_policies", {"RoleName": "role"}, "{role}/{policy_arn}"),
        *("AttachedPolicies", {"PolicyArn": "policy_arn"}),
    ),
    "aws_kms_key": _Key("kms", "list_keys", {}, ""),
    "aws_lambda_alias": Finder(
        "lambda",
        "get_alias",
        {"FunctionName": "function_name", "Name": "name"},
        "{function_name}/{name}",
    ),
    "aws_lambda_event_source_mapping": Finder(
        "lambda",
        "list_event_source_mappings",
        {"FunctionName": "function_name", "EventSourceArn": "event_source_arn"},
        "{UUID}",
        "EventSourceMappings",
    ),
    "aws_lambda_function": Finder(
        "lambda", "get_function", {"FunctionName": "function_name"}, "{function_name}"
    ),
    "aws_lambda_permission": _Permission("lambda", "get_policy", {}, ""),
    # Answers 403, which is raised, for a bucket of another account.
    "aws_s3_bucket": Finder("s3", "head_bucket", {"Bucket": "bucket"}, "{bucket}"),
    "aws_sagemaker_domain": Finder(
        *("sagemaker", "list_domains", {}, "{DomainId}", "Domains", {"DomainName": "domain_name"}),
        is_tagged=True,
    ),
    "aws_sagemaker_model_package_group": Finder(
        "sagemaker",
        "describe_model_package_group",
        {"ModelPackageGroupName": "model_package_group_name"},
        "{model_package_group_name}",
    ),
    "aws_sagemaker_pipeline": Finder(
        *("sagemaker", "describe_pipeline", {"PipelineName": "pipeline_name"}, "{pipeline_name}")
    ),
    "aws_sagemaker_user_profile": Finder(
        "sagemaker",
        "describe_user_profile",
        {"DomainId": "domain_id", "UserProfileName": "user_profile_name"},
        "{UserProfileArn}",
    ),
    "aws_sns_topic": _Topic("sns", "get_topic_attributes", {}, ""),
    "aws_sqs_queue": Finder("sqs", "get_queue_url", {"QueueName": "name"}, "{QueueUrl}"),
    "aws_subnet": Finder(
        *("ec2", "describe_subnets", {}, "{SubnetId}", "Subnets"),
        {"VpcId": "vpc_id", "CidrBlock": "cidr_block"},
    ),
    "aws_vpc": Finder("ec2", "describe_vpcs", {}, "{VpcId}", "Vpcs", is_tagged=True),
}

# Creating these again overwrites what is there, and deleting their parent deletes them.
GO_WITH_PARENT = {
    "aws_default_security_group",
    "aws_lambda_invocation",  # calls a function, makes nothing
    "aws_lambda_provisioned_concurrency_config",
    "aws_s3_bucket_cors_configuration",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_logging",
    "aws_s3_bucket_notification",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
    "aws_s3_object",
    "aws_sns_topic_subscription",
    "terraform_data",  # is in the state only
}
