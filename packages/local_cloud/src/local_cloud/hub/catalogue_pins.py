"""Revisions that the catalogue pins.

A real commit hash is a hash of the real weights, which a hub with small stand-ins cannot
reproduce. What the catalogue pins is therefore served as an alias of the repository's newest
content, so that the same catalogue works here and on the real hub. All other unknown revisions
stay unknown.
"""

from __future__ import annotations

from pathlib import Path

from catalogue.strict_yaml import NotCommonError, read


def read_pins(catalogue: Path) -> dict[str, frozenset[str]]:
    """Pinned revisions per repository name (lower case) of a `models.yaml`.

    Raises ValueError naming the file when it is no catalogue.
    """
    try:
        document = read(catalogue.read_text(encoding="utf-8")).content
        models = document["models"].items()
    except NotCommonError as exc:
        raise ValueError(f"{catalogue}: {exc}") from exc
    except (KeyError, TypeError, AttributeError) as exc:
        raise ValueError(f"{catalogue}: expected a mapping 'models' of model types") from exc
    pins: dict[str, set[str]] = {}
    for model_type, model in models:
        try:
            repository, revision = str(model["repository"]), str(model["revision"])
        except (KeyError, TypeError) as exc:
            raise ValueError(f"{catalogue}: model {model_type} lacks {exc}") from exc
        pins.setdefault(repository.lower(), set()).add(revision)
    return {name: frozenset(revisions) for name, revisions in pins.items()}
