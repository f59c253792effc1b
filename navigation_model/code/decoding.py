"""Greedy decoding of several answers at once, on buffers that never move.

PaliGemma attends to a picture and its prompt in both directions, so what the vision tower makes of
a picture is all that its prompts can share. A row of the buffers holds one answer under way:
prompts are padded on the right, and what is generated overwrites the padding's keys and values.

Every step is a function of the buffers alone. On CUDA the steps are captured as graphs, for the
sizes that occur; anywhere else they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

import torch
from transformers import Cache

Step = Callable[[], None]
Capture = Callable[[Step], Step]
T = TypeVar("T")

ROWS = (1, 4, 16)
WIDTHS = (1, 2, 4)
PROMPT_TOKENS = (16, 32, 64)
# Measured times of equal work differ by as much.
NOISE = 1.03


@dataclass(frozen=True)
class Prompt:
    """What a row starts from.

    Args:
        row: where its answer goes.
        features: what `Decoder.see` gave for the picture.
        tokens: of the prompt, after those of the picture.
    """

    row: int
    features: torch.Tensor
    tokens: Sequence[int]


class Decoder:
    """The steps of one model over one set of buffers; for one thread.

    Args:
        model: `PaliGemmaForConditionalGeneration` in evaluation mode.
        rows: answers at once.
        prompt_tokens: the longest prompt.
        answer_tokens: the longest answer.
    """

    def __init__(self, model: Any, rows: int, prompt_tokens: int, answer_tokens: int) -> None:
        self._model, self._text = model, model.language_model
        config, vision = model.config.text_config, model.config.vision_config
        self._image = (vision.image_size // vision.patch_size) ** 2
        self._length = self._image + prompt_tokens + answer_tokens
        self._graphs: dict[tuple[Any, ...], Step] = {}

        def zeros(*shape: int, dtype: torch.dtype = torch.long) -> torch.Tensor:
            return torch.zeros(shape, dtype=dtype, device=model.device)

        width, side = min(rows, WIDTHS[-1]), vision.image_size
        cache = (config.num_hidden_layers, rows, config.num_key_value_heads, self._length)
        self._keys = zeros(*cache, config.head_dim, dtype=model.dtype)
        self._values = torch.zeros_like(self._keys)
        self._pixels = zeros(width, vision.num_channels, side, side, dtype=model.dtype)
        self._features = zeros(width, self._image, config.hidden_size, dtype=model.dtype)
        self._prompts, self._lengths = zeros(width, prompt_tokens), zeros(width)
        self._begun = zeros(width)
        self._tokens, self._at = zeros(rows), zeros(rows)

    def capture(self, capture: Capture) -> None:
        """Captures the steps for every size; from then on sizes are rounded up to these.

        Args:
            capture: gives what replays a step.
        """
        sizes: list[tuple[Callable[..., None], tuple[int, ...]]] = [
            *((self._see, (width,)) for width in WIDTHS),
            *((self._begin, (width, tokens)) for width in WIDTHS for tokens in PROMPT_TOKENS),
            *((self._step, (rows,)) for rows in ROWS),
        ]
        self._graphs = {(step, *size): capture(partial(step, *size)) for step, size in sizes}

    def see(self, pictures: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        """The features of pictures.

        Args:
            pictures: the processor's pixels, each without a dimension for the batch.
        """
        seen: list[torch.Tensor] = []
        for part in _parts(pictures):
            count = len(part)
            self._pixels[:count].copy_(torch.stack(list(part)))
            self._run(self._see, count)
            seen.extend(self._features[:count].clone())
        return seen

    def begin(self, prompts: Sequence[Prompt]) -> list[int]:
        """The first token of each answer."""
        for part in _parts(prompts):
            count, longest = len(part), max(len(prompt.tokens) for prompt in part)
            longest = self._up(longest, PROMPT_TOKENS)
            padded = [[*p.tokens, *[0] * (longest - len(p.tokens))] for p in part]
            self._prompts[:count, :longest].copy_(torch.tensor(padded))
            self._lengths[:count].copy_(torch.tensor([len(p.tokens) for p in part]))
            self._begun[:count].copy_(torch.tensor([p.row for p in part]))
            for place, prompt in enumerate(part):
                self._features[place].copy_(prompt.features)
            self._run(self._begin, count, longest)
        tokens = self._tokens.tolist()
        return [tokens[prompt.row] for prompt in prompts]

    def step(self, rows: int) -> list[int]:
        """The next token of each of the first rows."""
        self._run(self._step, self._up(rows, ROWS))
        return list(map(int, self._tokens[:rows].tolist()))

    def prefill_seconds(self, rounds: int = 5) -> dict[int, float]:
        """What beginning so many answers at once takes, median."""
        prompt = Prompt(0, self._features[0].clone(), [0] * PROMPT_TOKENS[0])
        taken: dict[int, list[float]] = {width: [] for width in WIDTHS}
        for _ in range(rounds):
            for width, seconds in taken.items():
                began = perf_counter()
                self.begin([prompt] * width)
                seconds.append(perf_counter() - began)
        return {width: median(seconds) for width, seconds in taken.items()}

    def _up(self, size: int, sizes: Sequence[int]) -> int:
        return min(known for known in sizes if known >= size) if self._graphs else size

    def _run(self, step: Callable[..., None], *sizes: int) -> None:
        self._graphs.get((step, *sizes), partial(step, *sizes))()

    def _see(self, width: int) -> None:
        self._features[:width] = self._model.get_image_features(self._pixels[:width])

    def _begin(self, width: int, tokens: int) -> None:
        rows, ends = self._begun[:width], self._image + self._lengths[:width]
        words = self._text.get_input_embeddings()(self._prompts[:width, :tokens])
        end = self._image + tokens
        places = torch.arange(end, device=ends.device)

        def keep(layer: int, keys: torch.Tensor, values: torch.Tensor) -> _KeysAndValues:
            self._keys[layer, rows, :, :end] = keys
            self._values[layer, rows, :, :end] = values
            return keys, values

        hidden = self._hidden(
            torch.cat([self._features[:width], words], 1),
            (places < ends[:, None])[:, None, None].expand(width, 1, end, end),
            places[None],
            keep,
        )
        self._take(hidden[torch.arange(width, device=ends.device), ends - 1], rows)
        self._at[rows] = ends

    def _step(self, rows: int) -> None:
        at = self._at[:rows]
        here = torch.arange(rows, device=at.device)
        places = torch.arange(self._length, device=at.device)

        def keep(layer: int, keys: torch.Tensor, values: torch.Tensor) -> _KeysAndValues:
            self._keys[layer, here, :, at] = keys[:, :, 0]
            self._values[layer, here, :, at] = values[:, :, 0]
            return self._keys[layer, :rows], self._values[layer, :rows]

        hidden = self._hidden(
            self._text.get_input_embeddings()(self._tokens[:rows, None]),
            (places <= at[:, None])[:, None, None],
            at[:, None],
            keep,
        )
        self._take(hidden[:, 0], here)
        # A row that nobody reads any more stays at the end.
        self._at[:rows] = (at + 1).clamp(max=self._length - 1)

    def _hidden(
        self, inputs: torch.Tensor, seen: torch.Tensor, places: torch.Tensor, keep: _Keep
    ) -> torch.Tensor:
        least = torch.finfo(inputs.dtype).min
        return self._text.model(
            inputs_embeds=inputs,
            attention_mask=torch.where(seen, 0.0, least).to(inputs.dtype),
            position_ids=places + 1,  # PaliGemma counts from 1
            past_key_values=_Kept(keep),
            use_cache=True,
            cache_position=places[0],
        ).last_hidden_state

    def _take(self, last: torch.Tensor, rows: torch.Tensor) -> None:
        self._tokens[rows] = self._text.lm_head(last).argmax(-1)


_KeysAndValues = tuple[torch.Tensor, torch.Tensor]
_Keep = Callable[[int, torch.Tensor, torch.Tensor], _KeysAndValues]


class _Kept(Cache):  # type: ignore[misc]
    """What the model's layers take for their cache."""

    def __init__(self, keep: _Keep) -> None:
        super().__init__()
        self._keep = keep

    def update(
        self, keys: torch.Tensor, values: torch.Tensor, layer: int, *_: object
    ) -> _KeysAndValues:
        return self._keep(layer, keys, values)

    def get_seq_length(self, layer: int = 0) -> int:
        return 0


