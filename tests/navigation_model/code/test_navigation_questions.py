"""The decision tree: which questions are asked after which answers."""

from __future__ import annotations

import pytest

from navigation_protocol.questions import Question, ask_all, says

# As in the API: 2 after yes to 1; 3 after yes to 2, 4 after no.
TREE = [
    Question("1", "first?"),
    Question("2", "second?", {"1": "yes"}),
    Question("3", "third?", {"2": "yes"}),
    Question("4", "fourth?", {"2": "no"}),
]


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        ("no", "yes", ["first?"]),
        ("unclear", "yes", ["first?"]),
        ("yes", "yes", ["first?", "second?", "third?"]),
        ("Yes.", "NO, a wall", ["first?", "second?", "fourth?"]),
        ("yes", "perhaps", ["first?", "second?"]),
    ],
)
def test_only_what_the_answers_call_for_is_asked(first: str, second: str, asked: list[str]) -> None:
    given = {"first?": first, "second?": second, "third?": "three", "fourth?": "four"}
    prompts: list[str] = []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return given[prompt]

    answers = ask_all(TREE, ask)
    assert prompts == asked
    assert answers == {q.id: given[q.prompt] if q.prompt in asked else None for q in TREE}


def test_all_conditions_of_a_question_must_hold() -> None:
    questions = [
        Question("a", "a?"),
        Question("b", "b?"),
        Question("c", "c?", {"a": "yes", "b": "no"}),
    ]
    assert ask_all(questions, lambda p: {"a?": "yes", "b?": "no"}.get(p, "asked"))["c"] == "asked"
    assert ask_all(questions, lambda p: "yes")["c"] is None


@pytest.mark.parametrize(
    ("answer", "expected", "holds"),
    [
        ("yes", "yes", True),
        (" Yes!", "yes", True),
        ("yes, it is", "yes", True),
        ("yesterday", "yes", False),
        ("not yes", "yes", False),
        ("no entry sign", "no entry", True),
        ("no", "no entry", False),
        ("", "yes", False),
        (None, "yes", False),
    ],
)
def test_an_answer_says_what_it_begins_with(answer: str | None, expected: str, holds: bool) -> None:
    assert says(answer, expected) is holds
