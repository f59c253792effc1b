"""Judges the zip that the download step made; writes evaluation.json (`passed`, `message`).

A model that fails is a result, not an error of the step: the pipeline decides what follows.
"""

import argparse
import json
import os
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

CONFIG = "config.json"


def evaluate(archive: Path, max_zip_bytes: int) -> list[str]:
    """What is wrong with `archive`; empty when it may be delivered."""
    problems = []
    if (size := archive.stat().st_size) > max_zip_bytes:
        problems.append(f"{archive.name} has {size} bytes, more than {max_zip_bytes}")
    with zipfile.ZipFile(archive) as content:
        if (damaged := content.testzip()) is not None:
            problems.append(f"{damaged} is damaged")
        if CONFIG not in content.namelist():
            problems.append(f"{archive.name} has no {CONFIG}")
        elif "model_type" not in json.loads(content.read(CONFIG)):
            problems.append(f"{CONFIG} names no model_type, which transformers.js needs")
    return problems


def main(arguments: Sequence[str]) -> int:
    """Evaluate the only zip in `--model-dir`."""
    parser = argparse.ArgumentParser(prog="evaluate_model")
    parser.add_argument("--model-dir", type=Path, required=True)
    parser.add_argument("--max-zip-bytes", type=int, required=True)
    parser.add_argument("--output-dir", type=Path, required=True)
    given = parser.parse_args(arguments)
    archives = sorted(given.model_dir.glob("*.zip"))
    if len(archives) != 1:
        _log(f"expected one zip in {given.model_dir}, found {len(archives)}")
        return 1
    problems = evaluate(archives[0], given.max_zip_bytes)
    report = {"passed": not problems, "message": "; ".join(problems) or "passed"}
    given.output_dir.mkdir(parents=True, exist_ok=True)
    (given.output_dir / "evaluation.json").write_text(json.dumps(report) + "\n", encoding="utf-8")
    _log(str(report["message"]))
    return 0


def _log(message: str) -> None:
    """One JSON line with the id that follows the model into production."""
    print(json.dumps({"message": message, "correlation_id": os.environ.get("CORRELATION_ID")}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
