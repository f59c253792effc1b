"""A stack for each group of tests, loaded from one that was deployed once."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import catalogue
from tests.stack.api_driver import APP_ORIGIN, ApiDriver
from tests.stack.cut_off_runs import CommandLine
from tests.stack.full_use import look_alikes
from tests.stack.navigation_driver import NavigationDriver
from tests.stack.saved_stacks import WorkerStack, loaded, made_once, save, state_folder
from tests.stack.second_stack import beside
from tests.stack.stack_driver import TypeDriver
from vis_assis.build.environments import ROOT
from vis_assis.local.local_stack import LocalStack, local_cloud, local_stack

# What runs on a stack of its own beside the others, by how the module's name begins; the longest
# come first. A group goes on where the module before it left the stack.
GROUPS = (
    "amplify_build",
    "teardown_beside",
    "teardown",
    "studio",
    "navigation",
    "extension",
    "api",
    "command_line",
    "verify",
    "",
)
BESIDE_ANOTHER = ("studio", "teardown")
RESTRICTED = {"allowed_origins": [APP_ORIGIN]}  # the default is proven on the stack with Studio
STUDIO = {
    "name_prefix": "vis-assis-b",
    "enable_studio": True,
    "monthly_budget": 20,
    "deletion_protection": True,
    "navigation_requests": {"answer_seconds": 24, "started_functions": 2},
    "model_approvers": ["studio", "arn:aws:iam::123456789012:role/reviewer"],
}
TIMEOUT_SECONDS = 1500  # any test may be the one that deploys, or waits for who does
OWN_CLOUD = {"command_line", "deployed_commands", "local_command"}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _is_of_a_stack(item):
            item.add_marker(pytest.mark.stack)
            item.add_marker(pytest.mark.flaky(reruns=int(os.environ.get("STACK_RERUNS", "0"))))
            item.add_marker(pytest.mark.timeout(TIMEOUT_SECONDS), append=False)
            if not OWN_CLOUD & set(getattr(item, "fixturenames", [])):
                item.add_marker(pytest.mark.xdist_group(f"stack-{_group(item)}"))
    items.sort(key=_turn)  # Makefile: in this order they are handed out


def _is_of_a_stack(item: pytest.Item) -> bool:
    return "tests/stack/" in str(item.path)


def _group(item: pytest.Item) -> str:
    name = item.path.stem.removeprefix("test_stack_")
    return next(group for group in GROUPS if name.startswith(group))


def _turn(item: pytest.Item) -> tuple[int, int]:
    """The group with the longest set-up begins; the others find their stack deployed by then."""
    if not _is_of_a_stack(item):
        return (3, 0) if item.path.is_relative_to(ROOT / "packages") else (1, 0)
    group = _group(item)
    return (0 if group == "studio" else 2), GROUPS.index(group)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the workers of a run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def one_stack(run_folder: Path) -> Path:
    """A stack, saved right after its deployment."""

    def deploy(folder: Path) -> None:
        state_dir = state_folder("one")
        with local_stack(state_dir, variables=RESTRICTED) as deployed:
            save(deployed.cloud, state_dir, folder)

    return made_once(run_folder / "one-stack", deploy)


@pytest.fixture(scope="session")
def two_stacks(run_folder: Path, one_stack: Path) -> Path:
    """A stack with Studio beside the one whose name it begins with, saved.

    It is protected from deletion, and its first deployment was killed on the way.
    """

    def deploy(folder: Path) -> None:
        with loaded(one_stack, "two") as first:
            alone = first.state_dir / "first_alone.json"
            alone.write_text(json.dumps(first.stack().remaining()))
            protected = beside(first, STUDIO)
            assert protected.kill_during("deploy", random.SystemRandom().uniform(0.5, 15))
            protected.run("deploy")
            save(first.cloud, first.state_dir, folder)

    return made_once(run_folder / "two-stacks", deploy)


@pytest.fixture(scope="session")
def worker_stack() -> Iterator[WorkerStack]:
    with WorkerStack(RESTRICTED) as held:
        yield held


@pytest.fixture(scope="module")
def commands(request: pytest.FixtureRequest, worker_stack: WorkerStack) -> CommandLine:
    """`make deploy` and `make destroy` for the stack of the group."""
    group = _group(request.node)
    saved = "two_stacks" if group.startswith(BESIDE_ANOTHER) else "one_stack"
    return worker_stack.of(group, request.getfixturevalue(saved))


@pytest.fixture(scope="module")
def stack(commands: CommandLine) -> LocalStack:
    return commands.stack()


@pytest.fixture
def command_line(request: pytest.FixtureRequest) -> Iterator[CommandLine]:
    """The commands on a cloud of their own, on which nothing is deployed yet."""
    state_dir = state_folder(request.node.name)
    with local_cloud(state_dir) as cloud:
        yield CommandLine(cloud, state_dir)


@pytest.fixture
def deployed_commands(request: pytest.FixtureRequest, one_stack: Path) -> Iterator[CommandLine]:
    """The commands on a cloud of their own, on which a stack is deployed."""
    with loaded(one_stack, request.node.name) as first:
        yield replace(first, variables=RESTRICTED)


@pytest.fixture(scope="module")
def first_alone(commands: CommandLine) -> set[str]:
    """All that existed before the stack with Studio did."""
    return set(json.loads((commands.state_dir / "first_alone.json").read_text()))


@pytest.fixture(scope="module")
def studio_commands(commands: CommandLine) -> CommandLine:
    """The commands for the stack with Studio, which is protected from deletion."""
    return beside(commands, STUDIO)


@pytest.fixture(scope="module")
def studio_stack(studio_commands: CommandLine) -> LocalStack:
    """The stack with Studio beside the one with which its name begins."""
    return studio_commands.stack()


@pytest.fixture(scope="module")
def others(studio_stack: LocalStack) -> Iterator[set[str]]:
    """What is nobody's of the two stacks."""
    with look_alikes(studio_stack, str(STUDIO["name_prefix"])) as made:
        yield made


@pytest.fixture(scope="module")
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
