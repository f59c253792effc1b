"""The navigation model as it was and as it is: `make bench-navigation`, on `.venvs/model`.

A tiny model on the CPU by default. With `--full`, PaliGemma 3B's shape with random weights on CUDA:
nothing is fetched, and a picture of the results is written. Answers have 2, 2 and 10 tokens there.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from transformers import (
    GemmaConfig,
    PaliGemmaConfig,
    PaliGemmaForConditionalGeneration,
    SiglipVisionConfig,
)

from answering import Answering, _Answer
from bench.comparison import Comparison, Outcome, Result, Way, compare
from bench.navigation_baseline import generate
from decoding import Decoder, Prompt, cuda_graphs
from image_decoding import decode_image
from navigation_protocol.questions import Question, ask_all
from paligemma import PaliGemma, load
from tests.navigation_model.served import tiny_paligemma

CALLERS = 8
ROUNDS = 5
PICTURE = Path("docs/screenshots/navigation_speed.png")
PROMPTS = (
    "answer en is there an obstacle in the way?",
    "answer en can the person go around it on the left?",
    "answer en what is on the left side of the obstacle?",
    "answer en what is on the right side of the obstacle?",
)
Script = dict[str, tuple[str, int]]
"""What is said to each prompt, and in how many tokens."""
THREE: Script = dict(zip(PROMPTS, [("yes", 2), ("no", 2), ("", 10), ("a door", 10)], strict=True))
FIRST_NO: Script = {**THREE, PROMPTS[0]: ("no", 2)}


def tree(prompts: Sequence[str]) -> tuple[Question, ...]:
    """The API's."""
    after: tuple[dict[str, str], ...] = ({}, {"1": "yes"}, {"2": "yes"}, {"2": "no"})
    return tuple(
        Question(str(at), prompt, ask_if)
        for at, (prompt, ask_if) in enumerate(zip(prompts, after, strict=True), 1)
    )


def pictures(shade: int, low: int) -> tuple[bytes, bytes]:
    """A PNG of 1280x960 and 2.2 MB, and a JPEG of 3840x2880, of coarse noise from a shade on."""
    random = np.random.default_rng(0)
    blocks = np.kron(random.integers(low, shade, (60, 80, 3)), np.ones((16, 16, 1), np.int64))
    pixels = np.clip(blocks + random.integers(-8, 8, blocks.shape), 0, 255).astype(np.uint8)
    photo = np.kron(pixels[::2, ::2], np.ones((6, 6, 1), np.uint8))
    files = []
    for image_format, content in (("PNG", pixels), ("JPEG", photo)):
        file = io.BytesIO()
        Image.fromarray(content).save(file, image_format, quality=85)
        files.append(file.getvalue())
    return files[0], files[1]


class Scripted(Answering):
    """Computes as ever and hears what a script says, so that random weights walk the tree."""

    script: Script = THREE
    tokens: dict[str, list[int]]

    def _said(self, answer: _Answer, token: int) -> bool:
        text, length = self.script[answer.prompt]
        answer.tokens.append(token)
        answer.job.said[answer.prompt] = text
        if len(answer.tokens) < length:
            return False
        self.tokens[answer.prompt] = answer.tokens
        answer.job.whole[answer.prompt] = text
        return True


def together(loaded: PaliGemma, picture: bytes, prompts: Sequence[str]) -> Any:
    """As the server asks."""
    return loaded.answer_all(decode_image(picture), tree(prompts))


def today(
    loaded: PaliGemma, picture: bytes, prompts: Sequence[str], script: Script | None = None
) -> Any:
    """One `generate` after the other; with a script, tokens by prompt."""
    image, tokens = decode_image(picture), {}

    def ask(prompt: str) -> str:
        text, length = script[prompt] if script else ("", None)
        tokens[prompt] = generate(loaded, image, prompt, length)
        return text if script else loaded._text(tokens[prompt])

    answers = ask_all(tree(prompts), ask)
    return tokens if script else answers


def compared(setting: str, ours: Callable[[], Any], usual: Callable[[], Any]) -> Result:
    """Both ways in turns, warm, to the same answers."""

    def run(way: Callable[[], Any]) -> Outcome:
        answers = way()
        return Outcome(lambda: answers)

    ours(), usual()
    ways = Way("together", partial(run, ours)), Way("one after the other", partial(run, usual))
    return compare(Comparison("navigation model, tiny, CPU", setting, *ways), ROUNDS)


def callers(ask: Callable[[], Any], at_once: int) -> list[Any]:
    with ThreadPoolExecutor(at_once) as threads:
        return list(threads.map(lambda _: ask(), range(CALLERS)))


