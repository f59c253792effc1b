"""`python -m pipeline_defs [--check]`: regenerate the definitions, or say which are stale."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from catalogue import DEFAULT_PATH, CatalogueError, load
from pipeline_defs import definitions_folder


def main(arguments: Sequence[str]) -> int:
    """0 when the definitions are written or up to date, 1 with a message when not."""
    parser = argparse.ArgumentParser(prog="python -m pipeline_defs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say which file is stale")
    parser.add_argument("--catalogue", type=Path, default=DEFAULT_PATH)
    parser.add_argument("--folder", type=Path, default=definitions_folder.FOLDER)
    options = parser.parse_args(arguments)
    try:
        models = load(options.catalogue).models
    except CatalogueError as exc:
        print(exc, file=sys.stderr)
        return 1
    from pipeline_defs.generator import definition  # noqa: PLC0415 - takes seconds to import

    definitions = {name: definition(name, model) for name, model in models.items()}
    definitions[definitions_folder.BASIS] = definitions_folder.basis(models)
    if not options.check:
        for path in definitions_folder.write(definitions, options.folder):
            print(f"{'wrote' if path.exists() else 'removed'} {path.name}")
        return 0
    stale = definitions_folder.stale(definitions, options.folder)
    for path in stale:
        print(f"{path}: stale; run `make pipelines` and commit the result", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
