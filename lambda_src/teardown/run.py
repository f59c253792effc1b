"""Carries out one order and raises when something remains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from teardown import guard, stages
from teardown.errors import TeardownIncomplete
from teardown.order import Order
from teardown.patience import Patience
from teardown.removal import Outcome, remove_all
from teardown.settings import Stack
from teardown.stages import Chain, Clients

GUARD = "guard"


def run(client: Clients, stack: Stack, order: Order, patience: Patience) -> dict[str, Any]:
    """What was removed, and what a later invocation has to wait for.

    Errors: `DestroyRefused` when the stack is to be kept; `TeardownIncomplete` when something
    could not be removed, or is still busy and the order is the last of its stage.
    """
    if order.action != "delete":
        return {"stage": order.stage, "action": order.action}
    guard.check_protection(stack)
    if order.stage == GUARD:
        guard.check_retained(stack)
        return {"stage": order.stage, "action": order.action}
    outcomes = _carry_out(client, stack, order, patience)
    refused = [line for item in outcomes for line in _lines(item.title, item.refused)]
    waiting = [line for item in outcomes for line in _lines(item.title, item.waiting)]
    if refused or (waiting and order.is_last):
        raise TeardownIncomplete(
            f"{len(refused) + len(waiting)} of {stack.name} remain: "
            + "; ".join(refused + waiting)
            + ". Resolve what was refused, wait for what is busy, and run `terraform destroy` "
            "again: it goes on from here"
        )
    removed = [f"{item.title} {name}" for item in outcomes for name in item.removed]
    return {"stage": order.stage, "action": order.action, "removed": removed, "waiting": waiting}


def _carry_out(client: Clients, stack: Stack, order: Order, patience: Patience) -> list[Outcome]:
    """Puts up the fence of the stage and removes what is behind it.

    IAM takes a while to withdraw a right everywhere, and an invocation under way may use the time:
    so what it might have made is looked for again when that time has passed, by the invocation
    that put up the fence, as a new endpoint takes long to get rid of, and by the last.
    """
    work = stages.work(client, stack, order)
    outcomes = _remove([work.fence], patience)
    fenced_at = patience.seconds_left()
    is_new = any(item.removed for item in outcomes)
    if not _is_complete(outcomes):
        return outcomes
    outcomes += _remove(work.chains, patience)
    if not work.fence or not (is_new or order.is_last) or not _is_complete(outcomes):
        return outcomes
    settled_at = fenced_at - stack.settle_seconds
    if not patience.wait(patience.seconds_left() - settled_at):
        not_yet = {stack.name: "no time was left to look for what was made last"}
        return [*outcomes, Outcome("second look", (), not_yet, {})]
    return outcomes + _remove(stages.work(client, stack, order).chains, patience)


def _is_complete(outcomes: Sequence[Outcome]) -> bool:
    return all(item.is_complete for item in outcomes)


def _remove(chains: Iterable[Chain], patience: Patience) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    for chain in chains:
        for kind in chain:
            if id(kind) not in outcomes:
                outcomes[id(kind)] = remove_all(kind, patience)
            if not outcomes[id(kind)].is_complete:
                break
    return list(outcomes.values())


def _lines(title: str, reasons: Any) -> list[str]:
    return [f"{title} {name}: {reason}" for name, reason in sorted(reasons.items())]
