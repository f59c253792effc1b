"""The parts of a pipeline definition (schema 2020-12-01) and how they are read from JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local_cloud.sagemaker.pipelines.engine.errors import DefinitionError


@dataclass(frozen=True)
class Parameter:
    """A pipeline parameter; ``default`` is None when a value must be passed at the start."""

    name: str
    type: str
    default: Any
    enum_values: tuple[Any, ...]


@dataclass(frozen=True)
class PropertyFile:
    """A JSON file in a step's output that later steps read with ``Std:JsonGet``."""

    name: str
    output_name: str
    file_path: str


@dataclass(frozen=True)
class Step:
    """One step, with ``document`` as the JSON object that it was read from."""

    name: str
    type: str
    arguments: dict[str, Any]
    depends_on: tuple[str, ...]
    property_files: tuple[PropertyFile, ...]
    if_steps: tuple[Step, ...]
    else_steps: tuple[Step, ...]
    document: dict[str, Any]

    @property
    def branches(self) -> tuple[Step, ...]:
        """The steps of both branches of a Condition."""
        return self.if_steps + self.else_steps


@dataclass(frozen=True)
class Definition:
    """A parsed definition; ``steps`` holds the top level in document order."""

    parameters: tuple[Parameter, ...]
    steps: tuple[Step, ...]

    def all_steps(self) -> Iterator[Step]:
        """Every step, those inside Condition branches after their Condition."""
        yield from _walk(self.steps)


def read_definition(text: str) -> Definition:
    """Read a definition's JSON text.

    Raises DefinitionError when it is not JSON or a part has the wrong shape; references and
    names are checked by ``definition_checks.check_definition``.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise DefinitionError(f"Unable to parse pipeline definition. {error}") from error
    if not isinstance(document, dict):
        raise DefinitionError("Unable to parse pipeline definition. Expecting a JSON object.")
    if document.get("Version") != "2020-12-01":
        raise DefinitionError(
            "Unable to parse pipeline definition. Version must be '2020-12-01', "
            f"got {document.get('Version')!r}."
        )
    return Definition(
        parameters=tuple(_parameter(item) for item in _objects(document, "Parameters")),
        steps=_steps(document, "Steps"),
    )


def _walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _walk(step.branches)


def _parameter(item: dict[str, Any]) -> Parameter:
    name = _text(item, "Name", "Parameters")
    return Parameter(
        name=name,
        type=_text(item, "Type", f"parameter {name}"),
        default=item.get("DefaultValue"),
        enum_values=tuple(_list(item, "EnumValues")),
    )


def _steps(owner: dict[str, Any], key: str) -> tuple[Step, ...]:
    return tuple(_step(item) for item in _objects(owner, key))


def _step(item: dict[str, Any]) -> Step:
    name = _text(item, "Name", "Steps")
    kind = _text(item, "Type", f"step {name}")
    arguments = item.get("Arguments", {})
    if not isinstance(arguments, dict):
        raise _malformed(f"Arguments of step {name} must be an object")
    is_condition = kind == "Condition"
    return Step(
        name=name,
        type=kind,
        arguments=arguments,
        depends_on=_names(item, "DependsOn"),
        property_files=tuple(_property_file(name, f) for f in _objects(item, "PropertyFiles")),
        if_steps=_steps(arguments, "IfSteps") if is_condition else (),
        else_steps=_steps(arguments, "ElseSteps") if is_condition else (),
        document=item,
    )


def _property_file(step: str, item: dict[str, Any]) -> PropertyFile:
    where = f"PropertyFiles of step {step}"
    return PropertyFile(
        name=_text(item, "PropertyFileName", where),
        output_name=_text(item, "OutputName", where),
        file_path=_text(item, "FilePath", where),
    )


def _text(owner: dict[str, Any], key: str, where: str) -> str:
    value = owner.get(key)
    if not isinstance(value, str) or not value:
        raise _malformed(f"{key} is missing or no string in {where}")
    return value


def _list(owner: dict[str, Any], key: str) -> list[Any]:
    value = owner.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _malformed(f"Expecting start of Json Array for {key}")
    return value


def _objects(owner: dict[str, Any], key: str) -> list[dict[str, Any]]:
    items = _list(owner, key)
    if not all(isinstance(item, dict) for item in items):
        raise _malformed(f"{key} must hold objects only")
    return items


def _names(owner: dict[str, Any], key: str) -> tuple[str, ...]:
    items = _list(owner, key)
    if not all(isinstance(item, str) for item in items):
        raise _malformed(f"{key} must hold step names only")
    return tuple(items)


def _malformed(what: str) -> DefinitionError:
    return DefinitionError(f"Unable to parse pipeline definition. {what}.")
