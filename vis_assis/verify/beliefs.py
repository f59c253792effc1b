"""What the code depends on and nobody has seen on AWS yet: vis_assis/facts/beliefs.yaml."""

from __future__ import annotations

from dataclasses import dataclass

from vis_assis import facts

BY_HAND = "by hand: "


@dataclass(frozen=True)
class Belief:
    """One thing about AWS.

    Args:
        id: its name.
        belief: what AWS is believed to do.
        depends: the file or folder whose code depends on it.
        check: the line of `make verify` that looks, or BY_HAND and how to look.
        remedy: what to do when AWS does otherwise.
    """

    id: str
    belief: str
    depends: str
    check: str
    remedy: str

    @property
    def is_by_hand(self) -> bool:
        return self.check.startswith(BY_HAND)


def load() -> list[Belief]:
    """Every belief, in the file's order."""
    return [Belief(**entry) for entry in facts.beliefs()]
