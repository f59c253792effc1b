"""The Studio domain as deployed: what it shows, and what its users may and may not do."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.modules.planned_policies import Statement, resource_patterns
from tests.stack.api_driver import ALLOW, MODELS, PIXEL, ROUTES, ApiDriver, preflight, send
from tests.stack.stack_driver import TypeDriver
from vis_assis.journeys import edge_path
from vis_assis.local.local_stack import LocalStack


@pytest.fixture
def domain(studio_stack: LocalStack) -> dict[str, Any]:
    sagemaker = studio_stack.client("sagemaker")
    (listed,) = sagemaker.list_domains()["Domains"]
    described: dict[str, Any] = sagemaker.describe_domain(DomainId=listed["DomainId"])
    return described


@pytest.fixture
def as_user(studio_stack: LocalStack, domain: dict[str, Any]) -> Any:
    """Gives clients that act as Studio's users do."""
    role_arn = domain["DefaultUserSettings"]["ExecutionRole"]
    keys = studio_stack.cloud.control("credentials", {"role_arn": role_arn})
    return lambda service: studio_stack.client(
        service,
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["AWS_SESSION_TOKEN"],
    )


def test_the_plan_with_studio_is_empty(studio_stack: LocalStack) -> None:
    assert studio_stack.terraform.changes() == ""


def test_the_outputs_lead_into_studio(studio_stack: LocalStack, domain: dict[str, Any]) -> None:
    outputs, domain_id = studio_stack.outputs, domain["DomainId"]
    assert outputs["studio_domain_id"] == domain_id
    assert outputs["studio_url"] == f"https://{domain_id}.studio.eu-west-1.sagemaker.aws"
    profile = studio_stack.client("sagemaker").describe_user_profile(
        DomainId=domain_id, UserProfileName=outputs["studio_user_profile_name"]
    )
    assert profile["Status"] == "InService"


def test_the_navigation_route_asks_instances_that_are_kept_started(
    studio_stack: LocalStack,
) -> None:
    kept = studio_stack.client("lambda").get_provisioned_concurrency_config(
        FunctionName=studio_stack.outputs["function_names"]["invoke_navigation"],
        Qualifier="started",
    )
    assert kept["RequestedProvisionedConcurrentExecutions"] == 2
    # There is no endpoint: 500 would say that the gateway may not invoke them.
    assert ApiDriver(studio_stack).ask(image_data=PIXEL).status == 503


def test_a_stack_that_names_no_origins_lets_every_page_call(studio_stack: LocalStack) -> None:
    """This one does, where the first is restricted."""
    user, origin = ApiDriver(studio_stack), "https://anywhere.example.net"
    for method, path in ROUTES:
        url = studio_stack.outputs["api_url"] + path
        assert preflight(url, origin, method, "authorization").headers[ALLOW] == "*"
    assert user.call(MODELS, headers={"Origin": origin}).headers[ALLOW] == "*"

    driver = TypeDriver(studio_stack, "tts")
    driver.upload_by_hand("model.zip", "anywhere")
    driver.wait_until_shows("anywhere")
    try:
        url = user.call(MODELS).json()["tts"]["download_url"]
        assert preflight(url, origin, "GET", "range").headers[ALLOW] == "*"
        assert send("GET", url, {"Origin": origin}).headers[ALLOW] == "*"
    finally:
        driver.reset()


def test_the_policies_with_ids_of_aws_are_as_narrow_as_aws_allows(studio_stack: LocalStack) -> None:
    """The plan does not know them yet, so they are judged as deployed."""
    iam = studio_stack.client("iam")
    teardown = studio_stack.outputs["function_names"]["teardown"]
    policies = {
        "studio-contents": teardown,
        "studio-network": teardown,
        "studio-domain": "vis-assis-b-studio-user",
    }
    for name, role in policies.items():
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for content in document["Statement"]:
            statement = Statement(name, content)
            for action in statement.actions:
                assert "*" not in action, f"{statement}: {action}"
                if "*" in statement.resources:
                    assert not resource_patterns(action), f"{statement}: {action}"
                elif patterns := resource_patterns(action):
                    assert any(_may_match(p, r) for p in patterns for r in statement.resources), (
                        f"{statement}: {action} has no effect"
                    )


def _may_match(pattern: re.Pattern[str], resource: str) -> bool:
    """A `*` at the end stands for further parts of the path, too."""
    more = ("", "/*", "/*/*") if resource.endswith("*") else ("",)
    return any(pattern.fullmatch(resource + parts) for parts in more)


def test_the_groups_are_shown_in_the_domain(
    studio_stack: LocalStack, domain: dict[str, Any]
) -> None:
    sagemaker = studio_stack.client("sagemaker")
    for name in studio_stack.outputs["model_package_group_names"].values():
        group = sagemaker.describe_model_package_group(ModelPackageGroupName=name)
        tags = sagemaker.list_tags(ResourceArn=group["ModelPackageGroupArn"])["Tags"]
        assert {"Key": "sagemaker:domain-arn", "Value": domain["DomainArn"]} in tags


