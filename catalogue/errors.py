"""What was wrong in `models.yaml`, worded for the person who edits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from catalogue.model import MAX_TYPE_LENGTH, Catalogue, Model

Location = tuple[int | str, ...]
"""Where something is: keys and positions in lists, from the top."""

EXAMPLES = {
    "models": "a mapping of model type to model",
    "repository": "owner/name, such as xenova/speecht5_tts",
    "revision": 'a commit, tag or branch as text, such as main; quote one of digits only ("1234")',
    "files": 'a list of patterns, such as ["*.json", onnx/model_quantized.onnx]',
    "licence": "an SPDX name, such as Apache-2.0, or a list of all that apply",
    "max_size_mb": "a whole number of MiB from 1 to 5000",
    "accept_licence": "true or false",
    "gated": "true or false",
    "instance_type": "a SageMaker instance type, such as ml.m5.large",
}
TYPE_EXAMPLE = f"lower-case words joined by hyphens, at most {MAX_TYPE_LENGTH} characters"
MAX_SHOWN = 60
MAX_PROBLEMS = 20


class CatalogueError(ValueError):
    """`models.yaml` cannot be used; the message names the file, each field and its remedy."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        shown = list(problems[:MAX_PROBLEMS])
        if len(problems) > MAX_PROBLEMS:
            shown.append(f"and {len(problems) - MAX_PROBLEMS} more problems")
        self.problems = tuple(shown)
        super().__init__("\n".join(f"{path.name}: {problem}" for problem in self.problems))


def shortened(text: str) -> str:
    """The text, or its beginning when it is long."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def problems_of(error: ValidationError, starts: Mapping[Location, yaml.Mark]) -> list[str]:
    """One line per faulty field: where it is, what is wrong, what to write."""
    return [
        f"{_place(detail['loc'], starts)}{_location(detail['loc'], starts)}: {_remedy(detail)}"
        for detail in error.errors(include_url=False)
    ]


def _place(loc: Location, starts: Mapping[Location, yaml.Mark]) -> str:
    """Line and column of the field; where it is missing, of what should have it."""
    found = [starts[loc[:end]] for end in range(len(loc), -1, -1) if loc[:end] in starts]
    return f"line {found[0].line + 1}, column {found[0].column + 1}: " if found else ""


def _location(loc: Location, starts: Mapping[Location, yaml.Mark]) -> str:
    text = ""
    for end, part in enumerate(loc, start=1):
        # the one name of a licence is an item to the schema only
        if part == "[key]" or (isinstance(part, int) and loc[:end] not in starts):
            continue
        text += f"[{part}]" if isinstance(part, int) else f".{shortened(part)}"
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
    found = shortened(repr(detail["input"]))
    if detail["type"] == "value_error":
        return f"{_message(detail)} (found {found})"
    return f"{_message(detail)}, not {found}; write {EXAMPLES[str(field)]}"


def _message(detail: ErrorDetails) -> str:
    text = detail["msg"].removeprefix("Value error, ").replace("valid tuple", "list")
    return text[:1].lower() + text[1:]
