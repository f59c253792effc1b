"""A PaliGemma of some ten thousand weights, built from scratch and taught one thing.

It starts random and learns, in seconds, to say yes or no to whether an image is bright or dark:
so its answers show that pixels and prompt both reached the model.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from PIL import Image
from tokenizers import Tokenizer, decoders, models, normalizers, trainers
from transformers import (
    GemmaConfig,
    GemmaTokenizerFast,
    PaliGemmaConfig,
    PaliGemmaForConditionalGeneration,
    PaliGemmaProcessor,
    SiglipImageProcessor,
    SiglipVisionConfig,
)

IS_BRIGHT = "answer en is the image bright?"
IS_DARK = "answer en is the image dark?"
WHICH = "answer en what is it?"
IMAGE_SIDE = 28
PATCH_SIDE = 14


def bright() -> Image.Image:
    """An image that the model calls bright."""
    return Image.new("RGB", (60, 40), (240, 240, 240))


def dark() -> Image.Image:
    """An image that the model calls dark."""
    return Image.new("RGB", (60, 40), (15, 15, 15))


LESSONS = [
    (bright(), IS_BRIGHT, "yes"),
    (bright(), IS_DARK, "no"),
    (bright(), WHICH, "a bright wall"),
    (dark(), IS_BRIGHT, "no"),
    (dark(), IS_DARK, "yes"),
    (dark(), WHICH, "a dark wall"),
]


def build(folder: Path) -> None:
    """Builds, teaches and saves model, tokenizer and processor.

    Raises:
        RuntimeError: when the model did not learn its lessons, which would void every test.
    """
    torch.manual_seed(0)
    model, processor = untaught()
    _teach(model, processor)
    model.eval().save_pretrained(folder)
    processor.save_pretrained(folder)


def untaught() -> tuple[Any, Any]:
    """Model and processor, before the model has learned anything."""
    processor = _processor()
    return PaliGemmaForConditionalGeneration(_config(processor)).eval(), processor


def _processor() -> Any:
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=False))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.decoder = decoders.Replace("▁", " ")
    trainer = trainers.BpeTrainer(
        vocab_size=120, special_tokens=["<pad>", "<eos>", "<bos>", "<unk>"], show_progress=False
    )
    tokenizer.train_from_iterator([f"{q}\n{a}" for _, q, a in LESSONS], trainer)
    side = {"height": IMAGE_SIDE, "width": IMAGE_SIDE}
    images = SiglipImageProcessor(size=side, image_mean=[0.5] * 3, image_std=[0.5] * 3)
    images.image_seq_length = (IMAGE_SIDE // PATCH_SIDE) ** 2
    return PaliGemmaProcessor(images, GemmaTokenizerFast(tokenizer_object=tokenizer))


def _config(processor: Any) -> Any:
    tokens = processor.tokenizer
    size = len(tokens)
    vision = SiglipVisionConfig(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=IMAGE_SIDE,
        patch_size=PATCH_SIDE,
        projection_dim=32,
        vision_use_head=False,
    )
    text = GemmaConfig(
        vocab_size=size,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        pad_token_id=tokens.pad_token_id,
        bos_token_id=tokens.bos_token_id,
        eos_token_id=tokens.eos_token_id,
    )
    return PaliGemmaConfig(
        vision_config=vision.to_dict(),
        text_config=text.to_dict(),
        image_token_index=processor.image_token_id,
        projection_dim=32,
        hidden_size=32,
        vocab_size=size,
        pad_token_id=tokens.pad_token_id,
        bos_token_id=tokens.bos_token_id,
        eos_token_id=tokens.eos_token_id,
    )


def _teach(model: Any, processor: Any) -> None:
    batch = processor(
        images=[image for image, _, _ in LESSONS],
        text=[f"<image>{prompt}" for _, prompt, _ in LESSONS],
        suffix=[answer for _, _, answer in LESSONS],
        return_tensors="pt",
        padding="longest",
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    model.train()
    for _ in range(400):
        loss = model(**batch).loss
        if loss.item() < 0.005:
            return
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    raise RuntimeError(f"The tiny model did not learn: loss {loss.item():.3f}.")
