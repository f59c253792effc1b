"""`build/local.env`: KEY=VALUE lines that a shell, python-dotenv and Docker read alike."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vis_assis.build.environments import ROOT

FILE = ROOT / "build" / "local.env"


def environment_lines(cloud: Mapping[str, str], outputs: Mapping[str, Any]) -> list[str]:
    """The KEY=VALUE lines for an AWS client and each stack output as VIS_ASSIS_<OUTPUT>.

    Args:
        cloud: the variables that point an AWS client at the local cloud.
        outputs: Terraform's outputs by name; other than strings are written as compact JSON, and
            one of several lines, which is a file of its own, is left out.
    """
    lines = [f"{name}={_quoted(value)}" for name, value in cloud.items()]
    for name, value in sorted(outputs.items()):
        if isinstance(value, str) and "\n" in value:
            continue
        text = value if isinstance(value, str) else _json(value)
        lines.append(f"VIS_ASSIS_{name.upper()}={_quoted(text)}")
    return lines


def write_environment(path: Path, cloud: Mapping[str, str], outputs: Mapping[str, Any]) -> None:
    """Writes the file in one step: who sees it can use it.

    Args:
        path: of the file.
        cloud: as for `environment_lines`, and likewise `outputs`.
    """
    temporary = path.with_suffix(".tmp")
    temporary.parent.mkdir(parents=True, exist_ok=True)
    temporary.write_text("\n".join(environment_lines(cloud, outputs)) + "\n")
    temporary.replace(path)


def read_environment(path: Path) -> dict[str, str]:
    """The values of a file's KEY=VALUE lines by name, without quotes."""
    lines = (line.partition("=") for line in path.read_text().splitlines())
    return {name.strip(): _unquoted(value.strip()) for name, equals, value in lines if equals}


def _json(value: Any) -> str:
    """Compact JSON that stays the same between single quotes, however they are read.

    python-dotenv knows escapes there and a shell does not; JSON itself has other ways to write
    an apostrophe and a backslash.
    """
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("\\\\", "\\u005c").replace("'", "\\u0027")


def _quoted(value: str) -> str:
    return shlex.quote(value) if value else ""


def _unquoted(value: str) -> str:
    return "".join(shlex.split(value)) if value[:1] in ("'", '"') else value
