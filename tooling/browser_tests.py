"""`make test-browser`: runs tests/browser in an environment of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys

from tooling.environments import ROOT, Environment, ensure

BROWSER = Environment(
    "browser", f"{sys.version_info[0]}.{sys.version_info[1]}", ("requirements/browser.txt",)
)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main(arguments: list[str]) -> int:
    """Runs the tests and returns pytest's exit status.

    Parameters:
        arguments: for pytest.
    """
    missing = [name for name in ("npm", "terraform") if shutil.which(name) is None]
    if not any(shutil.which(name) for name in CHROMIUM):
        missing.append("chromium")
    if missing:
        print(
            f"test-browser needs {', '.join(missing)} on PATH; on Debian install what is missing "
            "with `apt-get install chromium npm`, Terraform from its own site.",
            file=sys.stderr,
        )
        return 1
    python = ensure(BROWSER)
    return subprocess.run(
        [python, "-m", "pytest", "tests/browser", *arguments], cwd=ROOT, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
