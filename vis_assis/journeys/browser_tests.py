"""`make test-browser`: runs tests/browser in an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from vis_assis.build import environments
from vis_assis.build.environments import ROOT, Environment, ensure

BROWSER = Environment(
    "browser", f"{sys.version_info[0]}.{sys.version_info[1]}", ("requirements/browser.txt",)
)
# The first test waits for the stack and its pipelines.
DEPLOY_SECONDS = "900"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main(arguments: list[str]) -> int:
    """Runs the tests and returns pytest's exit status.

    Args:
        arguments: for pytest.
    """
    needed = ("npm", os.environ.get("TERRAFORM", "terraform"))
    missing = [name for name in needed if shutil.which(name) is None]
    if not any(shutil.which(name) for name in CHROMIUM):
        missing.append("chromium")
    if missing:
        print(
            f"test-browser needs {', '.join(missing)} on PATH; on Debian install what is missing "
            "with `apt-get install chromium npm`, Terraform from its own site.",
            file=sys.stderr,
        )
        return 1
    # There is no uv in that environment: what takes one is made here.
    environments.main()
    python = ensure(BROWSER)
    command = [
        str(python),
        "-m",
        "pytest",
        "tests/browser",
        "--timeout",
        DEPLOY_SECONDS,
        *arguments,
    ]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
