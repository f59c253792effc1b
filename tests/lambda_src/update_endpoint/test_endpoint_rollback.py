"""Going back to a release, and what the status shows."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from tests.fakes import archives
from tests.fakes.navigation_world import BUCKET, NavigationWorld
from update_endpoint.settings import STATUS_KEY, UPLOAD_KEY
from vis_assis.aws.navigation import Release, remarks, rollback, status, table
from vis_assis.errors import CommandError

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
    narrow = Console(file=StringIO(), width=80)
    narrow.print(table(rows))
    printed = narrow.file.getvalue()  # type: ignore[attr-defined]
    assert all(row.release in printed for row in rows), "an id is there to be copied"


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
    with pytest.raises(CommandError) as raised:
        rollback(world.s3, BUCKET, "0123456789abcdef0123456789abcdef")
    for row in filter(lambda row: row.release, status(world.s3, BUCKET)):
        assert (row.release in str(raised.value)) == row.available


def test_release_without_a_status_is_shown_and_can_be_gone_back_to(world: NavigationWorld) -> None:
    world.s3.delete_object(Bucket=BUCKET, Key=STATUS_KEY)
    rows = status(world.s3, BUCKET)
    assert [row.state for row in rows] == ["kept", "kept"]
    rollback(world.s3, BUCKET, rows[1].release)


def test_empty_bucket_has_an_empty_status() -> None:
    assert status(NavigationWorld().s3, BUCKET) == []


def test_status_names_the_image_that_answers(world: NavigationWorld) -> None:
    said = remarks(status(world.s3, BUCKET))
    assert len([line for line in said if line.endswith(f"image@sha256:{'0' * 64}")]) == 1


def test_the_table_fits_60_columns_and_reasons_stand_below_it() -> None:
    rows = [
        Release("a" * 32, "superseded", 5_000_000, "2026-01-31T12:34:56", "", available=False),
        Release("b" * 32, "serving", 1, "2026-01-30T12:34:56", "", available=True),
        Release("c" * 32, "failed", 1, "2026-01-29T12:34:56", "it said no", available=True),
        Release("", "refused", 1, "2026-01-28T12:34:56", "no code/", available=False),
    ]
    narrow = Console(file=StringIO(), width=60)
    narrow.print(table(rows))
    _, *lines = narrow.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert [line.split() for line in lines] == [
        ["a" * 32, "superseded", "2026-01-31", "12:34"],
        ["b" * 32, "serving", "2026-01-30", "12:34"],
        ["c" * 32, "failed", "2026-01-29", "12:34"],
        ["(none)", "refused", "2026-01-28", "12:34"],
    ]
    assert list(remarks(rows)) == [
        "aaaaaaaa superseded, 5.0 MB",
        "bbbbbbbb serving, 0.0 MB",
        "cccccccc failed, 0.0 MB: it said no",
        "upload refused, 0.0 MB: no code/",
        f"vis-assis navigation rollback {'c' * 32}",
    ], "neither what serves nor what is gone can be gone back to"


def test_without_a_release_the_upload_is_named() -> None:
    (said,) = remarks([])
    assert UPLOAD_KEY in said


def test_what_a_release_said_is_shown_as_it_is() -> None:
    said = "the model answered 500: [/red] [link=https://x]y[/link]"
    row = Release("0" * 32, "failed", 1, "2026-01-01T00:00:00", said, available=True)
    assert next(remarks([row])).endswith(said)
