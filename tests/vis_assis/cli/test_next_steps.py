"""What a command prints ends with what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from vis_assis import __main__ as vis_assis_main
from vis_assis.aws import navigation
from vis_assis.aws.cloud import Cloud
from vis_assis.cli import app_commands, stack_commands
from vis_assis.cli.deployed import Deployed
from vis_assis.stack.target import Target
from vis_assis.terraform.runner import Terraform

OUTPUTS = {
    "env_local": "",
    "navigation_upload_bucket": "uploads",
    "pipeline_names": {"depth": "vis-assis-depth-pipeline"},
    "production_bucket": "production",
    "user_pool_id": "pool",
}
SAVED = SimpleNamespace(models=[], uploads=[], releases=[])
NEXT = [
    (["deploy"], "make user EMAIL="),
    (["env-local"], "make web"),
    (["backup"], "make restore DIR="),
    (["restore"], "vis-assis status"),
    (["navigation", "status"], "upload one as paligemma/model.tar.gz"),
    (["navigation", "rollback", "0" * 32], "vis-assis navigation status"),
]


@pytest.mark.parametrize(("command", "following"), NEXT)
def test_the_last_line_leads_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: list[str], following: str
) -> None:
    target = Target(Terraform(tmp_path, {}), is_local=False, where="AWS")
    cloud = Cloud({"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}, "eu-west-1")

    @contextmanager
    def deployed_stack(*_: Any) -> Iterator[Deployed]:
        yield Deployed(target, OUTPUTS, cloud)

    monkeypatch.setattr(app_commands, "deployed_stack", deployed_stack)
    monkeypatch.setattr(stack_commands, "find_target", lambda **_: target)
    monkeypatch.setattr(stack_commands, "deploy", lambda *_, **__: OUTPUTS)
    monkeypatch.setattr(app_commands, "backup", lambda *_: SAVED)
    monkeypatch.setattr(app_commands, "restore", lambda *_: None)
    monkeypatch.setattr(navigation, "status", lambda *_: [])
    monkeypatch.setattr(navigation, "rollback", lambda *_: None)
    options = ["--file", str(tmp_path / ".env.local")] if command == ["env-local"] else []
    done = CliRunner().invoke(vis_assis_main.app, [*command, *options], env={"DIR": str(tmp_path)})
    assert done.exit_code == 0, done.output
    assert following in done.output.splitlines()[-1]
