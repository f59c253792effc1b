"""What was wrong in `models.yaml`, worded for the person who edits it."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from catalogue.model import MAX_TYPE_LENGTH, Catalogue, Model

EXAMPLES = {
    "models": "a mapping of model type to model",
    "repository": "owner/name, such as xenova/speecht5_tts",
    "revision": 'a commit, tag or branch as text, such as main; quote one of digits only ("1234")',
    "files": 'a list of patterns, such as ["*.json", onnx/model_quantized.onnx]',
    "licence": "an SPDX name, such as Apache-2.0",
    "max_size_mb": "a whole number of MiB from 1 to 5000",
    "accept_licence": "true or false",
    "gated": "true or false",
    "instance_type": "a SageMaker instance type, such as ml.m5.large",
}
TYPE_EXAMPLE = f"lower-case words joined by hyphens, at most {MAX_TYPE_LENGTH} characters"


class CatalogueError(ValueError):
    """`models.yaml` cannot be used; the message names the file, each field and its remedy."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{path.name}: {problem}" for problem in self.problems))


def problems_of(error: ValidationError) -> list[str]:
    """One line per faulty field: where it is, what is wrong, what to write."""
    return [
        f"{_location(detail['loc'])}: {_remedy(detail)}"
        for detail in error.errors(include_url=False)
    ]


def _location(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        if part == "[key]":
            continue
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".") or "the file"


def _remedy(detail: ErrorDetails) -> str:
    loc = detail["loc"]
    if detail["type"] == "extra_forbidden":
        allowed = Model.model_fields if len(loc) > 1 else Catalogue.model_fields
        return f"unknown key; remove it or use one of {', '.join(allowed)}"
    if loc and loc[-1] == "[key]":
        return f"bad model type ({_message(detail)}); write {TYPE_EXAMPLE}"
    field = next((str(part) for part in reversed(loc) if part in EXAMPLES), None)
    if detail["type"] == "missing":
        return f"missing; add {EXAMPLES[str(loc[-1])]}"
    if field in {None, "models"}:
        needed = EXAMPLES["models"] if len(loc) < 2 else f"the keys {', '.join(Model.model_fields)}"
        return f"{_message(detail)}; write {needed}"
    if detail["type"] == "value_error":
        return f"{_message(detail)} (found {detail['input']!r})"
    return f"{_message(detail)}, not {detail['input']!r}; write {EXAMPLES[str(field)]}"


def _message(detail: ErrorDetails) -> str:
    text = detail["msg"].removeprefix("Value error, ")
    return text[:1].lower() + text[1:]
