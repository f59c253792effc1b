"""The order of a pipeline's steps: what each waits for, and what falls away with a branch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from local_cloud.sagemaker.pipelines.engine.definition import Definition, Step
from local_cloud.sagemaker.pipelines.engine.errors import DefinitionError
from local_cloud.sagemaker.pipelines.engine.expressions import references

Dependencies = Mapping[str, frozenset[str]]


def step_references(step: Step) -> set[str]:
    """Names of the steps whose properties or files this step itself reads."""
    arguments = {k: v for k, v in step.arguments.items() if k not in ("IfSteps", "ElseSteps")}
    outer = {k: v for k, v in step.document.items() if k != "Arguments"}
    return {r.name for part in (arguments, outer) for r in references(part) if r.kind == "Steps"}


def dependencies(definition: Definition) -> Dependencies:
    """For each step the steps that must have succeeded before it: those it depends on or
    reads from, and the Condition whose branch it stands in.

    Raises DefinitionError when the steps wait for each other.
    """
    waits_for: dict[str, set[str]] = {}
    for step in definition.all_steps():
        waits_for.setdefault(step.name, set()).update(step.depends_on, step_references(step))
        for child in step.branches:
            waits_for.setdefault(child.name, set()).add(step.name)
    try:
        TopologicalSorter(waits_for).prepare()
    except CycleError as error:
        cycle = " -> ".join(error.args[1])
        raise DefinitionError(f"Cycle detected in pipeline definition: {cycle}.") from error
    return {name: frozenset(needed) for name, needed in waits_for.items()}


def downstream(roots: Iterable[str], waits_for: Dependencies) -> set[str]:
    """The given steps and every step that directly or indirectly waits for one of them."""
    reached: set[str] = set(roots)
    grew = True
    while grew:
        more = {name for name, needed in waits_for.items() if needed & reached} - reached
        grew = bool(more)
        reached |= more
    return reached
