"""The shape of `models.yaml`."""

import re
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_serializer,
)

MAX_TYPE_LENGTH = 19
"""Keeps `{prefix}-{type}-model-package-group` in SageMaker's 63 characters with any name_prefix,
of which Terraform takes 23."""

MAX_PATTERNS = 38
"""A job takes 100 arguments: two for each pattern, and 24 for the rest of a gated model's."""

MAX_ARGUMENT_LENGTH = 200
"""A job takes 256 characters in an argument, customer metadata in a value; with room for `.zip`."""

MAX_METADATA_LENGTH = 256
"""What a value of customer metadata takes."""

ALL_OF = " AND "
"""Between licences that all apply, as in SPDX expressions."""

MAX_REPOSITORY_LENGTH = 96
"""The hub's own limit of owner/name."""

_PATTERN = re.compile(r"[A-Za-z0-9_.*?\[][A-Za-z0-9_.*?\[\]!+/-]*")

RESERVED_TYPES = frozenset({"files", "promotions"})
"""Top-level folders of the production bucket that are not models."""


def _relative_pattern(pattern: str) -> str:
    parts = pattern.split("/")
    if "\\" in pattern or any(part in {"", ".", ".."} for part in parts):
        raise ValueError("write a path relative to the repository, such as onnx/model.onnx")
    if "**" in pattern:
        raise ValueError('"**" is not supported: "*" matches within one folder, name the folder')
    if not _PATTERN.fullmatch(pattern):
        raise ValueError(
            "file names in a zip have letters, digits and . _ + -, a pattern * ? and [ab] as well; "
            "rename the file in a copy of the repository, or choose another"
        )
    return pattern


def _several(names: object) -> object:
    """One name or a list of them; a list of one would be a second way to write the same."""
    if isinstance(names, list) and len(names) == 1:
        raise ValueError("one name needs no list: write it without brackets")
    return (names,) if isinstance(names, str) else names


def _expressible(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names or len({name.casefold() for name in names}) < len(names):
        raise ValueError("write each licence that applies, once")
    length = len(ALL_OF.join(names))
    if length > MAX_METADATA_LENGTH:
        raise ValueError(
            f"with {ALL_OF.strip()!r} between them the names take {length} characters, a version's "
            f"metadata has room for {MAX_METADATA_LENGTH}: shorten them"
        )
    return names


def _at_least_one(patterns: tuple[str, ...]) -> tuple[str, ...]:
    if not patterns:
        raise ValueError('the list is empty; write a list of patterns, such as ["*.json"]')
    return patterns


def _few_enough(patterns: tuple[str, ...]) -> tuple[str, ...]:
    if len(patterns) > MAX_PATTERNS:
        raise ValueError(
            f"{len(patterns)} patterns are more than the {MAX_PATTERNS} that a job takes; write "
            '"*" for the files of one folder'
        )
    return patterns


def _no_duplicates(patterns: tuple[str, ...]) -> tuple[str, ...]:
    repeated = sorted({pattern for pattern in patterns if patterns.count(pattern) > 1})
    if repeated:
        raise ValueError(f"remove the repeated pattern {', '.join(repeated)}")
    return patterns


def _known_to_the_hub(repository: str) -> str:
    """https://huggingface.co/docs/huggingface_hub/package_reference/utilities (validate_repo_id)"""
    if "--" in repository or ".." in repository or repository.endswith(".git"):
        raise ValueError(
            'the hub has no name with "--" or "..", or that ends in ".git"; write owner/name, such '
            "as xenova/speecht5_tts"
        )
    return repository


def _not_reserved(model_type: str) -> str:
    if model_type in RESERVED_TYPES:
        raise ValueError(f"{model_type!r} is a folder of the production bucket: choose another")
    return model_type


_NAME = "[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9_])?"
ModelType = Annotated[
    str,
    StringConstraints(
        strict=True, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=MAX_TYPE_LENGTH
    ),
    AfterValidator(_not_reserved),
]
Repository = Annotated[
    str,
    StringConstraints(
        strict=True,
        pattern=rf"^{_NAME}/{_NAME}$",
        max_length=MAX_REPOSITORY_LENGTH,
    ),
    AfterValidator(_known_to_the_hub),
]
Revision = Annotated[
    str,
    StringConstraints(
        strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_./-]*$", max_length=MAX_ARGUMENT_LENGTH
    ),
]
FilePattern = Annotated[
    str,
    StringConstraints(strict=True, max_length=MAX_ARGUMENT_LENGTH),
    AfterValidator(_relative_pattern),
]
LicenceName = Annotated[
    str,
    StringConstraints(
        strict=True,
        # what customer metadata takes; a comma separates names
        pattern=r"^[\p{L}\p{N}]( ?[\p{L}\p{N}_.:/=+@-])*$",
        max_length=MAX_ARGUMENT_LENGTH,
    ),
]
InstanceType = Annotated[
    str, StringConstraints(strict=True, pattern=r"^ml\.[a-z0-9-]+\.[a-z0-9]+$")
]


class Model(BaseModel):
    """One edge model: where it comes from and what of it the browser needs.

    Every licence of `licence` applies. `max_size_mb` is in MiB and applies to the files together;
    without an `instance_type` it is Terraform's variable `processing_instance_type`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    repository: Repository
    revision: Revision
    files: Annotated[
        tuple[FilePattern, ...],
        AfterValidator(_at_least_one),
        AfterValidator(_few_enough),
        AfterValidator(_no_duplicates),
    ]
    licence: Annotated[
        tuple[LicenceName, ...], BeforeValidator(_several), AfterValidator(_expressible)
    ]
    max_size_mb: Annotated[int, Field(strict=True, gt=0, le=5000)]
    accept_licence: Annotated[bool, Field(strict=True)] = False
    gated: Annotated[bool, Field(strict=True)] = False
    instance_type: InstanceType | None = None

    @field_serializer("licence")
    def _as_written(self, names: tuple[str, ...]) -> str | list[str]:
        return names[0] if len(names) == 1 else list(names)

    @property
    def archive_name(self) -> str:
        """File name of the zip: the repository's basename."""
        return f"{PurePosixPath(self.repository).name}.zip"


class Catalogue(BaseModel):
    """Every model by its type, in the order of `models.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    models: Annotated[dict[ModelType, Model], Field(min_length=1)]
