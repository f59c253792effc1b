"""Questions about one image, some asked only after a certain answer to an earlier one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .refusal import Refusal

# Each question is one generation and an invocation must end within 60 s.
MAX_QUESTIONS = 8
# The model was trained on prompts of one sentence.
MAX_PROMPT_CHARACTERS = 1000

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FIELDS = {"id", "prompt", "ask_if"}


@dataclass(frozen=True)
class Question:
    """One prompt.

    Args:
        id: name under which the answer is returned.
        prompt: text for the model.
        ask_if: answers to earlier questions that all must have been given; empty: always asked.
    """

    id: str
    prompt: str
    ask_if: Mapping[str, str] = field(default_factory=dict)


def parse_prompt(value: Any, where: str) -> str:
    """The prompt, checked.

    Args:
        value: what the request carries.
        where: name of the field, for messages.

    Raises:
        Refusal: 400.
    """
    if not isinstance(value, str) or not value.strip():
        raise Refusal(400, f"{where} must be a text that is not empty.")
    if len(value) > MAX_PROMPT_CHARACTERS:
        raise Refusal(
            400, f"{where} has {len(value)} characters, at most {MAX_PROMPT_CHARACTERS} are read."
        )
    return value


def parse_questions(value: Any) -> tuple[Question, ...]:
    """The decision tree of a request, checked so that asking it cannot fail half-way.

    Raises:
        Refusal: 400, naming the question.
    """
    if not isinstance(value, list) or not 0 < len(value) <= MAX_QUESTIONS:
        raise Refusal(400, f"questions must be a list of 1 to {MAX_QUESTIONS} objects.")
    questions: list[Question] = []
    for position, entry in enumerate(value):
        where = f"questions[{position}]"
        question = _parse_question(entry, where)
        earlier = {q.id for q in questions}
        if question.id in earlier:
            raise Refusal(400, f"{where}.id repeats {question.id!r}.")
        if unknown := sorted(set(question.ask_if) - earlier):
            raise Refusal(400, f"{where}.ask_if names {unknown[0]!r}, which is not asked before.")
        questions.append(question)
    return tuple(questions)


def _parse_question(entry: Any, where: str) -> Question:
    if not isinstance(entry, dict) or not set(entry) <= _FIELDS:
        raise Refusal(400, f"{where} must be an object with id, prompt and, if wanted, ask_if.")
    name = entry.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise Refusal(400, f"{where}.id must be 1 to 64 letters, digits, '_' or '-'.")
    ask_if = entry.get("ask_if", {})
    if not isinstance(ask_if, dict) or not all(
        isinstance(answer, str) and _words(answer) for answer in ask_if.values()
    ):
        raise Refusal(400, f"{where}.ask_if must map ids of earlier questions to answers.")
    return Question(name, parse_prompt(entry.get("prompt"), f"{where}.prompt"), ask_if)


def ask_all(questions: Sequence[Question], ask: Callable[[str], str]) -> dict[str, str | None]:
    """Asks what the answers so far call for.

    Args:
        questions: in the order of asking.
        ask: gives the model's answer to a prompt.

    Returns:
        The answer of each question by id, None where it was not asked.
    """
    answers: dict[str, str | None] = {}
    for question in questions:
        wanted = all(says(answers[name], expected) for name, expected in question.ask_if.items())
        answers[question.id] = ask(question.prompt) if wanted else None
    return answers


def called_for(questions: Sequence[Question], said: Mapping[str, str]) -> list[str]:
    """The prompts that what has been said so far calls for; more may follow as more is said.

    Args:
        questions: in the order of asking.
        said: by prompt, the answers that are there, whole or begun.
    """
    answers: dict[str, str | None] = {}
    prompts = []
    for question in questions:
        wanted = all(says(answers[name], expected) for name, expected in question.ask_if.items())
        answers[question.id] = said.get(question.prompt) if wanted else None
        if wanted:
            prompts.append(question.prompt)
    return prompts


def says(answer: str | None, expected: str) -> bool:
    """Whether an answer begins with the expected words ("Yes, a door." says "yes")."""
    expected_words = _words(expected)
    return answer is not None and _words(answer)[: len(expected_words)] == expected_words


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
