"""One deployed stack for all tests of this folder; each test gets a model type to itself."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import catalogue
from tests.stack.api_driver import APP_ORIGIN, ApiDriver
from tests.stack.cut_off_runs import CommandLine
from tests.stack.navigation_driver import NavigationDriver
from tests.stack.second_stack import beside
from tests.stack.stack_driver import TypeDriver
from vis_assis.build.environments import ROOT
from vis_assis.local.local_stack import LocalStack, local_cloud, local_stack

# These run on the second worker, with a stack of their own, beside all the others.
SECOND_WORKER = ("navigation", "studio", "teardown")
ACCOUNT = "123456789012"
OWN_CLOUD = {"command_line", "local_command"}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/stack/" in str(item.path):
            item.add_marker(pytest.mark.stack)
            item.add_marker(pytest.mark.flaky(reruns=int(os.environ.get("STACK_RERUNS", "0"))))
            if OWN_CLOUD & set(getattr(item, "fixturenames", [])):
                continue  # any worker will do: it needs no stack of one
            second = item.path.stem.removeprefix("test_stack_").startswith(SECOND_WORKER)
            item.add_marker(pytest.mark.xdist_group("second_stack" if second else "stack"))
    # It ends with the shared stack's own destroy.
    items.sort(key=lambda item: item.path.stem == "test_stack_teardown")


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    # Restricted, so that the tests see both sides; the default is proven on the one with Studio.
    variables = {"allowed_origins": [APP_ORIGIN]}
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with local_stack(ROOT / "build" / "test-stack" / worker, variables=variables) as deployed:
        yield deployed


@pytest.fixture
def command_line(request: pytest.FixtureRequest) -> Iterator[CommandLine]:
    """The commands on a cloud of their own, on which nothing is deployed yet."""
    state_dir = ROOT / "build" / "test-stack" / request.node.name
    with local_cloud(state_dir) as cloud:
        yield CommandLine(cloud, state_dir)


@pytest.fixture(scope="session")
def first_alone(stack: LocalStack) -> set[str]:
    """All that exists before the stack with Studio does."""
    return set(stack.remaining())


@pytest.fixture(scope="session")
def studio_commands(stack: LocalStack) -> CommandLine:
    """Deploys and destroys a stack with Studio beside one whose name begins alike."""
    approvers = ["studio", f"arn:aws:iam::{ACCOUNT}:role/reviewer"]
    return beside(
        stack,
        {"name_prefix": "vis-assis-b", "enable_studio": True, "model_approvers": approvers},
    )


@pytest.fixture(scope="session")
def studio_stack(studio_commands: CommandLine, first_alone: set[str]) -> LocalStack:
    """A stack with Studio, protected from deletion; its first deployment was killed on the way."""
    del first_alone
    protected = replace(
        studio_commands, variables={**studio_commands.variables, "deletion_protection": True}
    )
    assert protected.kill_during("deploy", random.SystemRandom().uniform(0.5, 15))
    protected.run("deploy")
    return protected.stack()


@pytest.fixture(scope="session")
def user(stack: LocalStack) -> ApiDriver:
    """A user who is signed in."""
    return ApiDriver(stack)


@pytest.fixture(params=["tts"])
def driver(stack: LocalStack, request: pytest.FixtureRequest) -> Iterator[TypeDriver]:
    """Drives one model type; starts and ends with nothing registered and nothing in production."""
    driver = TypeDriver(stack, request.param)
    driver.reset()
    yield driver
    driver.reset()


@pytest.fixture(scope="session")
def model_types() -> list[str]:
    return list(catalogue.load(ROOT / "models.yaml").models)


@pytest.fixture
def no_endpoint(stack: LocalStack, tmp_path: Path) -> Iterator[NavigationDriver]:
    """Drives navigation; starts with nothing ever uploaded."""
    driver = NavigationDriver(stack, tmp_path)
    driver.start_over()
    yield driver
    driver.quicken()


@pytest.fixture
def navigation(stack: LocalStack, tmp_path: Path) -> Iterator[NavigationDriver]:
    """Drives navigation; starts at rest with a release in service, be it the newest or not."""
    driver = NavigationDriver(stack, tmp_path)
    if driver.wait_until_at_rest()["EndpointStatus"] != "InService":
        driver.serve_new()
        driver.wait_until_at_rest()
    yield driver
    driver.quicken()
