"""Amplify, Application Auto Scaling and API Gateway."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support import functions as f


def test_a_branch_is_built_once_at_a_time(client: Any, cloud: Any) -> None:
    amplify = client("amplify")
    app_id = amplify.create_app(name="front")["app"]["appId"]
    branch = {"appId": app_id, "branchName": "main"}
    amplify.create_branch(**branch)

    def statuses() -> list[str]:
        return [job["status"] for job in amplify.list_jobs(**branch)["jobSummaries"]]

    assert amplify.start_job(**branch, jobType="RELEASE")["jobSummary"]["status"] == "PENDING"
    with pytest.raises(amplify.exceptions.LimitExceededException, match="pending or running"):
        amplify.start_job(**branch, jobType="RELEASE")
    cloud.control("clock", {"advance_seconds": 2})
    assert statuses() == ["RUNNING"]
    cloud.control("clock", {"advance_seconds": 4})
    assert statuses() == ["SUCCEED"]
    job = amplify.start_job(**branch, jobType="RELEASE")["jobSummary"]["jobId"]
    assert amplify.stop_job(**branch, jobId=job)["jobSummary"]["status"] == "CANCELLED"
    cloud.control("clock", {"advance_seconds": 9})
    assert statuses() == ["CANCELLED", "SUCCEED"]
    with pytest.raises(amplify.exceptions.NotFoundException):
        amplify.stop_job(**branch, jobId="9")
    amplify.delete_app(appId=app_id)


def test_service_quotas_are_the_limits_that_endpoints_keep_to(client: Any, cloud: Any) -> None:
    asked = client("service-quotas")

    def values(service: str) -> dict[str, float]:
        listed = asked.list_service_quotas(ServiceCode=service)["Quotas"]
        return {item["QuotaName"]: item["Value"] for item in listed}

    name = "ml.g5.xlarge for endpoint usage"
    assert values("lambda") == {"Concurrent executions": 1000}
    assert values("sagemaker")[name] > 4
    cloud.control("endpoints", {"quotas": {"ml.g5.xlarge": 1}})
    assert values("sagemaker")[name] == 1
    cloud.control("endpoints", {"quotas": {"ml.g5.xlarge": None}})
    with pytest.raises(asked.exceptions.NoSuchResourceException):
        values("no-such-service")


def test_amplify_app_life(client: Any) -> None:
    amplify = client("amplify")
    app = amplify.create_app(name="front", environmentVariables={"A": "1", "B": "2"})["app"]
    app_id = app["appId"]
    amplify.update_app(appId=app_id, environmentVariables={"B": "3"})
    assert amplify.get_app(appId=app_id)["app"]["environmentVariables"] == {"B": "3"}
    amplify.create_branch(appId=app_id, branchName="main")
    job = amplify.start_job(appId=app_id, branchName="main", jobType="RELEASE")["jobSummary"]
    assert (job["jobId"], job["status"]) == ("1", "PENDING")
    assert amplify.get_branch(appId=app_id, branchName="main")["branch"]["activeJobId"] == "1"
    assert len(amplify.list_branches(appId=app_id)["branches"]) == 1
    amplify.tag_resource(resourceArn=app["appArn"], tags={"a": "b", "c": "d"})
    amplify.untag_resource(resourceArn=app["appArn"], tagKeys=["a"])
    assert amplify.list_tags_for_resource(resourceArn=app["appArn"])["tags"] == {"c": "d"}
    amplify.delete_app(appId=app_id)
    for operation, names in (("get_app", {}), ("get_branch", {"branchName": "main"})):
        with pytest.raises(ClientError) as caught:
            getattr(amplify, operation)(appId=app_id, **names)
        assert caught.value.response["Error"]["Code"] == "NotFoundException"


def test_scalable_targets_keep_tags(client: Any, unique: str) -> None:
    scaling = client("application-autoscaling")
    arn = scaling.register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId=f"table/{unique}",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=1,
        MaxCapacity=2,
        Tags={"a": "b"},
    )["ScalableTargetARN"]
    scaling.tag_resource(ResourceARN=arn, Tags={"c": "d"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"c": "d"}


@pytest.fixture
def api_id(client: Any, unique: str, make_role: Any) -> str:
    """An HTTP API with one open route to a function that does not allow it yet."""
    source = "def handle(event, context):\n    return {'statusCode': 200, 'body': 'hello'}\n"
    arn = f.create_function(client, unique, make_role("lambda"), source)
    gateway = client("apigatewayv2")
    identifier = gateway.create_api(Name=unique, ProtocolType="HTTP")["ApiId"]
    integration = gateway.create_integration(
        ApiId=identifier,
        IntegrationType="AWS_PROXY",
        IntegrationUri=arn,
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    gateway.create_route(
        ApiId=identifier, RouteKey="GET /hello", Target=f"integrations/{integration}"
    )
    gateway.create_stage(ApiId=identifier, StageName="$default", AutoDeploy=True)
    return str(identifier)


def get(cloud: Any, api_id: str, path: str) -> tuple[int, str]:
    host = cloud.endpoint_url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    name = f"{api_id}.execute-api.localhost:{host.rpartition(':')[2]}"
    connection.request("GET", path, headers={"Host": name})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_route_needs_permission_to_invoke(
    cloud: Any, client: Any, unique: str, api_id: str
) -> None:
    status, body = get(cloud, api_id, "/hello")
    assert (status, json.loads(body)) == (500, {"message": "Internal Server Error"})
    client("lambda").add_permission(
        FunctionName=unique,
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:eu-west-1:123456789012:{api_id}/*/GET/hello",
    )
    assert get(cloud, api_id, "/hello") == (200, "hello")


def test_an_api_is_reached_by_its_endpoint_without_dns(
    cloud: Any, client: Any, api_id: str
) -> None:
    url = client("apigatewayv2").get_api(ApiId=api_id)["ApiEndpoint"]
    assert url.startswith(cloud.endpoint_url)
    host = cloud.endpoint_url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("GET", f"{url.removeprefix(cloud.endpoint_url)}/no-such-route")
    answer = connection.getresponse()
    assert (answer.status, json.load(answer)) == (404, {"message": "Not Found"})
    # The same route by AWS's form of the host name.
    assert get(cloud, api_id, "/no-such-route")[0] == 404


def test_jwt_authorizer_has_no_request_settings(client: Any, api_id: str) -> None:
    gateway = client("apigatewayv2")
    created = gateway.create_authorizer(
        ApiId=api_id,
        AuthorizerType="JWT",
        Name="users",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Audience": ["a"], "Issuer": "https://issuer.example"},
    )
    read = gateway.get_authorizer(ApiId=api_id, AuthorizerId=created["AuthorizerId"])
    for answer in (created, read):
        assert not {"AuthorizerPayloadFormatVersion", "EnableSimpleResponses"} & set(answer)
        assert "AuthorizerResultTtlInSeconds" not in answer


def test_a_route_that_was_made_already_is_refused(client: Any, api_id: str) -> None:
    gateway = client("apigatewayv2")
    (before,) = gateway.get_routes(ApiId=api_id)["Items"]
    with pytest.raises(gateway.exceptions.ConflictException, match="GET /hello already exists"):
        gateway.create_route(ApiId=api_id, RouteKey="GET /hello", Target=before["Target"])
    assert gateway.get_routes(ApiId=api_id)["Items"] == [before]
    assert gateway.create_route(ApiId=api_id, RouteKey="POST /hello")["RouteId"]


def test_services_of_ecs_and_their_alarms_are_those_of_the_account(
    client: Any, unique: str
) -> None:
    ecs, cloudwatch = client("ecs"), client("cloudwatch")
    api = client("application-autoscaling")
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{unique}/web",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    ecs.create_cluster(clusterName=unique)
    with pytest.raises(ClientError, match="ECS service doesn't exist"):
        api.register_scalable_target(**target, MinCapacity=1, MaxCapacity=2)
    container = {"name": "web", "image": "web", "memory": 64}
    ecs.register_task_definition(family=unique, containerDefinitions=[container])
    ecs.create_service(cluster=unique, serviceName="web", taskDefinition=unique, desiredCount=0)
    api.register_scalable_target(**target, MinCapacity=1, MaxCapacity=2)
    metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    config = {"TargetValue": 6.0, "PredefinedMetricSpecification": metric}

    def put() -> set[str]:
        answer = api.put_scaling_policy(
            **target,
            PolicyName="load",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=config,
        )
        return {alarm["AlarmName"] for alarm in answer["Alarms"]}

    def alarms() -> set[str]:
        prefix = f"TargetTracking-{target['ResourceId']}"
        found = cloudwatch.describe_alarms(AlarmNamePrefix=prefix)["MetricAlarms"]
        return {alarm["AlarmName"] for alarm in found}

    put()
    assert put() == alarms()
    assert len(alarms()) == 2
    api.deregister_scalable_target(**target)
    assert alarms() == set()


def test_a_registry_of_another_account_gives_what_it_shares(client: Any) -> None:
    ecr = client("ecr")

    def ask(registry: str, tag: str) -> Any:
        names = {"registryId": registry, "repositoryName": "sagemaker-scikit-learn"}
        return ecr.batch_get_image(**names, imageIds=[{"imageTag": tag}])

    assert ask("141502667606", "1.9-0-cpu-py3")["images"][0]["registryId"] == "141502667606"
    assert ask("141502667606", "0")["failures"][0]["failureCode"] == "ImageNotFound"
    with pytest.raises(ClientError, match="no resource-based policy allows the ecr:BatchGetImage"):
        ask("111111111111", "1.9-0-cpu-py3")
