"""An account with two stacks whose names begin alike, one of which is torn down."""

from __future__ import annotations

from typing import Any

from teardown.order import Order
from teardown.patience import Patience
from teardown.run import run
from teardown.settings import Stack
from tests.fakes.leftovers import FakeSageMaker
from tests.fakes.leftovers_elsewhere import FakeAlarms, FakeIam, FakeLogs, FakeTargets
from tests.fakes.seconds import Seconds

HEX = "0123456789abcdef"
JOBS = "/aws/sagemaker/ProcessingJobs"
OTHER_ENDPOINTS = ["paligemma-endpoint-0000000000012", "vis-b-paligemma-endpoint-000000000001"]
OTHER_TARGETS = [f"endpoint/{name}/variant/navigation" for name in OTHER_ENDPOINTS]
OTHER_ALARMS = [f"TargetTracking-{target}-AlarmHigh-1" for target in OTHER_TARGETS]
STACK = Stack(
    name="vis",
    endpoint="paligemma-endpoint-000000000001",
    model_prefix="vis-navigation",
    groups=("vis-depth-model-package-group",),
    pipelines=("vis-depth-pipeline", "vis-tts-pipeline"),
    writers=("vis-promote-model", "vis-gone"),
)


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
        self.sagemaker.host("paligemma-endpoint-000000000001")
        for name in OTHER_ENDPOINTS:
            self.sagemaker.host(name)
        self.sagemaker.configs = {
            f"vis-navigation-{HEX}": {},
            "vis-by-hand": {"Stack": "vis"},
            "vis-other": {"Stack": "vis-b"},
            f"vis-other-navigation-{HEX}": {},
        }
        self.sagemaker.models = {
            f"vis-navigation-{HEX}": {},
            "vis-other": {},
            f"vis-navigation-{HEX}-other": {},
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
        self,
        action: str = "delete",
        stage: str = "cleanup",
        stack: Stack = STACK,
        last: bool = True,
    ) -> dict[str, Any]:
        self.clock.begin()
        patience = Patience(self.clock.left, self.clock.sleep)
        return run(self.client, stack, Order(action, stage, last), patience)

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
    "configs": ["vis-other", f"vis-other-navigation-{HEX}"],
    "models": [f"vis-navigation-{HEX}-other", "vis-other"],
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
