"""What the teardown removes, what it leaves alone, and how it says that something remains."""

from __future__ import annotations

from typing import Any

import pytest

from teardown.errors import DestroyRefused, InvalidOrder, TeardownIncomplete
from teardown.order import Order, parse
from teardown.patience import Patience
from teardown.run import run
from teardown.settings import Stack
from tests.unit.fakes.leftovers import FakeAlarms, FakeIam, FakeLogs, FakeSageMaker, FakeTargets
from tests.unit.fakes.seconds import Seconds

HEX = "0123456789abcdef"
JOBS = "/aws/sagemaker/ProcessingJobs"
STACK = Stack(
    name="vis",
    endpoint="paligemma-1",
    model_prefix="vis-navigation",
    groups=("vis-depth-model-package-group",),
    pipelines=("vis-depth-pipeline", "vis-tts-pipeline"),
    writer_roles=("vis-promote-model", "vis-gone"),
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
        self.sagemaker.host("paligemma-1")
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
        self.iam = FakeIam(**{"vis-promote-model": ["function", "lane"], "vis-b": ["function"]})
        self.logs = FakeLogs()
        self.logs.groups = {
            "/aws/sagemaker/Endpoints/paligemma-1": ["a"],
            "/aws/sagemaker/Endpoints/paligemma-12": ["b"],
            JOBS: ["pipelines-mine-Download-1/algo-1", "pipelines-other-Download-1/algo-1"],
        }
        self.alarms = FakeAlarms(
            "TargetTracking-endpoint/paligemma-1/variant/navigation-AlarmHigh-1",
            "TargetTracking-endpoint/paligemma-12/variant/navigation-AlarmHigh-1",
        )
        self.targets = FakeTargets(
            "endpoint/paligemma-1/variant/navigation", "endpoint/paligemma-12/variant/navigation"
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


@pytest.fixture
def account() -> Account:
    return Account()


ONLY_OTHERS = {
    "running": [
        "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/vis-b-depth-pipeline/execution/other"
    ],
    "versions": {
        "vis-depth-model-package-group": [],
        "vis-b-depth-model-package-group": ["other"],
    },
    "endpoints": [],
    "configs": ["vis-other", f"vis-other-navigation-{HEX}"],
    "models": [f"vis-navigation-{HEX}-other", "vis-other"],
    "policies": {"vis-promote-model": [], "vis-b": ["function"]},
    "logs": {
        "/aws/sagemaker/Endpoints/paligemma-12": ["b"],
        JOBS: ["pipelines-other-Download-1/algo-1"],
    },
    "alarms": {"TargetTracking-endpoint/paligemma-12/variant/navigation-AlarmHigh-1"},
    "targets": ["endpoint/paligemma-12/variant/navigation"],
}


def test_only_what_is_ours_goes(account: Account) -> None:
    account.run()
    assert account.state() == ONLY_OTHERS


def test_a_second_run_is_harmless(account: Account) -> None:
    account.run()
    assert account.run()["removed"] == []
    assert account.state() == ONLY_OTHERS


@pytest.mark.parametrize("action", ["create", "update"])
@pytest.mark.parametrize("stage", ["cleanup", "guard"])
def test_nothing_goes_unless_terraform_destroys(account: Account, action: str, stage: str) -> None:
    before = Account().state()
    account.run(action, stage)
    assert account.state() == before


@pytest.mark.parametrize("status", ["Creating", "Updating", "RollingBack", "SystemUpdating"])
def test_a_busy_endpoint_is_waited_for(account: Account, status: str) -> None:
    account.sagemaker.host("paligemma-1", status, until=600)
    account.run()
    assert account.state() == ONLY_OTHERS
    assert account.clock.now > 600


def test_beyond_the_time_of_one_invocation_the_next_goes_on(account: Account) -> None:
    account.sagemaker.host("paligemma-1", "Updating", until=10_000)
    waiting = account.run(last=False)["waiting"]
    assert waiting == ["endpoint paligemma-1: is Updating"]
    assert account.sagemaker.configs.keys() >= {"vis-by-hand"}, "removed before its endpoint"
    with pytest.raises(TeardownIncomplete, match=r"paligemma-1: is Updating.*destroy. again"):
        account.run(last=True)
    account.sagemaker.host("paligemma-1")
    account.run()
    assert account.state() == ONLY_OTHERS


def test_no_run_outlasts_its_invocation(account: Account) -> None:
    account.sagemaker.host("paligemma-1", "Updating", until=10_000)
    account.run(last=False)
    assert 800 < account.clock.now < 900


def test_each_failure_is_named_and_the_rest_goes(account: Account) -> None:
    def second(call: dict[str, Any]) -> bool:
        return bool(call["ModelPackageName"] == "v2")

    account.sagemaker.inject("DeleteModelPackage", "AccessDeniedException", when=second, times=99)
    account.alarms.inject("DescribeAlarms", "AccessDenied", times=99)
    with pytest.raises(TeardownIncomplete) as caught:
        account.run(last=False)
    assert "2 of vis remain" in str(caught.value)
    assert "model package v2: An error occurred (AccessDeniedException)" in str(caught.value)
    assert "scaling alarm (all of them): cannot be listed" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert account.sagemaker.versions["vis-depth-model-package-group"] == ["v2"]
    assert account.state()["endpoints"] == []
    assert JOBS in account.logs.groups


def test_a_passing_refusal_is_tried_again(account: Account) -> None:
    account.sagemaker.inject("DeleteModelPackage", "ThrottlingException", times=3)
    account.run()
    assert account.state() == ONLY_OTHERS


def test_functions_lose_their_rights_before_anything_goes(account: Account) -> None:
    account.iam.inject("DeleteRolePolicy", "AccessDenied", times=99)
    with pytest.raises(TeardownIncomplete, match="role policy vis-promote-model/function"):
        account.run()
    assert account.sagemaker.versions["vis-depth-model-package-group"] == ["v1", "v2"]
    assert account.state()["endpoints"] == ["paligemma-1"]


def test_retained_models_stay(account: Account) -> None:
    account.run(stack=_changed(retain_models=True))
    assert account.sagemaker.versions["vis-depth-model-package-group"] == ["v1", "v2"]
    assert account.state()["endpoints"] == []


def test_a_shared_log_group_stays_while_anybody_set_it_up(account: Account) -> None:
    account.logs.groups[JOBS] = ["pipelines-mine-Download-1/algo-1"]
    account.logs.retentions[JOBS] = 30
    account.run()
    assert account.logs.groups[JOBS] == []
    del account.logs.retentions[JOBS]
    account.run()
    assert JOBS not in account.logs.groups


@pytest.mark.parametrize("stage", ["guard", "cleanup", "studio", "network"])
def test_deletion_protection_stops_every_stage(account: Account, stage: str) -> None:
    before = Account().state()
    with pytest.raises(DestroyRefused, match="apply deletion_protection=false"):
        account.run(stage=stage, stack=_changed(deletion_protection=True))
    assert account.state() == before


@pytest.mark.parametrize(
    ("kept", "address"),
    [("retain_buckets", "module.model_buckets"), ("retain_models", "module.model_registry")],
)
def test_the_guard_says_how_to_keep_things(account: Account, kept: str, address: str) -> None:
    with pytest.raises(DestroyRefused, match=rf"state rm .*guard {address}`"):
        account.run(stage="guard", stack=_changed(**{kept: True}))
    assert account.run(stage="guard") == {"stage": "guard", "action": "delete"}


@pytest.mark.parametrize(
    "event", [{}, {"stage": "cleanup"}, {"stage": "cleanup", "tf": {"action": "purge"}}, {"tf": 1}]
)
def test_a_stray_invocation_removes_nothing(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidOrder, match="nothing was removed"):
        parse(event)


def test_an_unknown_stage_is_refused(account: Account) -> None:
    with pytest.raises(InvalidOrder, match="unknown stage 'clean'"):
        account.run(stage="clean")


@pytest.mark.parametrize("stage", ["studio", "network", "cleanup"])
def test_a_stage_without_its_names_is_refused(account: Account, stage: str) -> None:
    with pytest.raises(InvalidOrder, match="needs"):
        account.run(stage=stage, stack=Stack(name="vis"))


def _changed(**values: bool) -> Stack:
    return Stack(**{**STACK.__dict__, **values})
