"""Where Terraform finds its providers on a machine that reaches no registry and configures none.

Terraform's own settings come first: with a TF_CLI_CONFIG_FILE or a ~/.terraformrc it is left to
itself, and it looks into its implied local mirrors in any case, see
https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

PARENTS_OF_MIRRORS = (Path("/opt"), Path("/srv"), Path("/usr/local/lib"))
LOCKED_PROVIDER = re.compile(r'^provider "(.+?)" \{\s*version\s*=\s*"(.+?)"', re.MULTILINE)


def init_arguments(
    root: Path,
    environment: Mapping[str, str] = os.environ,
    parents: Iterable[Path] = PARENTS_OF_MIRRORS,
) -> list[str]:
    """The argument of `terraform init` that names a mirror; none where Terraform needs none.

    Args:
        root: folder of the configuration, with its lock file.
        environment: of the process.
        parents: folders whose children may be mirrors, as in an image for builds.
    """
    home = environment.get("HOME", "")
    settings = environment.get("TF_CLI_CONFIG_FILE") or f"{home}/.terraformrc"
    lock_file = root / ".terraform.lock.hcl"
    # os.access: is_file raises below a folder that may not be read.
    if os.access(settings, os.R_OK) or not lock_file.is_file():
        return []
    locked = LOCKED_PROVIDER.findall(lock_file.read_text(encoding="utf-8"))
    for folder in (child for parent in parents for child in sorted(parent.glob("*"))):
        if locked and all(any(folder.glob(f"{name}/*{version}*")) for name, version in locked):
            return [f"-plugin-dir={folder.resolve()}"]
    return []


if __name__ == "__main__":
    print(*init_arguments(Path(__file__).resolve().parents[2]))