def tiny() -> Iterator[Result]:
    """Ratios with the tiny model of the tests."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        tiny_paligemma.build(Path(folder))
        loaded = load(folder, None)
    bright, dark = pictures(255, 200)[0], pictures(50, 0)[0]
    prompts = (
        tiny_paligemma.IS_BRIGHT,
        tiny_paligemma.IS_DARK,
        f"{tiny_paligemma.WHICH} ",
        tiny_paligemma.WHICH,
    )
    for setting, file in (("PNG, three answers", bright), ("PNG, a first no", dark)):
        ours, usual = (partial(way, loaded, file, prompts) for way in (together, today))
        yield compared(setting, ours, usual)
    seen = decode_image(bright).resize((28, 28))
    ask = partial(loaded.answer_all, seen, tree(prompts))
    at_once, alone = (partial(callers, ask, threads) for threads in (CALLERS, 1))
    yield compared(f"{CALLERS} callers, small picture", at_once, alone)


def full_shape() -> PaliGemma:
    """PaliGemma 3B at 224 pixels with random weights, in bfloat16 on the GPU."""
    processor = tiny_paligemma.untaught()[1]
    pictures, tokens = processor.image_processor, processor.tokenizer
    pictures.size, pictures.image_seq_length = {"height": 224, "width": 224}, 256
    processor.image_seq_length = 256
    ids = {
        f"{name}_token_id": getattr(tokens, f"{name}_token_id") for name in ("pad", "bos", "eos")
    }
    vision = SiglipVisionConfig(
        hidden_size=1152,
        intermediate_size=4304,
        num_hidden_layers=27,
        num_attention_heads=16,
        image_size=224,
        patch_size=14,
        projection_dim=2048,
        vision_use_head=False,
    )
    text = GemmaConfig(
        vocab_size=257_216,
        hidden_size=2048,
        intermediate_size=16_384,
        num_hidden_layers=18,
        num_attention_heads=8,
        num_key_value_heads=1,
        head_dim=256,
        **ids,
    )
    config = PaliGemmaConfig(
        vision_config=vision.to_dict(),
        text_config=text.to_dict(),
        image_token_index=processor.image_token_id,
        projection_dim=2048,
        hidden_size=2048,
        vocab_size=257_216,
        **ids,
    )
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device("cuda"):
            model = PaliGemmaForConditionalGeneration(config)
    finally:
        torch.set_default_dtype(torch.float32)
    return PaliGemma(model.eval(), processor)


def full() -> tuple[list[str], bool]:
    """The lines of the report, and whether every floor is met."""
    loaded = full_shape()
    scripted = loaded._answering = Scripted(loaded.model, loaded._text)
    scripted.tokens = {}
    began = perf_counter()
    loaded.capture(cuda_graphs())
    lines = [f"captured in {perf_counter() - began:.1f} s (20)"]
    met = True

    def check(what: str, value: float, floor: float, *, is_least: bool) -> None:
        nonlocal met
        passed = value >= floor if is_least else value <= floor
        met &= passed
        lines.append(f"{what}: {value:.2f} ({floor:g}) {'met' if passed else 'MISSED'}")

    def ask(file: bytes, script: Script) -> dict[str, list[int]]:
        scripted.script, scripted.tokens = script, {}
        together(loaded, file, PROMPTS)
        return {prompt: scripted.tokens[prompt] for prompt in scripted.tokens}

    png, jpeg = pictures(255, 0)
    same = total = 0
    for name, file, script, floor in (
        ("PNG 1280x960, answers of 2, 2 and 10 tokens", png, THREE, 4),
        ("JPEG 3840x2880, answers of 2, 2 and 10 tokens", jpeg, THREE, 9),
        ("PNG, a first no of 2 tokens", png, FIRST_NO, 3),
    ):
        ways = (partial(ask, file, script), partial(today, loaded, file, PROMPTS, script))
        ours, usual = interleaved(*ways)
        lines.append(f"{name}: {1000 * usual:.1f} ms before, {1000 * ours:.1f} ms now")
        check("  times as fast", usual / ours, floor, is_least=True)
        now, before = (way() for way in ways)
        for prompt, tokens in before.items():
            same += sum(a == b for a, b in zip(tokens, now[prompt], strict=True))
            total += len(tokens)
            if tokens != now[prompt]:
                lines.append(f"  tokens differ: {tokens} before, {now[prompt]} now")
    check("tokens that agree, %", 100 * same / total, 99.5, is_least=True)

    scripted.script = THREE
    image = decode_image(png)
    answer = partial(loaded.answer_all, image, tree(PROMPTS))
    at_once, alone = interleaved(*(partial(callers, answer, threads) for threads in (CALLERS, 1)))
    check(f"{CALLERS} callers, times the throughput", alone / at_once, 3, is_least=True)
    lines += gpu_part(loaded, check)
    return lines, met


def gpu_part(loaded: PaliGemma, check: Callable[..., None]) -> list[str]:
    """The steps on their own, beside what the card's bandwidth and operations allow."""
    decoder: Decoder = loaded._answering._decoder
    pixels = loaded._pixels(Image.new("RGB", (224, 224)))
    with torch.inference_mode():
        [features] = decoder.see([pixels])
        prompts = [Prompt(row, features, loaded._words(PROMPTS[row])) for row in range(4)]

        def answers() -> None:
            decoder.see([pixels])
            for prompt in prompts[:3]:
                decoder.begin([prompt])
            for _ in range(9):
                decoder.step(3)

        vision = timed(lambda: (decoder.see([pixels]), torch.cuda.synchronize()))
        prefill = {n: timed(partial(decoder.begin, prompts[:n])) for n in (1, 4)}
        step = timed(lambda: decoder.step(1))
        check("GPU part of 2, 2 and 10 tokens, ms", 1000 * timed(answers), 40, is_least=False)
        check("decode step, ms", 1000 * step, 2.5, is_least=False)
        a, b = (torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16) for _ in range(2))
        rate = 2 * 8192**3 / timed(lambda: (a @ b, torch.cuda.synchronize()))
        large = torch.empty(2**31, dtype=torch.uint8, device="cuda")
        copy = timed(lambda: (large.clone(), torch.cuda.synchronize()))
    bandwidth = 2 * large.numel() / copy
    weights = sum(p.numel() for p in loaded.model.language_model.parameters())
    seen = sum(p.numel() for p in loaded.model.vision_tower.parameters())
    layers = sum(p.numel() for p in loaded.model.language_model.model.layers.parameters())
    operations = 2 * 256 * seen + 3 * 2 * 272 * layers
    return [
        f"vision {1000 * vision:.1f} ms, prefill of one {1000 * prefill[1]:.1f} ms, of four "
        f"{1000 * prefill[4]:.1f} ms, decode step {1000 * step:.2f} ms",
        f"floor by bytes: a step reads {2e-9 * weights:.1f} GB at {1e-12 * bandwidth:.1f} TB/s: "
        f"{2000 * weights / bandwidth:.2f} ms",
        f"floor by operations: vision and three prefills take {1e-12 * operations:.1f} TFLOP at "
        f"{1e-12 * rate:.0f} TFLOP/s: {1000 * operations / rate:.1f} ms",
        f"memory: {1e-9 * torch.cuda.max_memory_allocated():.1f} GB at most",
    ]


