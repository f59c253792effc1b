"""Builds the index during an apply, before the API that reads it is updated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict

from botocore.exceptions import ClientError

from common.aws_errors import is_denied
from common.errors import ConflictError, VisAssisError
from common.model_index import INDEX_KEY
from promote_model.event_evidence import SWEEP
from promote_model.reconcile import Place, reconcile

WAITS_SECONDS = (5, 10, 20, 40)
"""IAM takes a while to know a new role's rights everywhere."""


def build_index(place: Place, *, sleep: Callable[[float], None]) -> dict[str, dict[str, str]]:
    """Reconciles every type; what could not be, and why.

    The failure of a type that the index has an entry of does not stop an apply: what is served of
    it goes on, and its queue delivers again and alarms.

    Raises:
        VisAssisError: when the index is missing in the end, or lacks a type that failed: the API
            would lose the model that it links today.
    """
    failed: dict[str, Exception] = {}
    waiting = list(place.groups)
    for seconds in (0, *WAITS_SECONDS):
        if not waiting:
            break
        sleep(seconds)
        failed = {kind: error for kind, error in failed.items() if kind not in waiting}
        failed |= _reconcile_all(place, waiting)
        waiting = [kind for kind, error in failed.items() if _passes(error)]
    index, _ = place.index.read()
    lacking = [kind for kind in failed if index is None or kind not in index.entries]
    if index is None or lacking:
        reasons = "; ".join(f"{kind}: {failed[kind]}" for kind in lacking)
        raise VisAssisError(f"{INDEX_KEY} could not be written in full: {reasons}")
    return {"failed": {model_type: str(error) for model_type, error in failed.items()}}


def _reconcile_all(place: Place, model_types: Iterable[str]) -> dict[str, Exception]:
    failed: dict[str, Exception] = {}
    for model_type in model_types:
        try:
            outcome = reconcile(place, model_type, SWEEP)
        except (VisAssisError, ClientError) as error:
            place.logger.exception("type not reconciled", type=model_type, reason=str(error))
            failed[model_type] = error
        else:
            place.logger.info("reconciled", **asdict(outcome))
    return failed


def _passes(error: Exception) -> bool:
    return isinstance(error, ConflictError) or (isinstance(error, ClientError) and is_denied(error))
