"""Every type of resource in the configuration has a rule for what a cut-off run leaves of it."""

from __future__ import annotations

import re

from vis_assis.build.environments import ROOT
from vis_assis.takeover.finders import FINDERS, GO_WITH_PARENT

RESOURCE = re.compile(r'^resource "(\w+)"', re.MULTILINE)


def configured_types() -> set[str]:
    files = [*ROOT.glob("*.tf"), *(ROOT / "modules").rglob("*.tf")]
    return {kind for file in files for kind in RESOURCE.findall(file.read_text())}


def test_every_type_has_one_rule() -> None:
    types = configured_types()
    assert len(types) > 20
    missing = types - set(FINDERS) - set(GO_WITH_PARENT)
    assert not missing, f"add {', '.join(sorted(missing))} to vis_assis/takeover/finders.py"
    assert not set(FINDERS) & set(GO_WITH_PARENT)