def cuda_graphs() -> Capture:
    """Captures steps on the current CUDA device.

    They share the memory for what is in between: no two run at a time, and results go to buffers.
    """
    pool = torch.cuda.graph_pool_handle()

    def capture(step: Step) -> Step:
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(2):  # libraries set themselves up in the first calls
                step()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=pool):
            step()
        replay: Step = graph.replay
        return replay

    return capture


def questions_ahead(prefill_seconds: Mapping[int, float]) -> int:
    """How many questions of a tree to begin together with its first.

    A question begins as soon as the first words of an earlier answer call for it, so nothing is
    computed in vain and its prefill replaces a wait. To begin more at once saves prefills of later
    ones and costs a first "no", the shortest path, all of the difference: so only as many as
    take no longer than one.

    A prefill of 272 tokens through 2.0 billion weights computes 1.1 TFLOP. An A10G, at some 80
    TFLOP/s, takes 14 ms for one and 54 for four; an H200, at 790, 1.4 and 5.5: one question on
    either. More pay where a prefill is so short that launching its kernels takes longer.

    Args:
        prefill_seconds: by number of prompts; 1 among them.
    """
    bound = prefill_seconds[1] * NOISE
    return max(
        width for width, seconds in prefill_seconds.items() if seconds <= bound or width == 1
    )


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut to widths that are captured, so that no place is computed for nothing."""
    done = 0
    while done < len(items):
        width = max(width for width in WIDTHS if width <= len(items) - done)
        yield items[done : done + width]
        done += width
