"""What the code believes of AWS: answers that AWS gave, and what nobody has seen there yet."""

from __future__ import annotations

from typing import Any

import yaml

from vis_assis.build.environments import ROOT

FOLDER = ROOT / "vis_assis" / "facts"
# libyaml reads the recorded answers in a tenth of the time.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def recorded() -> dict[str, Any]:
    """The recorded answers: `sources`, and `groups` of rows about one subject."""
    read: dict[str, Any] = yaml.load((FOLDER / "recorded.yaml").read_text(), LOADER)  # noqa: S506
    return read


def beliefs() -> list[dict[str, str]]:
    """What is not yet seen on AWS, with what depends on it, its check and its remedy."""
    read: list[dict[str, str]] = yaml.safe_load((FOLDER / "beliefs.yaml").read_text())
    return read
