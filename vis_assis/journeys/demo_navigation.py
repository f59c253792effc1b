"""The demo's navigation part: create, ask, a second upload during an update, converge, go back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from navigation_model.packer.light import pack_light_release
from vis_assis.aws.navigation import Release
from vis_assis.journeys.edge_path import EdgePathError
from vis_assis.journeys.navigation_path import NavigationPath
from vis_assis.local.local_stack import LocalStack

Progress = Callable[[str], None]


@dataclass(frozen=True)
class ReleaseRow:
    """One line of the closing table.

    Args:
        step: what was done.
        release: id of the release.
        state: of the release when the step was over.
        seconds: from the step's beginning until the endpoint was in service and answered.
    """

    step: str
    release: str
    state: str
    seconds: float

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def run(stack: LocalStack, folder: Path, progress: Progress) -> list[ReleaseRow]:
    """Walks the navigation path with light releases, which need no model.

    Args:
        stack: the deployed stack.
        folder: place for the packed releases.
        progress: told of each stage in a few words.

    Raises:
        EdgePathError: when the stack does anything else than promised.
    """
    path = NavigationPath(stack.client, stack.outputs)
    archives = {
        label: pack_light_release(folder / f"{label}.tar.gz", label).path
        for label in ("first", "second", "third")
    }

    def converge(label: str, step: str, begun: float) -> ReleaseRow:
        serving = path.wait_until_serves(label)
        progress(f"The endpoint answers with the {label} release")
        return _row(step, serving, begun)

    begun = time.monotonic()
    progress("Uploading the first navigation release: the endpoint is created")
    path.upload(archives["first"])
    rows = [converge("first", "upload, endpoint created", begun)]
    begun = time.monotonic()
    progress("Uploading the second, and the third while the endpoint is being updated")
    path.upload(archives["second"])
    path.wait_for_status("Updating")
    path.upload(archives["third"])
    third = converge("third", "upload during that update", begun)
    rows += [_row("upload, endpoint updated", _superseded(path, rows[0], third), begun), third]
    begun = time.monotonic()
    progress(f"Going back to {rows[0].release}")
    path.roll_back(rows[0].release)
    rows.append(converge("first", "rollback", begun))
    if rows[-1].release != rows[0].release:
        raise EdgePathError(f"went back to {rows[0].release} but {rows[-1].release} is served")
    return rows


def _superseded(path: NavigationPath, first: ReleaseRow, third: ReleaseRow) -> Release:
    others = [row for row in path.releases() if row.release not in (first.release, third.release)]
    if len(others) != 1 or others[0].state != "superseded":
        raise EdgePathError(f"one superseded release was expected beside the others, not {others}")
    return others[0]


def _row(step: str, release: Release, begun: float) -> ReleaseRow:
    return ReleaseRow(step, release.release, release.state, round(time.monotonic() - begun, 1))
