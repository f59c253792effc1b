"""What one local cloud saved, another one holds, under an address of its own."""

from __future__ import annotations

import json
import pickle
import urllib.error
from pathlib import Path
from typing import Any

import pytest

from local_cloud import LocalCloud
from local_cloud.launch.child import StartupError
from local_cloud.testing.clients import Clients, clients_of
from local_cloud.testing.waiting import wait_for
from support import functions as f

RELAY = """
    import json, os, boto3

    def handle(event, context):
        body = event["Records"][0]["body"]
        boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody=body + " relayed")
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }
    ],
}
ALLOWED = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}],
}


def moved(value: Any, before: LocalCloud, after: LocalCloud) -> Any:
    """The value with the port of the one cloud in place of the other's."""
    old, new = (f":{cloud.endpoint_url.rpartition(':')[2]}" for cloud in (before, after))
    return json.loads(json.dumps(value).replace(old, new))


def signed(kms: Any) -> dict[str, Any]:
    """What verifies a signature of a new key."""
    key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    message = {"KeyId": key, "Message": b"m", "SigningAlgorithm": "ECDSA_SHA_256"}
    return {**message, "Signature": kms.sign(**message)["Signature"]}


def test_a_saved_account_works_on_under_another_address(tmp_path: Path) -> None:
    """The function's variable and the queues' URLs have the port of the first in them."""
    with LocalCloud(tmp_path / "first", hub=False) as running:
        client = clients_of(running)
        iam = client("iam")
        role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
        iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=json.dumps(ALLOWED))
        out = f.create_queue(client, "out")
        waiting = f.create_queue(client, "in")
        client("sqs").send_message(QueueUrl=out, MessageBody="from before")
        client("sqs").receive_message(QueueUrl=out, VisibilityTimeout=3600)
        f.create_function(client, "relay", role["Arn"], RELAY, {"OUT": out})
        client("lambda").create_event_source_mapping(
            FunctionName="relay", EventSourceArn=f.queue_arn("in")
        )
        client("s3").create_bucket(
            Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        client("s3").put_object(Bucket="kept", Key="k", Body=out.encode())
        client("sagemaker").create_model_package_group(ModelPackageGroupName="models")
        version = client("sagemaker").create_model_package(ModelPackageGroupName="models")
        app, tokens = signed_in(client)
        signature = signed(client("kms"))
        inventory = running.control("inventory")
        running.save(tmp_path / "saved")

        with LocalCloud(tmp_path / "second", hub=False, load=tmp_path / "saved") as loaded:
            assert loaded.control("inventory") == moved(inventory, running, loaded)
            there = clients_of(loaded)
            sqs = there("sqs")
            assert sqs.get_queue_url(QueueName="out")["QueueUrl"] == moved(out, running, loaded)
            body = there("s3").get_object(Bucket="kept", Key="k")["Body"].read()
            assert body == out.encode(), "the content of objects stays as it is"
            arn = there("sagemaker").list_model_packages(ModelPackageGroupName="models")
            assert [p["ModelPackageArn"] for p in arn["ModelPackageSummaryList"]] == [
                version["ModelPackageArn"]
            ]
            assert there("kms").verify(**signature)["SignatureValid"]
            cognito = there("cognito-idp")
            assert cognito.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ada"
            renewed = cognito.initiate_auth(
                ClientId=app,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
            )
            assert renewed["AuthenticationResult"]["AccessToken"]
            found: set[str] = set()

            def received() -> bool | None:
                url = moved(out, running, loaded)
                answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
                found.update(message["Body"] for message in answer.get("Messages", []))
                return found == {"from before", "asked relayed"} or None

            sqs.send_message(QueueUrl=moved(waiting, running, loaded), MessageBody="asked")
            wait_for(received, 30, "both messages")

        names = {q.rpartition("/")[2] for q in client("sqs").list_queues()["QueueUrls"]}
        assert names == {"in", "out"}, "the first one goes on by itself"

        start_endpoint(client)
        with pytest.raises(urllib.error.HTTPError) as caught:
            running.save(tmp_path / "again")
        assert b"an endpoint runs instances: delete it before you save" in caught.value.read()
        assert not (tmp_path / "again").exists()


def signed_in(client: Clients) -> tuple[str, dict[str, str]]:
    """The app client and the tokens of a user."""
    cognito = client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="users")["UserPool"]["Id"]
    app = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="app",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(
        UserPoolId=pool, Username="ada", Password="Some-1-word", Permanent=True
    )
    answer = cognito.initiate_auth(
        ClientId=app,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Some-1-word"},
    )
    return app, answer["AuthenticationResult"]


def start_endpoint(client: Clients) -> None:
    trust = json.dumps(TRUST).replace("lambda", "sagemaker")
    role = client("iam").create_role(RoleName="e", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    sagemaker = client("sagemaker")
    sagemaker.create_model(
        ModelName="m", ExecutionRoleArn=role, PrimaryContainer={"Image": "image:1"}
    )
    variant = {
        "VariantName": "v",
        "ModelName": "m",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")


def test_what_another_version_saved_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "account.pickle").write_bytes(pickle.dumps({"moto": "0.0.1"}))
    with (
        pytest.raises(StartupError, match=r"was saved with \{'moto': '0.0.1'\}"),
        LocalCloud(tmp_path / "cloud", hub=False, load=tmp_path),
    ):
        pass
