"""`make recordings`: pictures of a terminal in docs/recordings, from real runs on a local cloud.

Each line appears in its turn. All of it takes less than the five seconds after which WCAG 2.2.2
asks for a button that stops what moves, and who prefers no motion sees the end at once.
"""

from __future__ import annotations

import os
import subprocess
import textwrap
import time
from collections.abc import Sequence
from html import escape

from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.local.local_stack import local_stack
from vis_assis.stack.target import LOCAL_STATE_DIR

FOLDER = ROOT / "docs" / "recordings"
COLUMNS, LINE_PIXELS, COLUMN_PIXELS, PLAYED_SECONDS = 100, 20, 8.43, 4.5
APPROVAL = (
    "vis-assis run depth --wait",
    'vis-assis approve depth --note "licence checked"',
    "vis-assis status",
)
Line = tuple[float, str]

STYLE = """
text { font: 14px ui-monospace, "DejaVu Sans Mono", monospace; fill: #f2f3f5; white-space: pre; }
.typed { fill: #9cc2ff; font-weight: 600; }
@media (prefers-reduced-motion: no-preference) {
  text { animation: appear 1ms both; }
  @keyframes appear { from { visibility: hidden; } }
}
"""


def recorded(commands: Sequence[str], environment: dict[str, str]) -> list[Line]:
    """What a terminal shows of the commands, one after the other, with the seconds until it did.

    Raises:
        CommandError: when one fails.
    """
    # Inside another make, make names the folder that it works in.
    kept = {name: value for name, value in environment.items() if not name.startswith("MAKE")}
    begun, lines = time.monotonic(), []
    for command in commands:
        lines.append((time.monotonic() - begun, f"$ {command}"))
        path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{kept['PATH']}"
        with subprocess.Popen(
            ["/bin/sh", "-c", command],
            cwd=ROOT,
            env={**kept, "COLUMNS": str(COLUMNS), "PATH": path, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            printed = process.stdout or ()
            lines += [(time.monotonic() - begun, line.rstrip()) for line in printed]
        if process.returncode:
            raise CommandError(f"{command} failed: {lines[-1][1]}")
    return lines


def drawn(lines: Sequence[Line], title: str) -> str:
    """The lines as an SVG that plays once."""
    scale = PLAYED_SECONDS / max(lines[-1][0], PLAYED_SECONDS)
    rows = [
        (at * scale, part, line.startswith("$ "))
        for at, line in lines
        for part in textwrap.wrap(line, COLUMNS, drop_whitespace=False) or [""]
    ]
    width, height = round(COLUMNS * COLUMN_PIXELS) + 32, len(rows) * LINE_PIXELS + 32
    texts = [
        f'<text class="{"typed" if typed else "said"}" x="16" y="{16 + LINE_PIXELS * number}" '
        f'style="animation-delay:{at:.2f}s">{escape(part)}</text>'
        for number, (at, part, typed) in enumerate(rows, 1)
        if part
    ]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img">',
            f"<title>{escape(title)}</title><style>{STYLE}</style>",
            '<rect width="100%" height="100%" rx="8" fill="#121418"/>',
            *texts,
            "</svg>\n",
        )
    )


def main() -> None:
    """Records the demo and an approval; each needs a deployment."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    demo = recorded(["make demo"], dict(os.environ))
    (FOLDER / "demo.svg").write_text(drawn(demo, "make demo"))
    with local_stack(LOCAL_STATE_DIR) as stack:
        approval = recorded(APPROVAL, {**os.environ, **stack.cloud.environment()})
    (FOLDER / "approval.svg").write_text(drawn(approval, "An approval with vis-assis"))


if __name__ == "__main__":
    main()
