"""An account with two stacks whose names begin alike, one of which is torn down."""

from __future__ import annotations

from typing import Any

from teardown.removal import Deadline
from teardown.request import Request, Stack
from teardown.stages import run
from tests.fakes.leftovers import FakeSageMaker
from tests.fakes.leftovers_elsewhere import (
    FakeAlarms,
    FakeIam,
    FakeLogs,
    FakeTargets,
)
from tests.fakes.seconds import Seconds

DIGEST = "abcdefghijklmnopqrstuvwxyz"
JOBS, TRAINING = "/aws/sagemaker/ProcessingJobs", "/aws/sagemaker/TrainingJobs"
OTHER_ENDPOINTS = ["paligemma-endpoint-0000000000012", "vis-b-paligemma-endpoint-000000000001"]
OTHER_TARGETS = [f"endpoint/{name}/variant/navigation" for name in OTHER_ENDPOINTS]
OTHER_ALARMS = [f"TargetTracking-{target}-AlarmHigh-1" for target in OTHER_TARGETS]
ENDPOINT = "paligemma-endpoint-000000000001"
WRITER = "vis-promote-model"
STACK = Stack(name="vis")
NAMES: dict[str, dict[str, Any]] = {
    "guard": {},
    "navigation": {
        "endpoint": ENDPOINT,
        "model_prefix": "vis-navigation",
        "writers": (WRITER, "vis-gone"),
    },
    "model": {"group": "vis-depth-model-package-group", "pipeline": "vis-depth-pipeline"},
    "studio": {"domain_id": "d-1"},
    "network": {"vpc_id": "vpc-1"},
}


class Account:
    """A stack called `vis` with leftovers, beside one called `vis-b` whose names begin alike."""

    def __init__(self) -> None:
        self.clock = Seconds()
        self.sagemaker = FakeSageMaker(self.clock)
        self.sagemaker.run("vis-depth-pipeline", "mine")
        self.sagemaker.run("vis-b-depth-pipeline", "other")
        self.sagemaker.versions = {
            "vis-depth-model-package-group": ["v1", "v2"],
            "vis-b-depth-model-package-group": ["other"],
        }
        self.sagemaker.host(ENDPOINT)
        for name in OTHER_ENDPOINTS:
            self.sagemaker.host(name)
        self.sagemaker.configs = {
            f"vis-navigation-{DIGEST}",
            "vis-navigation-other",
            f"vis-other-navigation-{DIGEST}",
        }
        self.sagemaker.models = {
            f"vis-navigation-{DIGEST}",
            "vis-navigation-other",
            f"vis-navigation-{DIGEST}-other",
        }
        self.iam = FakeIam(
            self.clock,
            **{"vis-promote-model": ["function", "lane"], "vis-promote-model-b": ["function"]},
        )
        self.logs = FakeLogs()
        self.logs.groups = {
            "/aws/sagemaker/Endpoints/paligemma-endpoint-000000000001": ["a"],
            **{f"/aws/sagemaker/Endpoints/{name}": ["b"] for name in OTHER_ENDPOINTS},
            JOBS: ["pipelines-mine-Download-1/algo-1", "pipelines-other-Download-1/algo-1"],
            TRAINING: ["pipelines-mine-Train-1/algo-1"],
        }
        self.alarms = FakeAlarms(
            "TargetTracking-endpoint/paligemma-endpoint-000000000001/variant/navigation-AlarmHigh-1",
            *OTHER_ALARMS,
        )
        self.targets = FakeTargets(
            "endpoint/paligemma-endpoint-000000000001/variant/navigation", *OTHER_TARGETS
        )

    def client(self, service: str) -> Any:
        return {
            "sagemaker": self.sagemaker,
            "iam": self.iam,
            "logs": self.logs,
            "cloudwatch": self.alarms,
            "application-autoscaling": self.targets,
        }[service]

    def run(
        self, stage: str = "navigation", action: str = "delete", stack: Stack = STACK
    ) -> dict[str, Any]:
        """One invocation of one stage."""
        self.clock.begin()
        deadline = Deadline(self.clock.left, self.clock.sleep)
        return run(self.client, stack, Request(action, stage, **NAMES[stage]), deadline)

    def destroy(self) -> list[str]:
        """The stages as a destroy runs them; what was removed."""
        return [name for stage in ("navigation", "model") for name in self.run(stage)["removed"]]

    def state(self) -> dict[str, Any]:
        return {
            "running": [arn for arn, e in self.sagemaker.executions.items() if e["ends"] is None],
            "versions": self.sagemaker.versions,
            "endpoints": [n for n in self.sagemaker.endpoints if self.sagemaker._state(n)],
            "configs": sorted(self.sagemaker.configs),
            "models": sorted(self.sagemaker.models),
            "policies": self.iam.policies,
            "logs": self.logs.groups,
            "alarms": self.alarms.names,
            "targets": self.targets.resources,
        }


ONLY_OTHERS = {
    "running": [
        "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/vis-b-depth-pipeline/execution/other"
    ],
    "versions": {
        "vis-depth-model-package-group": [],
        "vis-b-depth-model-package-group": ["other"],
    },
    "endpoints": OTHER_ENDPOINTS,
    "configs": ["vis-navigation-other", f"vis-other-navigation-{DIGEST}"],
    "models": [f"vis-navigation-{DIGEST}-other", "vis-navigation-other"],
    "policies": {"vis-promote-model": [], "vis-promote-model-b": ["function"]},
    "logs": {
        **{f"/aws/sagemaker/Endpoints/{name}": ["b"] for name in OTHER_ENDPOINTS},
        JOBS: ["pipelines-other-Download-1/algo-1"],
    },
    "alarms": set(OTHER_ALARMS),
    "targets": OTHER_TARGETS,
}


def changed(**values: Any) -> Stack:
    """The stack with other choices, such as of what to keep."""
    return Stack(**{**STACK.__dict__, **values})
