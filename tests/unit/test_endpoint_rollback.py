"""Going back to a release, and what the status shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.fakes import archives
from tests.unit.fakes.navigation_world import BUCKET, NavigationWorld
from tooling import navigation
from tooling.navigation import NavigationError, rollback, status

A, B = archives.good("a"), archives.good("b")


@pytest.fixture
def world() -> NavigationWorld:
    """Release B serves, release A came before, a third upload was refused."""
    world = NavigationWorld()
    for content in (A, B, archives.bad("c")):
        world.upload(content)
        world.settle()
    return world


def test_status_shows_every_release_the_latest_change_first(world: NavigationWorld) -> None:
    rows = status(world.s3, BUCKET)
    assert [(row.state, row.available) for row in rows] == [
        ("refused", False),
        ("serving", True),
        ("superseded", True),
    ]
    assert "lacks code/inference.py" in rows[0].reason
    assert rows[1].size == len(B)
    assert len(navigation.table(rows).rows) == 3


def test_rollback_serves_the_old_release_with_its_model_and_config(world: NavigationWorld) -> None:
    before = set(world.hosting.models), set(world.hosting.configs), world.keys("releases/")
    old = next(row.release for row in status(world.s3, BUCKET) if row.state == "superseded")
    rollback(world.s3, BUCKET, old)
    world.settle()
    assert world.serves(A)
    assert before == (
        set(world.hosting.models),
        set(world.hosting.configs),
        world.keys("releases/"),
    )


def test_rollback_of_what_is_served_redeploys_nothing(world: NavigationWorld) -> None:
    serving = next(row.release for row in status(world.s3, BUCKET) if row.state == "serving")
    rollback(world.s3, BUCKET, serving)
    world.settle()
    assert world.serves(B)
    assert len(world.calls("UpdateEndpoint")) == 1


def test_unknown_release_names_the_known_ones(world: NavigationWorld) -> None:
    with pytest.raises(NavigationError) as raised:
        rollback(world.s3, BUCKET, "0123456789abcdef-1")
    for row in status(world.s3, BUCKET):
        assert (row.release in str(raised.value)) == row.available


def test_release_without_a_status_is_shown_and_can_be_gone_back_to(world: NavigationWorld) -> None:
    world.s3.delete_object(Bucket=BUCKET, Key=navigation.STATUS_KEY)
    rows = status(world.s3, BUCKET)
    assert [row.state for row in rows] == ["kept", "kept"]
    rollback(world.s3, BUCKET, rows[1].release)


def test_empty_bucket_has_an_empty_status() -> None:
    assert status(NavigationWorld().s3, BUCKET) == []


def test_unreadable_status_is_named(world: NavigationWorld) -> None:
    world.s3.put_object(Bucket=BUCKET, Key=navigation.STATUS_KEY, Body=b"[]")
    with pytest.raises(NavigationError, match=r"status/navigation\.json"):
        status(world.s3, BUCKET)


def test_bucket_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(navigation.BUCKET_VARIABLE, BUCKET)
    assert navigation.upload_bucket() == BUCKET


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("printf vis-assis-uploads", "vis-assis-uploads"),
        ("echo 'No outputs found' >&2; exit 1", navigation.BUCKET_VARIABLE),
        ("echo 'Warning: No outputs found'", navigation.BUCKET_VARIABLE),
    ],
)
def test_bucket_comes_from_terraform_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, said: str
) -> None:
    terraform = tmp_path / "terraform"
    terraform.write_text(f"#!/bin/sh\n{script}\n")
    terraform.chmod(0o755)
    monkeypatch.delenv(navigation.BUCKET_VARIABLE, raising=False)
    monkeypatch.setenv("TERRAFORM", str(terraform))
    try:
        answer = navigation.upload_bucket()
    except NavigationError as error:
        answer = str(error)
    assert said in answer


def test_command_line_says_what_is_wrong_in_one_line(
    monkeypatch: pytest.MonkeyPatch, world: NavigationWorld
) -> None:
    monkeypatch.setenv(navigation.BUCKET_VARIABLE, BUCKET)
    monkeypatch.setattr("boto3.client", lambda service: world.s3)
    runner = CliRunner()
    assert "serving" in runner.invoke(navigation.app, ["status"], env={"COLUMNS": "200"}).output
    failed = runner.invoke(navigation.app, ["rollback", "nonsense"])
    assert failed.exit_code == 1
    assert "nonsense" in failed.output
