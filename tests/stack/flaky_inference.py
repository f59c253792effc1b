"""Code of a release that answers like the stand-in, unless the first prompt asks for a bad moment.

It is packed beside the stand-in's own inference.py, which it finds as `stand_in.py`.
"""

from __future__ import annotations

import time
from typing import Any

from stand_in import input_fn, model_fn, output_fn, predict_fn as answer  # type: ignore[import-not-found]

from navigation_protocol.container import Failure
from navigation_protocol.request import OVERTAKEN

__all__ = ["input_fn", "model_fn", "output_fn", "predict_fn"]

SLOW_SECONDS = 5


def predict_fn(request: Any, model: Any, context: Any = None) -> Any:
    """Answers, is busy, was overtaken, breaks down, or takes its time."""
    mood = "" if isinstance(request, Failure) else request.questions[0].prompt
    if mood == "busy":
        return Failure(429, "busy")
    if mood == "overtaken":
        return Failure(OVERTAKEN, "a newer request of this caller is there")
    if mood == "broken":
        raise RuntimeError("the model broke down")
    if mood == "slow":
        time.sleep(SLOW_SECONDS)
    return answer(request, model, context)
