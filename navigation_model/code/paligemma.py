"""PaliGemma behind one method: image and prompt in, text out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from transformers import AutoProcessor, PaliGemmaForConditionalGeneration

# Answers are a word or a sentence; more would only make a caller wait.
MAX_NEW_TOKENS = 64


@dataclass(frozen=True)
class PaliGemma:
    """A loaded model.

    Args:
        model: `PaliGemmaForConditionalGeneration` in evaluation mode.
        processor: its `PaliGemmaProcessor`.
    """

    model: Any
    processor: Any

    def answer(self, image: Image.Image, prompt: str) -> str:
        """The model's most likely answer; the same input gives the same answer."""
        inputs = self.processor(images=image, text=f"<image>{prompt}", return_tensors="pt")
        inputs = inputs.to(self.model.device, self.model.dtype)
        with torch.inference_mode():
            tokens = self.model.generate(**inputs, max_new_tokens=MAX_NEW_TOKENS, do_sample=False)
        new = tokens[0, inputs["input_ids"].shape[-1] :]
        return str(self.processor.decode(new, skip_special_tokens=True)).strip()


def load(model_dir: str, gpu_id: int | str | None) -> PaliGemma:
    """Loads the files of an extracted release; nothing is fetched.

    Args:
        model_dir: folder with `config.json`, weights, tokenizer and processor.
        gpu_id: the GPU that the model server assigned to this worker, 0 if it assigned none.
    """
    # bfloat16 halves the memory on a GPU; CPUs emulate it, so float32 is faster there.
    on_gpu = torch.cuda.is_available()
    device = torch.device("cuda", int(gpu_id or 0)) if on_gpu else torch.device("cpu")
    dtype = torch.bfloat16 if on_gpu else torch.float32
    model = PaliGemmaForConditionalGeneration.from_pretrained(
        model_dir, torch_dtype=dtype, local_files_only=True
    )
    processor = AutoProcessor.from_pretrained(model_dir, local_files_only=True)
    return PaliGemma(model.to(device).eval(), processor)
