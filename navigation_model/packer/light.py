"""Packs the stand-in release, which needs no weights, for demonstrations and tests."""

from __future__ import annotations

import json
from pathlib import Path

from navigation_model.packer.archive import Packed, write_archive
from navigation_model.packer.release import HERE, release_members

LIGHT_CODE = HERE / "light" / "code"
LIGHT_MODEL = HERE / "light" / "model"


def pack_light_release(output: Path, label: str) -> Packed:
    """Packs the stand-in.

    Args:
        output: path of the archive.
        label: returned with every answer, and what makes one release differ from another.
    """
    members = release_members(LIGHT_MODEL, LIGHT_CODE)
    members["release.json"] = json.dumps({"label": label}).encode()
    return write_archive(members, output, lambda count: None)
