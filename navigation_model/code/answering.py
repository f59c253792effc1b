"""Answers the questions of several requests together, step by step."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import torch

from decoding import PROMPT_TOKENS, ROWS, Capture, Decoder, Prompt, questions_ahead
from navigation_protocol.questions import Question, ask_all, called_for

# Answers are a word or a sentence; more would only make a caller wait.
MAX_NEW_TOKENS = 64

logger = logging.getLogger(__name__)

Answers = dict[str, str | None]


@dataclass(eq=False)
class _Job:
    """A request under way."""

    pixels: torch.Tensor
    questions: Sequence[Question]
    prompts: dict[str, list[int] | Exception]
    milliseconds: dict[str, float]
    since: float = field(default_factory=perf_counter)
    answers: Future[Answers] = field(default_factory=Future)
    features: torch.Tensor = field(init=False)
    said: dict[str, str] = field(default_factory=dict)
    whole: dict[str, str] = field(default_factory=dict)

    def ends(self, stage: str) -> None:
        """Notes how long a stage took that begins where the one before ended."""
        now = perf_counter()
        self.milliseconds[stage], self.since = 1000 * (now - self.since), now

    def to_begin(self, ahead: int) -> list[tuple[str, list[int]]]:
        """What to begin now: called for by what has been said, or among so many of the first."""
        first = [question.prompt for question in self.questions[:ahead]]
        wanted = dict.fromkeys([*called_for(self.questions, self.said), *first])
        return [
            (prompt, tokens)
            for prompt in wanted
            if prompt not in self.said and isinstance(tokens := self.prompts[prompt], list)
        ]

    def finish(self) -> bool:
        """Gives the answers if all are there that the tree asks for."""
        for prompt in called_for(self.questions, self.whole):
            if isinstance(error := self.prompts[prompt], Exception):
                self.answers.set_exception(error)
                return True
            if prompt not in self.whole:
                return False
        self.ends("answer")
        self.answers.set_result(ask_all(self.questions, self.whole.__getitem__))
        return True


@dataclass(frozen=True, eq=False)
class _Answer:
    """An answer under way, in a row of the decoder."""

    job: _Job
    prompt: str
    tokens: list[int] = field(default_factory=list)


class Answering:
    """The model and what is being asked of it.

    A request joins at the next step and leaves when its own answers are there. Nothing waits for
    a batch to fill.

    Args:
        model: `PaliGemmaForConditionalGeneration` in evaluation mode.
        text: of tokens.
    """

    def __init__(self, model: Any, text: Callable[[Sequence[int]], str]) -> None:
        self._model, self._text = model, text
        ends = model.generation_config.eos_token_id
        self._ends = {ends} if isinstance(ends, int) else set(ends)
        self._waiting: deque[_Job] = deque()
        self._jobs: list[_Job] = []
        self._rows: list[_Answer | None] = [None] * ROWS[-1]
        self._ahead = 1
        self._thread = ThreadPoolExecutor(1, "answering", self._set_up)
        self._decoder = Decoder(model, ROWS[-1], PROMPT_TOKENS[-1], MAX_NEW_TOKENS)

    def ask(
        self,
        pixels: torch.Tensor,
        questions: Sequence[Question],
        prompts: dict[str, list[int] | Exception],
        milliseconds: dict[str, float],
    ) -> Answers:
        """The answers to a tree about a picture, by question; waits for them.

        Args:
            prompts: tokens of each prompt, or why it may not be asked.
            milliseconds: gets how long it took to `wait` for a step, and to `answer` from then on.
        """
        job = _Job(pixels, questions, prompts, milliseconds)
        self._waiting.append(job)
        self._thread.submit(self._work)
        return job.answers.result()

    def capture(self, capture: Capture) -> None:
        """Captures the steps and chooses by their times how many questions to begin at once."""

        self._thread.submit(self._capture, capture).result()

    def _capture(self, capture: Capture) -> None:
        began = perf_counter()
        with torch.inference_mode():
            self._decoder.capture(capture)
            seconds = self._decoder.prefill_seconds()
        self._ahead = questions_ahead(seconds)
        times = ", ".join(f"{1000 * seconds[width]:.1f} ms for {width}" for width in seconds)
        logger.info("Captured in %.1f s; prefill: %s.", perf_counter() - began, times)

    def _set_up(self) -> None:
        if self._model.device.type == "cuda":
            torch.cuda.set_device(self._model.device)

    def _work(self) -> None:
        try:
            with torch.inference_mode():
                while self._waiting or self._jobs:
                    self._advance()
        except Exception as error:  # noqa: BLE001 - it is each caller's
            for job in self._jobs:
                job.answers.set_exception(error)
            self._jobs, self._rows = [], [None] * len(self._rows)

    def _advance(self) -> None:
        """Takes in who waits, begins what is called for, and makes one token of each answer."""
        new = [self._waiting.popleft() for _ in range(len(self._waiting))]
        self._jobs += new
        for job in new:
            job.ends("wait")
        seen = self._decoder.see([job.pixels for job in new])
        for job, features in zip(new, seen, strict=True):
            job.features = features
        while prompts := self._to_begin():
            first = self._decoder.begin(prompts)
            for prompt, token in zip(prompts, first, strict=True):
                self._hear(prompt.row, token)
        if active := [row for row, answer in enumerate(self._rows) if answer]:
            tokens = self._decoder.step(active[-1] + 1)
            for row in active:
                self._hear(row, tokens[row])
        self._jobs = [job for job in self._jobs if not self._finished(job)]

    def _to_begin(self) -> list[Prompt]:
        """Prompts with rows to put their answers into, as far as there are any."""
        prompts = []
        for job in self._jobs:
            for text, tokens in job.to_begin(self._ahead):
                answer = _Answer(job, text)
                if len(tokens) > PROMPT_TOKENS[-1]:
                    self._say_alone(answer, tokens)
                elif None in self._rows:
                    row = self._rows.index(None)
                    self._rows[row], job.said[text] = answer, ""
                    prompts.append(Prompt(row, job.features, tokens))
        return prompts

    def _say_alone(self, answer: _Answer, tokens: list[int]) -> None:
        """The whole answer to a prompt that is too long for the buffers, on buffers of its own."""
        try:
            decoder = Decoder(self._model, 1, len(tokens), MAX_NEW_TOKENS)
            [token] = decoder.begin([Prompt(0, answer.job.features, tokens)])
            while not self._said(answer, token):
                [token] = decoder.step(1)
        except Exception as error:  # noqa: BLE001 - such as no memory: this caller's only
            answer.job.prompts[answer.prompt] = error

    def _hear(self, row: int, token: int) -> None:
        answer = self._rows[row]
        if answer and self._said(answer, token):
            self._rows[row] = None

    def _said(self, answer: _Answer, token: int) -> bool:
        """Whether the answer ends with this token."""
        answer.tokens.append(token)
        text = answer.job.said[answer.prompt] = self._text(answer.tokens)
        ended = token in self._ends or len(answer.tokens) == MAX_NEW_TOKENS
        if ended:
            answer.job.whole[answer.prompt] = text
        return ended

    def _finished(self, job: _Job) -> bool:
        if not job.finish():
            return False
        self._rows = [None if answer and answer.job is job else answer for answer in self._rows]
        return True
