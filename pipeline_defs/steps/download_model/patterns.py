"""Which files of a repository the browser needs."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from .errors import StepError
from .file_names import shown

SHOWN = 12


def matches(path: str, pattern: str) -> bool:
    """Whether `path` matches, folder by folder: "*.json" means those at the top only."""
    parts, wanted = path.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))


def select(paths: Iterable[str], patterns: Sequence[str], *, source: str) -> list[str]:
    """The paths that match a pattern, sorted; `source` names repository and revision in errors.

    Raises:
        StepError: a pattern matches nothing, or none of the files is a model.
    """
    available = sorted(paths)
    for pattern in patterns:
        if not any(matches(path, pattern) for path in available):
            raise StepError(
                f"{source} has no file that matches {pattern!r}; it has {_shown(available)}. "
                "Correct `files` in models.yaml or choose another revision."
            )
    chosen = [path for path in available if any(matches(path, pattern) for pattern in patterns)]
    if not any(path.endswith(".onnx") for path in chosen):
        models = [path for path in available if path.endswith(".onnx")]
        there = f"it has {_shown(models)}" if models else "it has none"
        raise StepError(
            f"{source}: `files` in models.yaml match no .onnx file, the model that the browser "
            f"runs; {there}. Add one to `files`, or choose another revision or repository."
        )
    return chosen


def _shown(available: Sequence[str]) -> str:
    if not available:
        return "no files at all"
    more = f" and {len(available) - SHOWN} more" if len(available) > SHOWN else ""
    return ", ".join(map(shown, available[:SHOWN])) + more