def test_the_network_has_no_nat_and_logs_its_traffic(
    studio_stack: LocalStack, domain: dict[str, Any]
) -> None:
    ec2 = studio_stack.client("ec2")
    assert ec2.describe_nat_gateways()["NatGateways"] == []
    (flow_log,) = ec2.describe_flow_logs()["FlowLogs"]
    assert flow_log["ResourceId"] == domain["VpcId"]
    assert flow_log["TrafficType"] == "ALL"


def test_a_user_runs_and_approves_but_removes_nothing(
    studio_stack: LocalStack, stack: LocalStack, as_user: Any
) -> None:
    sagemaker = as_user("sagemaker")
    pipelines = studio_stack.outputs["pipeline_names"]
    arn = edge_path.run_pipeline(sagemaker, pipelines["tts"])
    assert edge_path.wait_for_execution(sagemaker, arn) == "Succeeded"
    version = edge_path.registered_version(sagemaker, "tts", arn)
    edge_path.set_approval(sagemaker, version.arn, "Approved")
    bucket = studio_stack.outputs["production_bucket"]
    edge_path.wait_for_promotion(studio_stack.client("s3"), bucket, version)

    with pytest.raises(ClientError, match="not authorized"):
        sagemaker.delete_model_package(ModelPackageName=version.arn)
    with pytest.raises(ClientError, match="not authorized"):
        sagemaker.delete_pipeline(PipelineName=pipelines["tts"], ClientRequestToken="t" * 32)
    with pytest.raises(ClientError, match="not authorized"):
        edge_path.run_pipeline(sagemaker, stack.outputs["pipeline_names"]["tts"])
    other = TypeDriver(stack, "tts")
    foreign = other.register("of another stack", upload=False)
    with pytest.raises(ClientError, match="not authorized"):
        edge_path.set_approval(sagemaker, foreign, "Approved")
    other.reset()


def test_only_the_named_take_on_the_role_that_approves(
    studio_stack: LocalStack, stack: LocalStack
) -> None:
    iam, approver = studio_stack.client("iam"), studio_stack.outputs["model_approver_role_arn"]
    assert "model_approver_role_arn" not in stack.outputs
    trust = iam.get_role(RoleName="vis-assis-teardown")["Role"]["AssumeRolePolicyDocument"]
    allow = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": approver}
    may_ask = {"Version": "2012-10-17", "Statement": [allow]}
    for name in ("reviewer", "somebody"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        # Both may ask: what tells them apart is whom the role trusts.
        iam.put_role_policy(RoleName=name, PolicyName="review", PolicyDocument=json.dumps(may_ask))
    try:
        with pytest.raises(ClientError, match="sts:AssumeRole"):
            _taken_on(studio_stack, "somebody", approver)
        sagemaker = _taken_on(studio_stack, "reviewer", approver)
        own, other = TypeDriver(studio_stack, "tts"), TypeDriver(stack, "tts")
        version, foreign = (driver.register("to judge", upload=False) for driver in (own, other))
        edge_path.set_approval(sagemaker, version, "Rejected")
        with pytest.raises(ClientError, match="not authorized"):
            edge_path.set_approval(sagemaker, foreign, "Rejected")
        with pytest.raises(ClientError, match="not authorized"):
            sagemaker.delete_model_package(ModelPackageName=version)
        own.sagemaker.delete_model_package(ModelPackageName=version)
        other.reset()
    finally:
        for name in ("reviewer", "somebody"):
            iam.delete_role_policy(RoleName=name, PolicyName="review")
            iam.delete_role(RoleName=name)


def _taken_on(stack: LocalStack, who: str, role: str) -> Any:
    """A client of `role`, which the role `who` takes on."""
    keys = stack.cloud.control("credentials", {"role_arn": f"arn:aws:iam::123456789012:role/{who}"})
    sts = stack.client(
        "sts",
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=keys["AWS_SESSION_TOKEN"],
    )
    taken = sts.assume_role(RoleArn=role, RoleSessionName="review")["Credentials"]
    return stack.client(
        "sagemaker",
        aws_access_key_id=taken["AccessKeyId"],
        aws_secret_access_key=taken["SecretAccessKey"],
        aws_session_token=taken["SessionToken"],
    )


def test_a_user_sees_its_own_domain_and_opens_none(domain: dict[str, Any], as_user: Any) -> None:
    sagemaker = as_user("sagemaker")
    own = domain["DomainId"]
    assert sagemaker.describe_domain(DomainId=own)["DomainArn"] == domain["DomainArn"]
    profile = sagemaker.describe_user_profile(DomainId=own, UserProfileName="default")
    assert profile["Status"] == "InService"
    other = "d-ofanotherone"
    for call, names in (
        (sagemaker.create_presigned_domain_url, {"DomainId": own, "UserProfileName": "default"}),
        (sagemaker.create_presigned_domain_url, {"DomainId": other, "UserProfileName": "default"}),
        (sagemaker.describe_user_profile, {"DomainId": other, "UserProfileName": "default"}),
        (sagemaker.describe_domain, {"DomainId": other}),
    ):
        with pytest.raises(ClientError, match="not authorized"):
            call(**names)
