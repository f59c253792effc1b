"""What is looked at before anything else, so that nobody waits for a plan to hear of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue import CatalogueError
from vis_assis.stack.preparation import prepare
from vis_assis.stack.target import Target
from vis_assis.terraform.runner import Terraform


def test_a_faulty_catalogue_is_named_before_an_account_is_asked(tmp_path: Path) -> None:
    (tmp_path / "models.yaml").write_text("models: {depth: {instance_type: m5.large}}")
    target = Target(Terraform(tmp_path / "data", {}, root=tmp_path), is_local=False, where="AWS")
    told: list[str] = []
    with pytest.raises(CatalogueError, match=r"models\.depth\.instance_type.*ml\.m5\.large"):
        prepare(target, told.append)
    assert told == []
