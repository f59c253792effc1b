"""A user's own steps in one model's pipeline."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, TypeAlias

from pipeline_defs.scope import Scope
from pipeline_defs.sdk import ModelStep, ProcessingStep, Step


@dataclass(frozen=True)
class Extended:
    """The whole pipeline of a model: every top-level step, and parameters beside the usual ones."""

    steps: list[Step]
    parameters: tuple[Any, ...] = ()


Extend: TypeAlias = Callable[[Scope, ProcessingStep, ModelStep], Extended]
"""Places the download and the registration step, and steps of its own."""


class ExtensionError(RuntimeError):
    """An extension module that cannot be used; the message says why."""


def two_steps(scope: Scope, download: ProcessingStep, register: ModelStep) -> Extended:
    """The pipeline of a model without extension."""
    del scope
    return Extended([download, register])


def extension_of(model_type: str) -> Extend:
    """`extend` of `pipeline_defs/extensions/{type}.py` (hyphens as underscores), if it exists."""
    module_name = f"pipeline_defs.extensions.{model_type.replace('-', '_')}"
    if find_spec(module_name) is None:
        return two_steps
    extend = getattr(importlib.import_module(module_name), "extend", None)
    if not callable(extend):
        raise ExtensionError(
            f"{module_name} defines no extend(scope, download, register): see docs/extending.md"
        )
    return extend  # type: ignore[no-any-return]
