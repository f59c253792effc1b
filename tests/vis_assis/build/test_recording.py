"""A recording shows what was printed, when, and stands still before it needs a button."""

from __future__ import annotations

import os
import re
from xml.etree import ElementTree

import pytest

from vis_assis.build import recording
from vis_assis.errors import CommandError

SVG = "{http://www.w3.org/2000/svg}"


def test_a_recording_is_what_was_printed() -> None:
    commands = ["echo 'a <b> & c'", f"printf '{'x' * 120}\\n' >&2"]
    lines = recording.recorded(commands, {**os.environ, "MAKEFLAGS": "w", "MAKELEVEL": "1"})
    assert [text for _, text in lines][:2] == ["$ echo 'a <b> & c'", "a <b> & c"]
    slow = [(at + 300 * index, text) for index, (at, text) in enumerate(lines)]
    picture = recording.drawn(slow, "title")
    texts = list(ElementTree.fromstring(picture).iter(f"{SVG}text"))  # noqa: S314 - our own
    assert [text.text for text in texts][1] == "a <b> & c"
    assert [len(str(text.text)) for text in texts][-2:] == [recording.COLUMNS, 20]
    delays = [float(text) for text in re.findall(r"animation-delay:([\d.]+)s", picture)]
    assert delays == sorted(delays)
    assert delays[-1] < 5
    assert "infinite" not in picture


def test_a_failed_command_is_no_recording() -> None:
    with pytest.raises(CommandError, match="exit 3 failed: broken"):
        recording.recorded(["echo broken; exit 3"], dict(os.environ))
