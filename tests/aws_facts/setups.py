"""What the rows of recorded.yaml begin with, each by the name in their `setup`."""

from __future__ import annotations

import functools
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import boto3
from botocore.exceptions import ClientError

from local_cloud import LocalCloud
from local_cloud.testing.clients import Clients
from local_cloud.testing.waiting import wait_for

Values = dict[str, Any]
IMAGE = "763104351884.dkr.ecr.eu-west-1.amazonaws.com/image:1"
ORIGIN = "https://app.example.org"
FUNCTION = """
def handle(event, context):
    if event.get("rawPath", event.get("path")) == "/fails":
        raise ValueError("told to")
    return {"statusCode": 200, "body": "x" * event.get("size", 5)}
"""


class Setups:
    """A local cloud with clients as root, in which each set-up makes something of its own."""

    def __init__(self, cloud: LocalCloud, client: Clients) -> None:
        self.cloud = cloud
        self._clients = client

    @functools.cache  # noqa: B019 - lives as long as the tests
    def client(self, service: str, who: str = "", **settings: Any) -> Any:
        """As root, as a role, or as root of another account."""
        if not who.isdigit():
            return self._clients(service, who, **settings)
        return boto3.client(
            service,
            endpoint_url=self.cloud.endpoint_url,
            region_name=self.cloud.region,
            aws_access_key_id=who,
            aws_secret_access_key="any",
        )

    def make(self, name: str) -> Values:
        """Values for `$name` in the row's call."""
        build: Callable[[], Values] = getattr(self, name)
        return {"unique": _unique(), "account": self.cloud.account_id, **build()}

    def nothing(self) -> Values:
        return {}

    def bucket(self) -> Values:
        s3, name = self.client("s3"), _unique()
        s3.create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": self.cloud.region}
        )
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return {"bucket": name}

    def objects(self) -> Values:
        """`there` has two versions, `gone` one with tags below a delete marker."""
        s3, bucket = self.client("s3"), self.bucket()["bucket"]
        older = s3.put_object(Bucket=bucket, Key="there", Body=b"one")
        newer = s3.put_object(Bucket=bucket, Key="there", Body=b"two", Tagging="k=v")
        under = s3.put_object(Bucket=bucket, Key="gone", Body=b"one", Tagging="k=v")
        marker = s3.delete_object(Bucket=bucket, Key="gone")
        return {
            "bucket": bucket,
            "etag": newer["ETag"],
            "version": newer["VersionId"],
            "older": older["VersionId"],
            "under": under["VersionId"],
            "marker": marker["VersionId"],
        }

    def removed_version(self) -> Values:
        made = self.objects()
        self.client("s3").delete_object(Bucket=made["bucket"], Key="there", VersionId=made["older"])
        return made

    def archived(self) -> Values:
        made = self.bucket()
        self.client("s3").put_object(
            Bucket=made["bucket"], Key="k", Body=b"1", StorageClass="GLACIER"
        )
        return made

    def copied_upload(self) -> Values:
        """A copy of an object that was uploaded in parts."""
        made, s3 = self.upload("new"), self.client("s3")
        place = {"Bucket": made["bucket"], "Key": "new"}
        parts = {"Parts": [{"PartNumber": 1, "ETag": made["part"]}]}
        s3.complete_multipart_upload(**place, UploadId=made["upload"], MultipartUpload=parts)
        s3.copy_object(Bucket=made["bucket"], Key="copy", CopySource=place)
        return made

    def upload(self, key: str = "there") -> Values:
        """An upload with one part of an object that is there, or of a new one."""
        made, s3 = self.objects(), self.client("s3")
        place = {"Bucket": made["bucket"], "Key": key}
        place["UploadId"] = s3.create_multipart_upload(**place)["UploadId"]
        part = s3.upload_part(**place, PartNumber=1, Body=b"part")["ETag"]
        return {**made, "upload": place["UploadId"], "part": part}

    def upload_of_a_new_key(self) -> Values:
        return self.upload("new")

    def upload_and_put(self) -> Values:
        made = self.upload()
        answer = self.client("s3").put_object(Bucket=made["bucket"], Key="there", Body=b"three")
        return {**made, "now": answer["ETag"]}

    def upload_and_delete(self) -> Values:
        made = self.upload()
        self.client("s3").delete_object(Bucket=made["bucket"], Key="there")
        return made

    def new_upload_and_put(self) -> Values:
        made = self.upload("new")
        self.client("s3").put_object(Bucket=made["bucket"], Key="new", Body=b"three")
        return made

    def two_small_parts(self) -> Values:
        made = self.upload("new")
        part = self.client("s3").upload_part(
            Bucket=made["bucket"], Key="new", UploadId=made["upload"], PartNumber=2, Body=b"part"
        )
        return {**made, "second": part["ETag"]}

    def link(self) -> Values:
        """A link signed by a role's session, as functions do."""
        made = self.role_that_reads()
        signer = self.client("s3", made["role_arn"], signature_version="s3v4")
        link = signer.generate_presigned_url(
            "get_object", {"Bucket": made["bucket"], "Key": "there"}, ExpiresIn=60
        )
        return {**made, "link": link}

    def expired_link(self) -> Values:
        earlier = datetime.now(UTC) - timedelta(minutes=2)
        with mock.patch("botocore.auth.get_current_datetime", return_value=earlier):
            return self.link()

    def announced(self) -> Values:
        """Objects whose bucket tells EventBridge, and a queue that gets its events from now on."""
        made, queue = self.objects(), self.queue()
        events, name = self.client("events"), _unique()
        events.put_rule(
            Name=name,
            EventPattern=json.dumps(
                {"source": ["aws.s3"], "detail": {"bucket": {"name": [made["bucket"]]}}}
            ),
        )
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue["queue_arn"],
        }
        self.client("sqs").set_queue_attributes(
            QueueUrl=queue["queue"],
            Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})},
        )
        events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": queue["queue_arn"]}])
        self.client("s3").put_bucket_notification_configuration(
            Bucket=made["bucket"], NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
        return {**made, **queue, "rule": name}

    def announced_upload(self) -> Values:
        made, s3 = self.announced(), self.client("s3")
        place = {"Bucket": made["bucket"], "Key": "new"}
        place["UploadId"] = s3.create_multipart_upload(**place)["UploadId"]
        part = s3.upload_part(**place, PartNumber=1, Body=b"part")["ETag"]
        return {**made, "upload": place["UploadId"], "part": part}

    def queue(self, **attributes: str) -> Values:
        sqs, name = self.client("sqs"), _unique() + (".fifo" if attributes else "")
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        return {"queue": url, "queue_arn": arn["QueueArn"]}

    def fifo_queue(self) -> Values:
        return self.queue(FifoQueue="true", ContentBasedDeduplication="true")

    def expired_receipt(self) -> Values:
        return self._received(self.queue(), {})

    def expired_fifo_receipt(self) -> Values:
        return self._received(self.fifo_queue(), {"MessageGroupId": "g"})

    def _received(self, made: Values, group: dict[str, str]) -> Values:
        sqs, place = self.client("sqs"), {"QueueUrl": made["queue"]}
        sqs.send_message(**place, **group, MessageBody="b")
        answer = sqs.receive_message(**place, VisibilityTimeout=0, WaitTimeSeconds=2)
        return {**made, "receipt": answer["Messages"][0]["ReceiptHandle"]}

    def role(self, *statements: Values, service: str = "lambda") -> Values:
        iam, name = self.client("iam"), _unique()
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": f"{service}.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
        policy = [{"Effect": "Allow", **statement} for statement in statements]
        if policy:
            document = {"Version": "2012-10-17", "Statement": policy}
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document))
        return {"role": name, "role_arn": arn["Arn"]}

    def role_that_reads(self) -> Values:
        """It may get objects but not list them."""
        made = self.objects()
        arn = f"arn:aws:s3:::{made['bucket']}"
        return {**made, **self.role({"Action": "s3:GetObject*", "Resource": f"{arn}/*"})}

    def role_that_lists(self) -> Values:
        made = self.objects()
        arn = f"arn:aws:s3:::{made['bucket']}"
        may = {"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [arn, f"{arn}/*"]}
        return {**made, **self.role(may)}

    def role_in_the_bucket_policy(self) -> Values:
        """The bucket denies everybody to write whose aws:PrincipalArn is not the role's."""
        made = self.objects()
        arn = f"arn:aws:s3:::{made['bucket']}/*"
        made |= self.role({"Action": "s3:PutObject", "Resource": arn})
        deny = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": arn,
            "Condition": {"ArnNotEquals": {"aws:PrincipalArn": made["role_arn"]}},
        }
        self.client("s3").put_bucket_policy(
            Bucket=made["bucket"],
            Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}),
        )
        made["administrator"] = self.role({"Action": "*", "Resource": "*"})["role_arn"]
        return made

    def encrypted(self) -> Values:
        """An object that a role may read, but not decrypt with the object's key."""
        made = self.role_that_reads()
        made["key"] = self.client("kms").create_key()["KeyMetadata"]["Arn"]
        self.client("s3").put_object(
            Bucket=made["bucket"],
            Key="encrypted",
            Body=b"1",
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=made["key"],
        )
        return made

    def disabled_key(self) -> Values:
        made = self.encrypted()
        self.client("kms").disable_key(KeyId=made["key"])
        return made

    def dying_key(self) -> Values:
        made = self.encrypted()
        self.client("kms").schedule_key_deletion(KeyId=made["key"], PendingWindowInDays=7)
        return made

    def policy_versions(self) -> Values:
        """A policy with the five versions that it may have."""
        iam = self.client("iam")
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        created = iam.create_policy(PolicyName=_unique(), PolicyDocument=document)["Policy"]
        for _ in range(4):
            iam.create_policy_version(PolicyArn=created["Arn"], PolicyDocument=document)
        return {"policy": created["Arn"], "document": document}

    def model(self) -> Values:
        made = {**self.role(service="sagemaker"), "model": _unique(), "image": IMAGE}
        self.client("sagemaker").create_model(
            ModelName=made["model"],
            ExecutionRoleArn=made["role_arn"],
            PrimaryContainer={"Image": IMAGE},
        )
        return made

    def config(self) -> Values:
        made = self.model()
        variant = {
            "VariantName": "primary",
            "ModelName": made["model"],
            "InstanceType": "ml.g5.xlarge",
            "InitialInstanceCount": 1,
        }
        self.client("sagemaker").create_endpoint_config(
            EndpointConfigName=made["model"], ProductionVariants=[variant]
        )
        return {**made, "config": made["model"]}

    def creating_endpoint(self) -> Values:
        made = self.config()
        self.client("sagemaker").create_endpoint(
            EndpointName=made["model"], EndpointConfigName=made["config"]
        )
        self.cloud.control("endpoints", {"endpoint": made["model"], "action": "hold"})
        return {**made, "endpoint": made["model"]}

    @functools.cached_property
    def _endpoint(self) -> Values:
        made, sagemaker = self.config(), self.client("sagemaker")
        name = made["model"]
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=made["config"])
        self.cloud.control("clock", {"advance_seconds": 10})

        def serves() -> bool:
            status: str = sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"]
            return status == "InService"

        wait_for(serves, what="an endpoint in service")
        return {**made, "endpoint": name}

    def endpoint(self) -> Values:
        """One in service, for all rows: they only look at it, or are refused."""
        return {**self._endpoint, "large": b"1" * 6_291_457}

    def group(self) -> Values:
        name = _unique()
        self.client("sagemaker").create_model_package_group(ModelPackageGroupName=name)
        return {"group": name}

    def package(self) -> Values:
        made = self.group()
        made["package"] = self.client("sagemaker").create_model_package(
            ModelPackageGroupName=made["group"],
            ModelApprovalStatus="PendingManualApproval",
            InferenceSpecification={
                "Containers": [{"Image": IMAGE}],
                "SupportedContentTypes": ["application/zip"],
                "SupportedResponseMIMETypes": ["application/zip"],
            },
        )["ModelPackageArn"]
        return made

    @functools.cached_property
    def _function(self) -> Values:
        made, name = self.role(), _unique()
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("handler.py", FUNCTION)
        arn = self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=made["role_arn"],
            Handler="handler.handle",
            Code={"ZipFile": content.getvalue()},
        )["FunctionArn"]
        return {**made, "function": name, "function_arn": arn}

    def function(self) -> Values:
        return self._function

    @functools.cached_property
    def _pool(self) -> Values:
        cognito, name = self.client("cognito-idp"), _unique()
        pool = cognito.create_user_pool(
            PoolName=name,
            UsernameAttributes=["email"],
            AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        )["UserPool"]["Id"]
        app = cognito.create_user_pool_client(
            UserPoolId=pool,
            ClientName=name,
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            PreventUserExistenceErrors="ENABLED",
        )["UserPoolClient"]["ClientId"]
        return {"pool": pool, "app": app, "password": "Str0ng-enough!"}

    def invited(self) -> Values:
        """A user with a temporary password, and the session of its first sign-in."""
        made, cognito = dict(self._pool), self.client("cognito-idp")
        made["user"] = f"{_unique()}@example.org"
        cognito.admin_create_user(
            UserPoolId=made["pool"], Username=made["user"], TemporaryPassword=made["password"]
        )
        challenge = self._sign_in(made)
        return {**made, "session": challenge["Session"], "chosen": "Str0nger-still!"}

    def used_session(self) -> Values:
        made = self.invited()
        self.client("cognito-idp").respond_to_auth_challenge(
            ClientId=made["app"],
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=made["session"],
            ChallengeResponses={"USERNAME": made["user"], "NEW_PASSWORD": made["chosen"]},
        )
        return made

    def expired_session(self) -> Values:
        made = self.invited()
        self.cloud.control("clock", {"advance_seconds": 181})
        return made

    def user(self) -> Values:
        made = dict(self._pool)
        made["user"] = f"{_unique()}@example.org"
        cognito, who = self.client("cognito-idp"), {"UserPoolId": made["pool"]}
        cognito.admin_create_user(**who, Username=made["user"])
        cognito.admin_set_user_password(
            **who, Username=made["user"], Password=made["password"], Permanent=True
        )
        tokens = self._sign_in(made)["AuthenticationResult"]
        return {
            **made,
            "id_token": tokens["IdToken"],
            "access_token": tokens["AccessToken"],
            "refresh_token": tokens["RefreshToken"],
        }

    def _sign_in(self, made: Values) -> Any:
        return self.client("cognito-idp").initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=made["app"],
            AuthParameters={"USERNAME": made["user"], "PASSWORD": made["password"]},
        )

    @functools.cached_property
    def _api(self) -> Values:
        gateway, made = self.client("apigatewayv2"), {**self._function, **self.user()}
        api = gateway.create_api(
            Name=_unique(),
            ProtocolType="HTTP",
            CorsConfiguration={"AllowOrigins": [ORIGIN], "AllowMethods": ["GET", "POST"]},
        )["ApiId"]
        self.client("lambda").add_permission(
            FunctionName=made["function"],
            StatementId="api",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{self.cloud.region}:{self.cloud.account_id}:{api}/*",
        )
        integration = gateway.create_integration(
            ApiId=api,
            IntegrationType="AWS_PROXY",
            IntegrationUri=made["function_arn"],
            PayloadFormatVersion="2.0",
        )["IntegrationId"]
        issuer = f"https://cognito-idp.{self.cloud.region}.amazonaws.com/{made['pool']}"
        authorizer = gateway.create_authorizer(
            ApiId=api,
            AuthorizerType="JWT",
            Name="users",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Audience": [made["app"]], "Issuer": issuer},
        )["AuthorizerId"]
        route = {"ApiId": api, "Target": f"integrations/{integration}"}
        for key in ("GET /open", "POST /open", "GET /fails"):
            gateway.create_route(**route, RouteKey=key)
        gateway.create_route(
            **route, RouteKey="GET /users", AuthorizationType="JWT", AuthorizerId=authorizer
        )
        gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
        address = f"{self.cloud.endpoint_url}/_aws/execute-api/{api}"
        return {**made, "api": address, "authorizer": authorizer}

    def api(self) -> Values:
        """One HTTP API for all rows: open routes, and one for users who signed in."""
        return {
            **self._api,
            "origin": ORIGIN,
            "eleven_megabytes": b"1" * 11_000_000,
            "seven_megabytes": b"1" * 7_000_000,
        }

    def log_group(self) -> Values:
        name = _unique()
        self.client("logs").create_log_group(logGroupName=name)
        return {"log_group": name}

    def amplify_app(self) -> Values:
        amplify, name = self.client("amplify"), _unique()
        app = amplify.create_app(name=name)["app"]["appId"]
        amplify.create_branch(appId=app, branchName="main")
        return {"amplify_app": app}

    def security_groups(self) -> Values:
        """The second refers to the first."""
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        first, second = (
            ec2.create_security_group(GroupName=_unique(), Description="d", VpcId=vpc)["GroupId"]
            for _ in range(2)
        )
        ec2.authorize_security_group_ingress(
            GroupId=second,
            IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": first}]}],
        )
        return {"referenced": first}


def _unique() -> str:
    return f"f{uuid.uuid4().hex[:12]}"


def answer_of(call: Callable[[], Any]) -> Any:
    """The answer, also where it is an error."""
    try:
        return call()
    except ClientError as exc:
        return exc.response
