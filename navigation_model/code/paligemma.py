"""PaliGemma behind one method: image and questions in, texts out."""

from __future__ import annotations

import logging
import os
import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from time import perf_counter
from typing import Any

import torch
from PIL import Image
from transformers import AutoProcessor, PaliGemmaForConditionalGeneration

from answering import Answering
from decoding import Capture, cuda_graphs
from navigation_protocol.questions import Question
from navigation_protocol.refusal import Refusal

DEVICE_VARIABLE = "NAVIGATION_DEVICE"
# Control and format characters, halves of surrogate pairs, unassigned ones, line separators.
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}

logger = logging.getLogger(__name__)


class NoGpuError(RuntimeError):
    """The model was to run on a GPU, and CUDA does not work."""


class PaliGemma:
    """A loaded model, which any number of threads may ask.

    What they ask is computed together, by one thread: each step of decoding takes all answers
    under way, whoever asked for them.

    Args:
        model: `PaliGemmaForConditionalGeneration` in evaluation mode.
        processor: its `PaliGemmaProcessor`.
    """

    def __init__(self, model: Any, processor: Any) -> None:
        self.model, self.processor = model, processor
        self._answering = Answering(model, self._text)

    def answer(self, image: Image.Image, prompt: str) -> str:
        """The model's most likely answer; the same input gives the same answer.

        Raises:
            Refusal: 400 for a prompt of nothing but what `plain` takes out.
        """
        return str(self.answer_all(image, (Question("answer", prompt),))["answer"])

    def answer_all(
        self,
        image: Image.Image,
        questions: Sequence[Question],
        milliseconds: dict[str, float] | None = None,
    ) -> dict[str, str | None]:
        """As `ask_all` with `answer`, in less time.

        Args:
            milliseconds: gets how long it took to `prepare` picture and prompts, to `wait` for
                the model's next step, and to `answer`.

        Raises:
            Refusal: 400 for a prompt, if it is asked, of nothing but what `plain` takes out.
        """
        milliseconds = {} if milliseconds is None else milliseconds
        began = perf_counter()
        prompts: dict[str, list[int] | Exception] = {}
        for prompt in {question.prompt for question in questions}:
            try:
                prompts[prompt] = self._words(self.plain(prompt))
            except Refusal as refusal:
                prompts[prompt] = refusal
        pixels = self._pixels(image)
        milliseconds["prepare"] = 1000 * (perf_counter() - began)
        return self._answering.ask(pixels, questions, prompts, milliseconds)

    def capture(self, capture: Capture) -> None:
        """Lets what is asked from now on replay captured steps, see `Decoder.capture`."""
        self._answering.capture(capture)

    def _pixels(self, image: Image.Image) -> torch.Tensor:
        pictures = self.processor.image_processor
        # The processor copies and checks every pixel of what it scales itself.
        small = image.resize(
            (pictures.size["width"], pictures.size["height"]), resample=pictures.resample
        )
        pixels: torch.Tensor = pictures(small, do_resize=False, return_tensors="pt")["pixel_values"]
        return pixels[0].to(self.model.dtype)

    def _words(self, text: str) -> list[int]:
        """The prompt's tokens as the processor makes them, without those of the picture."""
        tokenizer = self.processor.tokenizer
        whole = f"<image>{tokenizer.bos_token}{text}\n"
        tokens: list[int] = tokenizer(whole)["input_ids"]
        return tokens[1:]

    def _text(self, tokens: Sequence[int]) -> str:
        return str(self.processor.decode(tokens, skip_special_tokens=True)).strip()

    def plain(self, prompt: str) -> str:
        """The prompt without control characters and without the words that are tokens of their own.

        Such words (`<image>`, `<eos>`, `<loc0001>`, …) mean something to the model that a caller
        cannot say: they mark pictures, places and the end of a text.

        Raises:
            Refusal: 400 when nothing is left.
        """
        text = "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in prompt)
        before = ""
        while text != before:  # what is left on both sides may be such a word in its turn
            before, text = text, self._reserved.sub(" ", text)
        if not (text := " ".join(text.split())):
            raise Refusal(400, "A prompt holds only control characters and the model's own words.")
        return text

    @cached_property
    def _reserved(self) -> re.Pattern[str]:
        tokenizer = self.processor.tokenizer
        words = {*tokenizer.get_added_vocab(), *tokenizer.all_special_tokens}
        longest_first = sorted((word for word in words if word.strip()), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)))


def load(model_dir: str, gpu_id: int | str | None) -> PaliGemma:
    """Loads the files of an extracted release, and lets the model answer once; nothing is fetched.

    Args:
        model_dir: folder with `config.json`, weights, tokenizer and processor.
        gpu_id: the GPU that the model server assigned to this worker, 0 if it assigned none.

    Raises:
        NoGpuError: when CUDA does not work, unless NAVIGATION_DEVICE is `cpu`.
    """
    device = _device(gpu_id)
    # bfloat16 is what the weights have; CPUs emulate it, so float32 is faster there.
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    model = PaliGemmaForConditionalGeneration.from_pretrained(
        model_dir, torch_dtype=dtype, local_files_only=True
    )
    processor = AutoProcessor.from_pretrained(model_dir, local_files_only=True)
    loaded = PaliGemma(model.to(device).eval(), processor)
    loaded.answer(Image.new("RGB", (224, 224)), "caption en")
    if device.type == "cuda":
        try:
            loaded.capture(cuda_graphs())
        except Exception:
            logger.exception("The steps cannot be captured: the model answers without graphs.")
    return loaded


def _device(gpu_id: int | str | None) -> torch.device:
    wanted = os.environ.get(DEVICE_VARIABLE) or "cuda"
    if wanted == "cpu":
        return torch.device("cpu")
    if wanted != "cuda":
        raise ValueError(f"{DEVICE_VARIABLE} is {wanted!r}: set it to cuda or cpu.")
    device = torch.device("cuda", int(gpu_id or 0))
    try:
        torch.ones(1, device=device).add(1).item()
    except Exception as error:
        raise NoGpuError(
            f"CUDA {torch.version.cuda} does not work here ({error}): choose an instance type with "
            f"a GPU and an AMI with a driver for it, or set {DEVICE_VARIABLE}=cpu."
        ) from error
    return device
