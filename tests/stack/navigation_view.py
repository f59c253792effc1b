"""What can be seen around the navigation endpoint of a deployed stack."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vis_assis.aws.navigation import Release
from vis_assis.journeys import edge_path
from vis_assis.journeys.navigation_path import NavigationPath
from vis_assis.local.local_stack import LocalStack

WAITING = "ApproximateNumberOfMessages"


class NavigationView(NavigationPath):
    """Looks, and waits for what is to be seen; changes nothing."""

    def __init__(self, stack: LocalStack) -> None:
        super().__init__(stack.client, stack.outputs)
        self.stack = stack
        self.variant: str = stack.outputs["navigation_variant_name"]
        self.function: str = stack.outputs["function_names"]["update_endpoint"]

    def newest(self, state: str, since: datetime | None = None) -> Release | None:
        """The release that came into this state last; with `since`, for a reason after it."""
        row = next((row for row in self.releases() if row.state == state), None)
        if row and since and (datetime.fromisoformat(row.changed_at) < since or not row.reason):
            return None
        return row

    def wait_for_release(self, state: str, since: datetime, seconds: float = 60) -> Release:
        """Waits until a release has come into this state, for a reason, after a moment."""

        def reached() -> Release | None:
            return self.newest(state, since)

        return edge_path.wait_for(f"a release being {state} for a reason", reached, seconds)

    def models(self) -> dict[str, str]:
        """Where each model of the stack gets its data from, by name."""
        pages = self.sagemaker.get_paginator("list_models").paginate()
        names = [model["ModelName"] for page in pages for model in page["Models"]]
        described = [self.sagemaker.describe_model(ModelName=name) for name in names]
        return {item["ModelName"]: item["PrimaryContainer"]["ModelDataUrl"] for item in described}

    def config(self) -> dict[str, Any]:
        """The endpoint config that is in service."""
        name = self.describe()["EndpointConfigName"]
        return dict(self.sagemaker.describe_endpoint_config(EndpointConfigName=name))

    def instances(self) -> int:
        """Instances that really run."""
        shown = self.stack.cloud.control("endpoints")["endpoints"][self.endpoint]
        return int(shown["instances"][self.variant])

    def calls(self, action: str) -> int:
        """How often the update function called this operation of SageMaker, allowed or not."""
        query = f"calls?action=sagemaker:{action}&principal={self.function}"
        return len(self.stack.cloud.control(query))

    def calls_by_role(self) -> dict[str, list[dict[str, Any]]]:
        """Every call of the functions and of the endpoint, allowed or not, by their roles."""
        functions = self.stack.outputs["function_names"]
        roles = [functions["update_endpoint"], functions["setup_autoscaling"], self._models_role()]
        return {role: self.stack.cloud.control(f"calls?principal=/{role}/") for role in roles}

    def _models_role(self) -> str:
        (model, *_) = self.sagemaker.list_models()["Models"]
        described = self.sagemaker.describe_model(ModelName=model["ModelName"])
        return str(described["ExecutionRoleArn"].rsplit("/", 1)[1])

    def runs(self) -> int:
        """How often the update function ran."""
        pages = self.stack.client("logs").get_paginator("filter_log_events")
        group = f"/aws/lambda/{self.function}"
        events = (event for page in pages.paginate(logGroupName=group) for event in page["events"])
        return sum(event["message"].startswith("START ") for event in events)

    def alarm_state(self, name: str) -> str:
        """State of an alarm."""
        found = self.stack.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
        return str(found[0]["StateValue"])

    def wait_for_alarm(self, name: str, state: str, seconds: float = 60) -> None:
        """Waits until an alarm is in a state."""
        edge_path.wait_for(
            f"{name} being {state}",
            lambda: True if self.alarm_state(name) == state else None,
            seconds,
        )

    def dead_letters(self) -> int:
        """Events that failed every retry."""
        sqs = self.stack.client("sqs")
        urls = self.stack.outputs["navigation_dead_letter_queue_urls"].values()
        answers = [sqs.get_queue_attributes(QueueUrl=u, AttributeNames=[WAITING]) for u in urls]
        return sum(int(answer["Attributes"][WAITING]) for answer in answers)
