"""Re-pins every requirements file; the larger set decides the versions of the smaller ones."""

from __future__ import annotations

import subprocess

from vis_assis.build.environments import ROOT, find_uv

OPTIONS = ("--quiet", "--universal", "--python-version", "3.11", "--no-header", "--no-annotate")
DEV = "requirements/dev.txt"
SETS: dict[str, tuple[str, ...]] = {
    "requirements/dev": (),
    "requirements/browser": ("--constraints", DEV),
    "requirements/deploy": ("--constraints", DEV),
    "requirements/runtime": ("--constraints", DEV),
    "requirements/scanners": (),
    "requirements/lambda": ("--constraints", DEV),
    "requirements/lambda_runtime": ("--constraints", DEV),
    "requirements/pillow": (),
    "requirements/release_server": ("--constraints", DEV),
    "requirements/uv": (),
    "pipeline_defs/steps/download_model/requirements": ("--constraints", DEV),
}


def main() -> None:
    """Writes each `<set>.txt` from `<set>.in`, with hashes.

    Raises:
        subprocess.CalledProcessError: when a set cannot be resolved.
    """
    for name, constraints in SETS.items():
        subprocess.run(
            [
                *(find_uv(), "pip", "compile", *OPTIONS, "--generate-hashes", "--upgrade"),
                *(*constraints, f"{name}.in", "--output-file", f"{name}.txt"),
            ],
            cwd=ROOT,
            check=True,
        )


if __name__ == "__main__":
    main()
