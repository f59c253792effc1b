"""An endpoint of a local cloud with all that belongs to it, for tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from local_cloud.testing.waiting import wait_for

IMAGE = "763104351884.dkr.ecr.eu-west-1.amazonaws.com/huggingface-pytorch-inference:2.6.0"
_clients: dict[tuple[str, str, str], Any] = {}


class Endpoint:
    """One endpoint with its bucket, role, models and configurations."""

    def __init__(
        self, cloud: Any, client: Callable[..., Any], make_role: Callable[..., str], name: str
    ) -> None:
        self.cloud, self._make_client, self.name = cloud, client, name
        self.sagemaker, self.s3 = self.client("sagemaker"), self.client("s3")
        self.runtime = self.client("sagemaker-runtime")
        self.bucket = f"{name}-releases"
        self.s3.create_bucket(
            Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": cloud.region}
        )
        self.role = make_role(
            "sagemaker",
            {"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{self.bucket}/releases/*"},
            {"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{self.bucket}/capture/*"},
            {"Action": "logs:*", "Resource": "*"},
            {"Action": "cloudwatch:DescribeAlarms", "Resource": "*"},
        )

    def client(self, service: str, role_arn: str = "") -> Any:
        """A client of the cloud, made once: making one takes longer than most calls."""
        key = (self.cloud.endpoint_url, service, role_arn)
        if key not in _clients:
            _clients[key] = self._make_client(service, role_arn)
        return _clients[key]

    def config(
        self,
        release: str,
        content: bytes | None = None,
        *,
        count: int = 1,
        kind: str = "ml.g5.xlarge",
        environment: dict[str, str] | None = None,
        **more: Any,
    ) -> str:
        """Upload `content`, if any, as a release; make its model and config, and name the config.

        The key is `releases/<release>` unless the release is an S3 key itself.

        Args:
            release: name of the release.
            content: its archive; None for one that was uploaded before.
            count: instances.
            kind: instance type.
            environment: variables of the container.
            more: further arguments of CreateEndpointConfig.
        """
        key = release if "/" in release else f"releases/{release}"
        if content is not None:
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)
        name = f"{self.name}-{release.replace('/', '-')}"
        self.sagemaker.create_model(
            ModelName=name,
            ExecutionRoleArn=self.role,
            PrimaryContainer={
                "Image": IMAGE,
                "ModelDataUrl": f"s3://{self.bucket}/{key}",
                "Environment": environment or {},
            },
        )
        variant = {
            "VariantName": "primary",
            "ModelName": name,
            "InstanceType": kind,
            "InitialInstanceCount": count,
            "InitialVariantWeight": 1.0,
        }
        self.sagemaker.create_endpoint_config(
            EndpointConfigName=name, ProductionVariants=[variant], **more
        )
        return name

    def create(self, config: str) -> None:
        """Call CreateEndpoint."""
        self.sagemaker.create_endpoint(EndpointName=self.name, EndpointConfigName=config)

    def update(self, config: str, **more: Any) -> None:
        """Call UpdateEndpoint."""
        self.sagemaker.update_endpoint(EndpointName=self.name, EndpointConfigName=config, **more)

    def serve(self, config: str) -> None:
        """Create the endpoint and wait until it is in service."""
        self.create(config)
        self.settle("InService")

    def describe(self) -> dict[str, Any]:
        """Answer of DescribeEndpoint."""
        return dict(self.sagemaker.describe_endpoint(EndpointName=self.name))

    def status(self) -> str:
        """Its status now."""
        return str(self.describe()["EndpointStatus"])

    def settle(self, status: str) -> dict[str, Any]:
        """Let time pass until the endpoint has the status."""

        def reached() -> dict[str, Any] | None:
            described = self.describe()
            if described["EndpointStatus"] == status:
                return described
            self.pass_time(described["EndpointStatus"])
            return None

        return wait_for(reached, what=f"status {status} of {self.name}")

    def pass_time(self, status: str | None = None) -> None:
        """Let the time of the present transition pass, and no more: other tests share the clock.

        Args:
            status: does nothing when the endpoint has left this one in the meantime.
        """
        shown = self.cloud.control("endpoints")["endpoints"][self.name]
        if status in (None, shown["status"]):
            self.cloud.control("clock", {"advance_seconds": shown.get("due_in_seconds", 0)})

    def act(self, action: str) -> Any:
        """Have the control plane hold, release or disturb it."""
        return self.cloud.control("endpoints", {"endpoint": self.name, "action": action})

    def events(self) -> list[str]:
        """Statuses that were announced, in order."""
        return [
            event["detail"]["EndpointStatus"]
            for event in self.cloud.control("events")
            if event["detail"].get("EndpointName") == self.name
        ]

    def ask(self, data: Any = "hello", **more: Any) -> Any:
        """The endpoint's answer to a JSON request."""
        answer = self.runtime.invoke_endpoint(
            EndpointName=self.name,
            Body=json.dumps(data).encode(),
            ContentType="application/json",
            **more,
        )
        return json.loads(answer["Body"].read())
