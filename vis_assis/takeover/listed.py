"""Finds resources that AWS gives an id: by their name within their parent, or by name and tags.

Several may have the same name, so those at the top count only with the tag `project` of the stack.
"""

from __future__ import annotations

import json
from typing import Any

from vis_assis.aws.cloud import Cloud
from vis_assis.takeover.ownership import is_ours, only
from vis_assis.takeover.planned import Planned


def http_api(cloud: Cloud, planned: Planned) -> str | None:
    pages = cloud.client("apigatewayv2").get_paginator("get_apis").paginate()
    found = [
        api["ApiId"]
        for page in pages
        for api in page["Items"]
        if api["Name"] == planned["name"] and is_ours(api.get("Tags"), planned)
    ]
    return only("HTTP API", planned["name"], found)


def _of_api(cloud: Cloud, planned: Planned, operation: str, **wanted: Any) -> list[str]:
    """The items of an API with these attributes, whose id is called after the operation."""
    pages = cloud.client("apigatewayv2").get_paginator(f"get_{operation}s")
    return [
        item[f"{operation.capitalize()}Id"]
        for page in pages.paginate(ApiId=planned["api_id"])
        for item in page["Items"]
        if all(item.get(name) == value for name, value in wanted.items())
    ]


def authorizer(cloud: Cloud, planned: Planned) -> str | None:
    found = _of_api(cloud, planned, "authorizer", Name=planned["name"])
    return _of_parent(planned["api_id"], only("authorizer", planned["name"], found))


def integration(cloud: Cloud, planned: Planned) -> str | None:
    uri = planned["integration_uri"]
    found = _of_api(cloud, planned, "integration", IntegrationUri=uri)
    return _of_parent(planned["api_id"], only("integration", uri, found))


def route(cloud: Cloud, planned: Planned) -> str | None:
    found = _of_api(cloud, planned, "route", RouteKey=planned["route_key"])
    return _of_parent(planned["api_id"], only("route", planned["route_key"], found))


def stage(cloud: Cloud, planned: Planned) -> str | None:
    names = {"ApiId": planned["api_id"], "StageName": planned["name"]}
    cloud.client("apigatewayv2").get_stage(**names)
    return f"{planned['api_id']}/{planned['name']}"


def user_pool(cloud: Cloud, planned: Planned) -> str | None:
    cognito = cloud.client("cognito-idp")
    pages = cognito.get_paginator("list_user_pools").paginate(MaxResults=60)
    named = [
        pool["Id"]
        for page in pages
        for pool in page["UserPools"]
        if pool["Name"] == planned["name"]
    ]
    found = [
        identifier
        for identifier in named
        if is_ours(
            cognito.describe_user_pool(UserPoolId=identifier)["UserPool"].get("UserPoolTags"),
            planned,
        )
    ]
    return only("user pool", planned["name"], found)


def user_pool_client(cloud: Cloud, planned: Planned) -> str | None:
    pool = planned["user_pool_id"]
    pages = cloud.client("cognito-idp").get_paginator("list_user_pool_clients")
    found = [
        client["ClientId"]
        for page in pages.paginate(UserPoolId=pool)
        for client in page["UserPoolClients"]
        if client["ClientName"] == planned["name"]
    ]
    return _of_parent(pool, only("user pool client", planned["name"], found))


def event_source_mapping(cloud: Cloud, planned: Planned) -> str | None:
    pages = cloud.client("lambda").get_paginator("list_event_source_mappings")
    found = [
        mapping["UUID"]
        for page in pages.paginate(
            FunctionName=planned["function_name"], EventSourceArn=planned["event_source_arn"]
        )
        for mapping in page["EventSourceMappings"]
    ]
    return only("event source mapping", planned["function_name"], found)


def permission(cloud: Cloud, planned: Planned) -> str | None:
    name = planned["function_name"].rsplit(":", 1)[-1]
    policy = json.loads(cloud.client("lambda").get_policy(FunctionName=name)["Policy"])
    known = any(entry["Sid"] == planned["statement_id"] for entry in policy["Statement"])
    return f"{name}/{planned['statement_id']}" if known else None


def _of_parent(parent: str, identifier: str | None) -> str | None:
    return None if identifier is None else f"{parent}/{identifier}"


FINDERS = {
    "aws_apigatewayv2_api": http_api,
    "aws_apigatewayv2_authorizer": authorizer,
    "aws_apigatewayv2_integration": integration,
    "aws_apigatewayv2_route": route,
    "aws_apigatewayv2_stage": stage,
    "aws_cognito_user_pool": user_pool,
    "aws_cognito_user_pool_client": user_pool_client,
    "aws_lambda_event_source_mapping": event_source_mapping,
    "aws_lambda_permission": permission,
}
