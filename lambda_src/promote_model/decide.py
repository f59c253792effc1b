"""The rule "the newest hand-over wins" as a pure function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from promote_model.state import Approval, Package, ProductionObject
from promote_model.uploads import Upload


class Action(StrEnum):
    """What a run does to production."""

    PROMOTE = "promote"
    KEEP = "keep"
    KEEP_MANUAL = "keep_manual"
    WITHDRAW = "withdraw"
    NONE = "none"


@dataclass(frozen=True)
class Decision:
    """What to do, as data.

    Parameters:
        winner: the object that stays as it is; None for PROMOTE, WITHDRAW and NONE.
        key: where the package goes; only for PROMOTE.
        replaces: what is there now; only for PROMOTE.
        remove: what must not stay, after the winner is in place.
    """

    action: Action
    winner: ProductionObject | None = None
    key: str | None = None
    replaces: ProductionObject | None = None
    remove: tuple[ProductionObject, ...] = ()


def manual_winner(desired: Approval | None, upload: Upload | None) -> ProductionObject | None:
    """The newest manual upload, if it was handed over after the desired approval.

    Both times count by the second. In the same second an approval that no run has settled wins: the
    upload was there when it was first seen. A settled one loses: the upload came later.
    """
    if upload is None or desired is None:
        return upload.item if upload else None
    approved, uploaded = _second(desired.approved_at), _second(upload.handed_over_at)
    if uploaded > approved or (uploaded == approved and desired.settled):
        return upload.item
    return None


def decide(
    desired: Package | None,
    key: str | None,
    manual: ProductionObject | None,
    production: Sequence[ProductionObject],
) -> Decision:
    """What makes production show exactly the newest hand-over.

    Parameters:
        desired: the highest approved package; None when there is none or `manual` wins.
        key: where `desired` belongs.
        manual: the winner by `manual_winner`.
        production: all .zip objects of the type.
    """
    if manual is not None:
        return Decision(Action.KEEP_MANUAL, winner=manual, remove=_others(production, manual.key))
    if desired is None or key is None:
        remove = tuple(production)
        return Decision(Action.WITHDRAW if remove else Action.NONE, remove=remove)
    present = next((item for item in production if item.key == key), None)
    remove = _others(production, key)
    if present is not None and _shows(present, desired):
        return Decision(Action.KEEP, winner=present, remove=remove)
    return Decision(Action.PROMOTE, key=key, replaces=present, remove=remove)


def _shows(item: ProductionObject, package: Package) -> bool:
    if item.package_arn != package.arn or item.sha256 is None:
        return False
    return package.sha256 in (None, item.sha256)


def _others(production: Sequence[ProductionObject], key: str) -> tuple[ProductionObject, ...]:
    return tuple(item for item in production if item.key != key)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
