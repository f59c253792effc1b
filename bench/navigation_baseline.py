"""How the navigation model answered before: one `generate` after the other, each on its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from PIL import Image

from navigation_protocol.questions import Question, ask_all


def generate(loaded: Any, image: Image.Image, prompt: str, exactly: int | None = None) -> list[int]:
    """The tokens of one answer.

    Parameters:
        loaded: `PaliGemma`.
        exactly: so many tokens, whatever they are.
    """
    inputs = loaded.processor(
        images=image, text=f"<image>{loaded.plain(prompt)}", return_tensors="pt"
    )
    inputs = inputs.to(loaded.model.device, loaded.model.dtype)
    with torch.inference_mode():
        whole = loaded.model.generate(
            **inputs, max_new_tokens=exactly or 64, min_new_tokens=exactly or 0, do_sample=False
        )
    new: list[int] = whole[0, inputs["input_ids"].shape[-1] :].tolist()
    return new


def answer_all(
    loaded: Any, image: Image.Image, questions: Sequence[Question]
) -> dict[str, str | None]:
    """The answers to a tree."""

    def ask(prompt: str) -> str:
        tokens = generate(loaded, image, prompt)
        return str(loaded.processor.decode(tokens, skip_special_tokens=True)).strip()

    return ask_all(questions, ask)
