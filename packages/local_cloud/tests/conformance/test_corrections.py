"""CORRECTIONS.md says what the corrections' docstrings say."""

from __future__ import annotations

import runpy
from pathlib import Path

PACKAGE = Path(__file__).parents[2]
CORRECTIONS = runpy.run_path(str(PACKAGE / "conformance" / "corrections.py"))


def test_the_document_is_up_to_date() -> None:
    written = (PACKAGE / "CORRECTIONS.md").read_text()
    assert written == CORRECTIONS["document"](), "run `python conformance/corrections.py`"


def test_every_correction_says_what_aws_does() -> None:
    rows = [row for row in CORRECTIONS["document"]().splitlines() if row.startswith("- `")]
    assert len(rows) > 50
    assert [row for row in rows if "AWS" not in row] == []
