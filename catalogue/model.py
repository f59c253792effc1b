"""The shape of `models.yaml`."""

from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

MAX_TYPE_LENGTH = 19
"""Keeps `{prefix}-{type}-model-package-group` in SageMaker's 63 characters with any name_prefix,
of which Terraform takes 23."""

MAX_PATTERNS = 38
"""A job takes 100 arguments: two for each pattern, and 24 for the rest of a gated model's."""

MAX_ARGUMENT_LENGTH = 200
"""A job takes 256 characters in an argument, customer metadata in a value; with room for `.zip`."""

MAX_REPOSITORY_LENGTH = 96
"""The hub's own limit of owner/name."""

RESERVED_TYPES = frozenset({"promotions"})
"""Top-level folders of the production bucket that are not models."""


def _relative_pattern(pattern: str) -> str:
    parts = pattern.split("/")
    if "\\" in pattern or any(part in {"", ".", ".."} for part in parts):
        raise ValueError("write a path relative to the repository, such as onnx/model.onnx")
    if "**" in pattern:
        raise ValueError('"**" is not supported: "*" matches within one folder, name the folder')
    return pattern


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
    StringConstraints(
        strict=True, pattern=r"^[A-Za-z0-9_.*?/\-]+$", max_length=MAX_ARGUMENT_LENGTH
    ),
    AfterValidator(_relative_pattern),
]
Licence = Annotated[
    str,
    StringConstraints(
        strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9.+-]*$", max_length=MAX_ARGUMENT_LENGTH
    ),
]
InstanceType = Annotated[
    str, StringConstraints(strict=True, pattern=r"^ml\.[a-z0-9-]+\.[a-z0-9]+$")
]


class Model(BaseModel):
    """One edge model: where it comes from and what of it the browser needs.

    `max_size_mb` is in MiB and applies to the zip; without an `instance_type` it is Terraform's
    variable `processing_instance_type`.
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
    licence: Licence
    max_size_mb: Annotated[int, Field(strict=True, gt=0, le=5000)]
    accept_licence: Annotated[bool, Field(strict=True)] = False
    gated: Annotated[bool, Field(strict=True)] = False
    instance_type: InstanceType | None = None

    @property
    def archive_name(self) -> str:
        """File name of the zip: the repository's basename."""
        return f"{PurePosixPath(self.repository).name}.zip"


class Catalogue(BaseModel):
    """Every model by its type, in the order of `models.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    models: Annotated[dict[ModelType, Model], Field(min_length=1)]
