"""Each belief about AWS says what depends on it, how to look, and what to do."""

from __future__ import annotations

import re
from collections import Counter

from vis_assis.build.environments import ROOT
from vis_assis.verify import beliefs, run


def test_every_belief_is_complete() -> None:
    found = beliefs.load()
    assert [name for name, count in Counter(item.id for item in found).items() if count > 1] == []
    for item in found:
        assert (ROOT / item.depends).exists(), f"{item.id}: there is no {item.depends}"
        assert item.belief.endswith("."), item.id
        assert item.remedy.endswith("."), item.id
        assert not item.is_by_hand or len(item.check) > len(beliefs.BY_HAND), item.id


def test_every_check_looks_at_a_belief_and_every_named_check_exists() -> None:
    named = {item.check for item in beliefs.load() if not item.is_by_hand}
    assert named == set(run.CHECKS)


def test_every_deviation_names_a_belief_of_its_check() -> None:
    """A failing line says what was believed: the id in the code must be one of the file's."""
    known = {item.id for item in beliefs.load() if not item.is_by_hand}
    sources = "".join(file.read_text() for file in (ROOT / "vis_assis" / "verify").glob("*.py"))
    named = set(re.findall(r'(?:Deviation|_expect)\(\s*"([a-z0-9-]+)"', sources))
    assert named
    assert named <= known