def interleaved(*ways: Callable[[], Any]) -> list[float]:
    """Median seconds of each way, in turns, warm."""
    for way in ways:
        way()
    rounds = [[_seconds(way) for way in ways] for _ in range(ROUNDS)]
    return [median(taken) for taken in zip(*rounds, strict=True)]


def timed(step: Callable[[], Any]) -> float:
    return interleaved(step)[0]


def _seconds(way: Callable[[], Any]) -> float:
    began = perf_counter()
    way()
    return perf_counter() - began


def draw(lines: Sequence[str], target: Path) -> None:
    """The report as a picture."""
    font = ImageFont.load_default(18)
    page = Image.new("RGB", (1100, 30 + 26 * len(lines)), "white")
    for at, line in enumerate(lines):
        ImageDraw.Draw(page).text((15, 15 + 26 * at), line, "black", font)
    page.save(target)


def main() -> None:
    """Measures and shows."""
    parser = argparse.ArgumentParser(prog="make bench-navigation", description=__doc__)
    parser.add_argument("--full", action="store_true", help="PaliGemma 3B's shape, on CUDA")
    if not parser.parse_args().full:
        for result in tiny():
            print(
                f"{result.comparison.name}, {result.comparison.setting}: "
                f"{1000 * result.usual.seconds:.0f} ms {result.usual.label}, "
                f"{1000 * result.ours.seconds:.0f} ms {result.ours.label}, "
                f"{result.times_as_fast:.2f} times as fast",
                flush=True,
            )
        return
    if not torch.cuda.is_available():
        sys.exit("No CUDA here: the floors are unmet, as nothing was measured.")
    lines, met = full()
    card = torch.cuda.get_device_name()
    head = f"{card}, torch {torch.__version__}, {datetime.now(UTC):%d %B %Y}; floors in brackets"
    draw([head, *lines], PICTURE)
    print("\n".join([head, *lines, f"wrote {PICTURE}"]))
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
