"""Navigation releases come back from a backup: the one served, and those to go back to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stack.navigation_driver import NavigationDriver
from vis_assis.aws.cloud import Cloud
from vis_assis.backup.manifest import Manifest
from vis_assis.backup.restore import restore
from vis_assis.backup.save import backup
from vis_assis.errors import CommandError


def test_releases_serve_again_in_a_stack_that_lost_them(
    navigation: NavigationDriver, tmp_path: Path
) -> None:
    cloud, outputs = Cloud(navigation.stack.cloud.environment()), navigation.stack.outputs
    older, newer = navigation.serve_new(), navigation.serve_new()
    label = navigation.label()
    saved = backup(cloud, outputs, tmp_path / "saved", print)
    assert {older.release, newer.release} <= {release.release for release in saved.releases}
    navigation.start_over()

    restore(cloud, outputs, tmp_path / "saved", print)
    assert navigation.wait_until_serves(label).release == newer.release
    assert navigation.dead_letters() == 0
    navigation.roll_back(older.release)
    navigation.wait_until_at_rest()
    assert navigation.newest("serving") is not None
    restore(cloud, outputs, tmp_path / "saved", print)
    assert navigation.wait_until_serves(label).release == newer.release


def test_an_archive_that_is_another_release_is_refused(
    navigation: NavigationDriver, tmp_path: Path
) -> None:
    cloud, outputs = Cloud(navigation.stack.cloud.environment()), navigation.stack.outputs
    folder = tmp_path / "saved"
    saved = backup(cloud, outputs, folder, print)
    first = saved.releases[0]
    renamed = first.model_copy(update={"release": "0123456789abcdef0123456789abcdef"})
    (folder / "backup.json").write_text(
        Manifest(models=[], uploads=[], releases=[renamed]).model_dump_json()
    )
    with pytest.raises(CommandError, match="is not what that id stands for"):
        restore(cloud, outputs, folder, print)
    assert "0123456789abcdef0123456789abcdef" not in {row.release for row in navigation.releases()}
