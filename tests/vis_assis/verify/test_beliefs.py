"""Each belief about AWS says what depends on it, how to look, and what to do."""

from __future__ import annotations

from collections import Counter

from vis_assis.build.environments import ROOT
from vis_assis.verify import beliefs


def test_every_belief_is_complete() -> None:
    found = beliefs.load()
    assert [name for name, count in Counter(item.id for item in found).items() if count > 1] == []
    for item in found:
        assert (ROOT / item.depends).exists(), f"{item.id}: there is no {item.depends}"
        assert item.belief.endswith("."), item.id
        assert item.remedy.endswith("."), item.id
        assert not item.is_by_hand or len(item.check) > len(beliefs.BY_HAND), item.id
