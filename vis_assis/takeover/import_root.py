"""A stand-in for the configuration's folder, with import blocks that the real one must not have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from vis_assis.terraform.linked_root import link_root

IMPORTS = "adopted_imports.tf"


def make_import_root(root: Path, folder: Path, imports: Mapping[str, str]) -> Path:
    """Makes a folder of links to the configuration's files, with an import block per resource.

    Import blocks are configuration, and another run from the same folder must not see them.

    Args:
        root: folder of the configuration.
        folder: the folder to make; an older one is replaced.
        imports: import ids by address.
    """
    link_root(root, folder, without=["tests"])
    blocks = (
        f"import {{\n  to = {address}\n  id = {json.dumps(identifier)}\n}}\n"
        for address, identifier in imports.items()
    )
    (folder / IMPORTS).write_text("\n".join(blocks))
    return folder
