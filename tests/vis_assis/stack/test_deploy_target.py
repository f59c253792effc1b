"""AWS_ENDPOINT_URL decides which stack deploy and destroy act on; anything unclear is refused."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.stack.target import Target, find_target
from vis_assis.terraform.runner import Terraform

BACKEND = 'terraform {\n  backend "s3" {}\n}\n'
ENDPOINT = "http://127.0.0.1:4566"


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    server = tmp_path / "local" / "cloud" / "server.json"
    server.parent.mkdir(parents=True)
    server.write_text(f'{{"endpoint_url": "{ENDPOINT}"}}')
    return tmp_path / "local"


def test_without_an_endpoint_it_is_aws_with_the_state_of_plain_terraform(tmp_path: Path) -> None:
    target = find_target({"TF_VAR_region": "eu-west-1"}, root=tmp_path)
    assert not target.is_local
    assert target.terraform.state == tmp_path / "terraform.tfstate"
    assert target.terraform.working_data == tmp_path / ".terraform"
    assert target.terraform.environment == {"TF_VAR_region": "eu-west-1"}


def test_a_configured_backend_keeps_the_state(tmp_path: Path) -> None:
    (tmp_path / "backend_override.tf").write_text(BACKEND)
    assert find_target({}, root=tmp_path).has_backend


def test_each_backend_has_a_journal_of_its_own(tmp_path: Path) -> None:
    def journal_with(key: str) -> Path:
        noted = {"backend": {"type": "s3", "config": {"bucket": "states", "key": key}}}
        (tmp_path / ".terraform").mkdir(exist_ok=True)
        (tmp_path / ".terraform" / "terraform.tfstate").write_text(json.dumps(noted))
        target: Target = find_target({}, root=tmp_path)
        return target.journal

    assert journal_with("a") == journal_with("a") == tmp_path / "build" / "aws" / "unfinished"
    (tmp_path / "backend_override.tf").write_text(BACKEND)
    assert journal_with("a") == journal_with("a") != journal_with("b")


def test_a_local_state_has_no_use_for_a_backend(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "backend_override.tf").write_text(BACKEND)
    (root / "main.tf").write_text('output "where" {\n  value = "here"\n}\n')
    local = Terraform(tmp_path / "data", {}, root=root, state=tmp_path / "data" / "local.tfstate")
    local.init()
    assert local.apply() == {"where": "here"}
    assert local.outputs() == {"where": "here"}
    assert sorted(file.name for file in root.iterdir()) == ["backend_override.tf", "main.tf"]


def test_the_running_local_cloud_has_its_own_state(state_dir: Path, tmp_path: Path) -> None:
    target = find_target(
        {"AWS_ENDPOINT_URL": ENDPOINT}, local_state_dir=state_dir, root=tmp_path / "root"
    )
    assert target.is_local
    assert target.terraform.state == state_dir / "terraform" / "terraform.tfstate"
    assert target.terraform.variables["no_amplify"] is True


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ("http://127.0.0.1:1", "in the clone whose file you loaded"),
        ("http://127.0.0.1:456", "not the running `make local`"),
        ("http://10.0.0.7:4566", "neither AWS nor on this machine"),
        ("https://example.org", "neither AWS nor on this machine"),
    ],
)
def test_another_endpoint_is_refused(state_dir: Path, endpoint: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        find_target({"AWS_ENDPOINT_URL": endpoint}, local_state_dir=state_dir)


def test_variables_are_passed_on(tmp_path: Path) -> None:
    values = tmp_path / "my.tfvars"
    values.touch()
    target = find_target(
        {}, variables="-var 'tags={a=\"b c\"}' -var x=1", variables_file=values, root=tmp_path
    )
    assert target.terraform.variable_arguments == [
        "-var",
        'tags={a="b c"}',
        "-var",
        "x=1",
        f"-var-file={values}",
    ]


def test_another_clones_environment_is_named_without_the_local_clouds_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "local_cloud", None)
    with pytest.raises(CommandError, match=f"make local` of this clone .{ROOT}"):
        find_target({"AWS_ENDPOINT_URL": ENDPOINT}, local_state_dir=tmp_path)


def test_an_open_quote_in_vars_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="VARS cannot be read"):
        find_target({}, variables="-var 'x=1", root=tmp_path)


def test_a_missing_variables_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"TFVARS=.*nowhere"):
        find_target({}, variables_file=tmp_path / "nowhere", root=tmp_path)
