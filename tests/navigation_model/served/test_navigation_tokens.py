"""Speed changes no word: answers made together have the tokens of `generate`, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from PIL import Image

import answering
from answering import MAX_NEW_TOKENS
from bench.navigation_baseline import generate
from decoding import PROMPT_TOKENS, WIDTHS, Decoder, questions_ahead
from navigation_protocol.questions import Question, ask_all
from navigation_protocol.refusal import Refusal
from paligemma import PaliGemma
from tests.navigation_model.served import tiny_paligemma

# What tokens read as: some only make a word with the next one, so that "yes" may become "yesno".
SYLLABLES = ("yes", " no", " yes", "no", " ")


class Spelling(PaliGemma):
    """Reads an answer as its tokens, or as yes and no."""

    is_spelled = True

    def _text(self, tokens: Sequence[int]) -> str:
        if self.is_spelled:
            return "".join(SYLLABLES[token % len(SYLLABLES)] for token in tokens)
        return " ".join(map(str, tokens))


@cache
def model(ahead: int | None) -> Spelling:
    """With random weights, of which every fifth token ends an answer; on its own thread.

    Args:
        ahead: questions to begin at once, with sizes as captured steps have them; None captures
            nothing.
    """
    torch.manual_seed(7)
    untaught, processor = tiny_paligemma.untaught()
    for weights in untaught.parameters():
        if weights.dim() > 1:  # far from the small ones of a start, which repeat one token
            torch.nn.init.normal_(weights, std=0.5)
    ends = torch.randperm(untaught.config.text_config.vocab_size)[::5].tolist()
    untaught.generation_config.eos_token_id = ends
    loaded = Spelling(untaught, processor)
    if ahead is not None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(answering, "questions_ahead", lambda _: ahead)
            loaded.capture(lambda step: step)
    return loaded


def picture(seed: int) -> Image.Image:
    """Noise, of a size of its own; one or three rows are channels to the processor."""
    random = np.random.default_rng(seed)
    size = (*random.integers(4, 90, 2), 3)
    return Image.fromarray(random.integers(0, 256, size, dtype=np.uint8))


@cache
def expected(seed: int, prompt: str) -> tuple[int, ...]:
    return tuple(generate(model(None), picture(seed), prompt))


pictures = st.integers(0, 40)
prompts = st.text("answer isthby?", min_size=1, max_size=90).filter(str.strip)
ways = st.sampled_from([None, 1, 2, 4])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(ways, st.lists(st.tuples(pictures, st.lists(prompts, min_size=1, max_size=6)), max_size=8))
def test_tokens_are_those_of_generate(
    ahead: int | None, requests: list[tuple[int, list[str]]]
) -> None:
    loaded = model(ahead)
    loaded.is_spelled = False

    def ask(request: tuple[int, list[str]]) -> dict[str, str | None]:
        seed, texts = request
        return loaded.answer_all(picture(seed), [Question(text, text) for text in texts])

    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(ask, requests))
    assert answers == [
        {text: " ".join(map(str, expected(seed, text))) for text in texts}
        for seed, texts in requests
    ]


conditions = st.dictionaries(st.integers(0, 7), st.sampled_from(["yes", "no", "yes no", "yesno"]))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(ways, pictures, st.lists(st.tuples(prompts, conditions), min_size=1, max_size=8))
def test_trees_are_answered_as_one_question_after_the_other(
    ahead: int | None, seed: int, tree: list[tuple[str, dict[int, str]]]
) -> None:
    loaded = model(ahead)
    loaded.is_spelled = True
    questions = [
        Question(str(at), text, {str(on): said for on, said in ask_if.items() if on < at})
        for at, (text, ask_if) in enumerate(tree)
    ]
    wanted = ask_all(questions, lambda text: loaded._text(expected(seed, text)))
    assert loaded.answer_all(picture(seed), questions) == wanted


@pytest.mark.parametrize("ahead", [None, 1])
def test_random_answers_are_of_every_kind(ahead: int | None) -> None:
    """Otherwise the two above would compare little."""
    texts = ["is it", "is it " * 80]
    lengths = {len(expected(seed, text)) for seed in range(25) for text in texts}
    assert {1, 2, 3} < lengths
    words = [len(model(ahead)._words(text)) for text in texts]
    assert words[0] < PROMPT_TOKENS[0] < PROMPT_TOKENS[-1] < words[1]


def test_an_answer_ends_after_so_many_tokens() -> None:
    loaded = model(None)
    ends = loaded.model.generation_config.eos_token_id
    try:
        loaded.model.generation_config.eos_token_id = [1]
        endless = Spelling(loaded.model, loaded.processor)
        endless.is_spelled = False
        tokens = endless.answer(picture(3), "is it").split()
        assert tokens == list(map(str, generate(endless, picture(3), "is it")))
        assert len(tokens) == MAX_NEW_TOKENS
    finally:
        loaded.model.generation_config.eos_token_id = ends


@pytest.mark.parametrize("ahead", [1, 4])
def test_decoding_stops_with_the_answers_of_the_path(
    ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = model(ahead)
    loaded.is_spelled = True
    texts = ["is it", "what", "is this by it", "an answer"]
    seed = next(
        seed
        for seed in range(99)
        if 1 < len(expected(seed, texts[0])) < len(expected(seed, "what"))
    )
    steps: list[int] = []
    step = Decoder.step

    def counted(self: Decoder, rows: int) -> list[int]:
        steps.append(rows)
        return step(self, rows)

    monkeypatch.setattr(Decoder, "step", counted)
    first, *others = texts
    never = [Question(text, text, {first: "unheard of"}) for text in others]
    answers = loaded.answer_all(picture(seed), [Question(first, first), *never])
    assert [answers[text] for text in others] == [None] * 3
    assert len(steps) == len(expected(seed, first)) - 1


def test_rows_that_nobody_reads_stay_within_the_buffers() -> None:
    loaded = model(1)
    loaded.is_spelled = False
    with torch.inference_mode():
        for _ in range(200):
            loaded._answering._decoder.step(16)
    assert loaded.answer(picture(8), "is it") == " ".join(map(str, expected(8, "is it")))


def test_a_request_that_fails_spoils_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = model(1)
    loaded.is_spelled = False
    begin = Decoder.begin

    def no_memory(self: Decoder, started: Any) -> list[int]:
        if any(len(prompt.tokens) > PROMPT_TOKENS[-1] for prompt in started):
            raise MemoryError("no room for so long a prompt")
        return begin(self, started)

    monkeypatch.setattr(Decoder, "begin", no_memory)
    asked = ["is it", "is it " * 80, "what", "<eos>"]
    with ThreadPoolExecutor(4) as callers:
        answers = [callers.submit(loaded.answer, picture(5), text) for text in asked]
    assert [type(answer.exception()) for answer in answers] == [
        type(None),
        MemoryError,
        type(None),
        Refusal,
    ]
    assert answers[0].result() == " ".join(map(str, expected(5, "is it")))


def test_a_fault_reaches_everyone_who_waits_and_nobody_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded = model(1)
    loaded.is_spelled = False
    with monkeypatch.context() as patch:
        patch.setattr(Decoder, "see", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            loaded.answer(picture(6), "is it")
    assert loaded.answer(picture(6), "is it") == " ".join(map(str, expected(6, "is it")))


@pytest.mark.parametrize(
    ("times", "ahead"),
    [
        ({1: 14.4, 2: 28.8, 4: 57.6}, 1),  # A10G, by arithmetic
        ({1: 2.5, 2: 4.0, 4: 7.3}, 1),  # H200
        ({1: 2.0, 2: 2.0, 4: 2.5}, 2),
        ({1: 2.0, 2: 2.1, 4: 2.05}, 4),  # one outlier
        ({1: 2.0, 2: 1.9, 4: 1.9}, 4),
    ],
)
def test_a_first_no_pays_nothing_for_the_questions_after_it(
    times: dict[int, float], ahead: int
) -> None:
    assert questions_ahead(times) == ahead
    assert set(times) == set(WIDTHS)
