"""Plays the people and services around the navigation endpoint of a deployed stack."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from navigation_model.packer.archive import write_archive
from navigation_model.packer.light import LIGHT_CODE, LIGHT_MODEL, pack_light_release
from navigation_model.packer.release import release_members
from tests.stack.navigation_view import WAITING, NavigationView
from update_endpoint.settings import UPLOAD_KEY
from vis_assis.aws.navigation import Release
from vis_assis.journeys import edge_path
from vis_assis.local.local_stack import LocalStack

RESTING = ("InService", "Failed", "Missing", "UpdateRollbackFailed")
QUICK_SECONDS = 0.3
_COUNTS = [WAITING, "ApproximateNumberOfMessagesNotVisible"]


class NavigationDriver(NavigationView):
    """Uploads releases that work or do not, steers the endpoint's clock, and looks."""

    def __init__(self, stack: LocalStack, folder: Path) -> None:
        super().__init__(stack)
        self.folder = folder
        self.quicken()

    def quicken(self, **seconds: float) -> None:
        """Lets the endpoint's transitions take next to no time, except for those named."""
        statuses = ("Creating", "Updating", "RollingBack", "SystemUpdating", "Deleting")
        chosen = dict.fromkeys(statuses, QUICK_SECONDS) | seconds
        self.stack.cloud.control("endpoints", {"durations": chosen})

    def pass_time(self, seconds: float) -> None:
        """Moves SageMaker's clock forward."""
        self.stack.cloud.control("clock", {"advance_seconds": seconds})

    def upload_light(self) -> str:
        """Uploads a release that works; returns its label, which nothing else has."""
        label = uuid.uuid4().hex[:8]
        self.upload(pack_light_release(self.folder / f"{label}.tar.gz", label).path)
        return label

    def upload_broken(self) -> None:
        """Uploads a well-formed release whose model_fn raises."""
        reason = f"no weights {uuid.uuid4().hex[:8]}"
        self._upload_script(
            f"def model_fn(model_dir):\n    raise RuntimeError({reason!r})\n\n"
            "def predict_fn(data, model):\n    return data\n"
        )

    def upload_mute(self) -> None:
        """Uploads a release that starts and answers every question with an error."""
        reason = f"no driver {uuid.uuid4().hex[:8]}"
        self._upload_script(
            "def model_fn(model_dir):\n    return model_dir\n\n"
            f"def predict_fn(data, model):\n    raise RuntimeError({reason!r})\n"
        )

    def _upload_script(self, script: str) -> None:
        members = release_members(LIGHT_MODEL, LIGHT_CODE)
        members["code/inference.py"] = script.encode()
        self.upload(write_archive(members, self.folder / "script.tar.gz", lambda _: None).path)

    def upload_bytes(self, content: bytes, key: str = UPLOAD_KEY) -> str:
        """Uploads anything; returns its version."""
        answer = self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)
        return str(answer["VersionId"])

    def serve_new(self) -> Release:
        """Uploads a release that works and waits until it answers and nothing is left to do."""
        serving = self.wait_until_serves(self.upload_light())
        self.wait_until_idle()
        return serving

    def sweep(self) -> None:
        """Lets both schedules come due now, and waits until the functions have dealt with it."""
        for rules in self.stack.outputs["navigation_rule_names"].values():
            self.stack.cloud.control("schedules", {"rule": rules["endpoint"]})
        self.wait_until_idle()

    def sweep_until(self, state: str, since: datetime) -> Release:
        """Sweeps until a release has come into this state, for a reason, after a moment."""

        def reached() -> Release | None:
            self.sweep()
            return self.newest(state, since)

        return edge_path.wait_for(f"a release being {state} for a reason", reached, 60)

    @contextmanager
    def without_rule(self, key: str) -> Iterator[None]:
        """Switches one of the update function's rules off: upload or endpoint."""
        name = self.stack.outputs["navigation_rule_names"]["update_endpoint"][key]
        events = self.stack.client("events")
        events.disable_rule(Name=name)
        try:
            self.wait_until_idle()
            yield
        finally:
            events.enable_rule(Name=name)

    def wait_until_idle(self, seconds: float = 60) -> None:
        """Waits until no event waits or is worked on, twice in a row."""
        sqs, streak = self.stack.client("sqs"), itertools.count()

        def idle() -> bool | None:
            nonlocal streak
            for url in self.stack.outputs["navigation_queue_urls"].values():
                answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=_COUNTS)
                if any(int(answer["Attributes"][name]) for name in _COUNTS):
                    streak = itertools.count()
                    return None
            return True if next(streak) else None

        edge_path.wait_for("empty navigation queues", idle, seconds)

    def wait_until_at_rest(self, seconds: float = 60) -> dict[str, Any]:
        """Waits until the endpoint is in no transition and every event is dealt with."""
        while True:
            before = self.wait_for_status(*RESTING, seconds=seconds)
            self.wait_until_idle(seconds)
            after = self.describe()
            if _moment(after) == _moment(before):
                return after

    def start_over(self) -> None:
        """Removes the endpoint and every release, as if nothing had ever been uploaded."""
        self.wait_until_at_rest()
        rules = self.stack.outputs["navigation_rule_names"].values()
        names = [name for of_function in rules for name in of_function.values()]
        events = self.stack.client("events")
        for name in names:
            events.disable_rule(Name=name)
        self.wait_until_idle()
        if self.describe()["EndpointStatus"] != "Missing":
            self.sagemaker.delete_endpoint(EndpointName=self.endpoint)
            self.wait_for_status("Missing")
        for config in self.sagemaker.list_endpoint_configs()["EndpointConfigs"]:
            self.sagemaker.delete_endpoint_config(EndpointConfigName=config["EndpointConfigName"])
        for name in self.models():
            self.sagemaker.delete_model(ModelName=name)
        listed = self.s3.list_object_versions(Bucket=self.bucket)
        for entry in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
            self.s3.delete_object(
                Bucket=self.bucket, Key=entry["Key"], VersionId=entry["VersionId"]
            )
        for name in names:
            events.enable_rule(Name=name)

    def scale(self, count: int) -> None:
        """Scales as Application Auto Scaling does, and waits until it is done."""
        self.wait_until_at_rest()
        wanted = [{"VariantName": self.variant, "DesiredInstanceCount": count}]
        self.sagemaker.update_endpoint_weights_and_capacities(
            EndpointName=self.endpoint, DesiredWeightsAndCapacities=wanted
        )
        self.wait_until_at_rest()

    def variables(self) -> dict[str, str]:
        """The update function's environment variables."""
        current = self.stack.client("lambda").get_function_configuration(FunctionName=self.function)
        return dict(current["Environment"]["Variables"])

    def configure(self, variables: dict[str, str]) -> None:
        """Gives the update function other environment variables, as Terraform does."""
        self.wait_until_at_rest()
        self.stack.client("lambda").update_function_configuration(
            FunctionName=self.function, Environment={"Variables": variables}
        )

    def report_requests(self, moments: list[datetime], failed: float, count: int) -> None:
        """Adds requests to the endpoint's metrics; `failed` is the share that was answered 5xx."""
        dimensions = {"EndpointName": self.endpoint, "VariantName": self.variant}
        datum = {
            "MetricName": "Invocation5XXErrors",
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            "StatisticValues": {
                "SampleCount": count,
                "Sum": count * failed,
                "Minimum": 0,
                "Maximum": 1,
            },
        }
        self.stack.client("cloudwatch").put_metric_data(
            Namespace="AWS/SageMaker", MetricData=[datum | {"Timestamp": at} for at in moments]
        )


def _moment(endpoint: dict[str, Any]) -> tuple[Any, ...]:
    return endpoint["EndpointStatus"], endpoint.get("LastModifiedTime")
