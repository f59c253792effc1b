"""What several folders of tests share."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest

from local_cloud import LocalCloud
from local_cloud.testing.fixtures import (  # noqa: F401
    client,
    make_role,
    unique,
    versioned_bucket,
)
from tests.modules.planner import Plan, Planner, planning
from vis_assis.build import environments
from vis_assis.build.environments import ROOT
from vis_assis.terraform.runner import without_settings

LONGEST_ID = 100
INVENTORY = ROOT / "tests" / "modules" / "inventory"


def pytest_configure(config: pytest.Config) -> None:
    """Whose account and proxy the shell is set up for makes no difference to a test."""
    gc.disable()  # until all is imported, which is then not searched again and again
    # Reading the models of AWS's services takes longer than most tests: each once per process.
    botocore.session.create_loader = cache(botocore.session.create_loader)
    # Where Terraform finds its providers is this machine's affair.
    for name in set(os.environ) - set(without_settings(os.environ)) - {"TF_CLI_ARGS_init"}:
        del os.environ[name]
    if "LOCAL_CLOUD_CODE" not in os.environ:  # for all workers and clouds of this run
        code = os.environ["LOCAL_CLOUD_CODE"] = tempfile.mkdtemp()
        config.add_cleanup(lambda: shutil.rmtree(code, ignore_errors=True))
    for name in ("NO_PROXY", "no_proxy"):
        others = os.environ.get(name)
        os.environ[name] = ",".join(["127.0.0.1", "localhost", *([others] if others else [])])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Called in the process that the workers report to; the browser's environment has none."""
    from tests.scheduling import OneDeploymentEach

    return OneDeploymentEach(config, log)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Names long values by their length: each worker sends every test's name to the controller."""
    if isinstance(val, str | bytes) and len(val) > LONGEST_ID:
        return f"{argname}-of-{len(val)}"
    return None


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"planner", "default_plan", "team_plan"} & set(getattr(item, "fixturenames", [])):
            item.add_marker(pytest.mark.xdist_group("plan"))


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    """Plans the configuration against a local cloud that holds nothing."""
    with planning(tmp_path_factory.mktemp("planning")) as ready:
        yield ready


@pytest.fixture(scope="session")
def default_plan(planner: Planner) -> Plan:
    """The plan of a first deployment with every other variable at its default."""
    return planner.plan(var_file=INVENTORY / "default.tfvars")


@pytest.fixture(scope="session")
def team_plan(planner: Planner) -> Plan:
    """The plan of a second stack, hosted on Amplify, with the choices that a team would make."""
    return planner.plan(var_file=INVENTORY / "second_stack.tfvars")


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud whose functions run on the interpreter of their runtime, as in `make local`."""
    with pytest.MonkeyPatch.context() as patch:
        interpreter = environments.ensure(environments.LAMBDA)
        patch.setenv("LOCAL_CLOUD_PYTHON_LAMBDA", str(interpreter))
        with LocalCloud(tmp_path_factory.mktemp("cloud")) as running:
            yield running
