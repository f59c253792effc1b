"""The contract's decision tree, asked in one request.

The contract forces that a client sends the image with all four prompts at once and gets three
answers at once. So the whole tree goes to the endpoint with the image, and the model asks what
its own answers call for: the image crosses the network once on each hop, where one request per
prompt would send it up to three times. An endpoint has to understand such trees; those packed
with `navigation_model` do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

YES, NO = "yes", "no"
# The gateway and Lambda pass on 6 MB; an answer is a word or a sentence.
MAX_ANSWER_CHARACTERS = 10_000

_ASK_IF: dict[str, dict[str, str]] = {
    "prompt_1": {},
    "prompt_2": {"prompt_1": YES},
    "prompt_3": {"prompt_1": YES, "prompt_2": YES},
    "prompt_4": {"prompt_1": YES, "prompt_2": NO},
}
_ANSWERED_BY = {
    "first_prompt_answer": ("prompt_1",),
    "second_prompt_answer": ("prompt_2",),
    "third_prompt_answer": ("prompt_3", "prompt_4"),
}

NOTHING_ASKED = dict.fromkeys(_ANSWERED_BY, "")
"""The contract's answers where no prompt was asked."""


class UnusableAnswerError(ValueError):
    """The model's answer does not fit the questions."""


def questions(prompts: Mapping[str, str]) -> list[dict[str, Any]]:
    """The tree as `navigation_model` reads it, each question under the name of its prompt."""
    return [
        {"id": name, "prompt": prompts[name], "ask_if": ask_if} for name, ask_if in _ASK_IF.items()
    ]


def contract_answers(payload: Any) -> dict[str, str]:
    """The contract's three answers, "" for what was not to be asked.

    What was to be asked is decided here again, so that an endpoint that answers more than it was
    asked cannot make the app say both sides of a fork.

    Parameters:
        payload: the endpoint's JSON, parsed.

    Errors: `UnusableAnswerError` when an answer is missing or no text.
    """
    given = payload.get("answers") if isinstance(payload, dict) else None
    if not isinstance(given, dict):
        raise UnusableAnswerError('expected {"answers": {...}}')
    asked: dict[str, str] = {}
    for name, ask_if in _ASK_IF.items():
        if all(says(asked.get(earlier, ""), wanted) for earlier, wanted in ask_if.items()):
            asked[name] = _text(given.get(name), name)
    return {
        field: next((asked[name] for name in names if name in asked), "")
        for field, names in _ANSWERED_BY.items()
    }


def says(answer: str, expected: str) -> bool:
    """Whether an answer begins with a word, whatever its case (" YES." says "yes")."""
    return re.findall(r"\w+", answer.casefold())[:1] == [expected]


def _text(answer: Any, name: str) -> str:
    if not isinstance(answer, str) or len(answer) > MAX_ANSWER_CHARACTERS:
        raise UnusableAnswerError(f"the answer to {name} is missing, too long or no text")
    return answer.strip()
