"""Where Terraform finds its providers: a local mirror if there is one, else the registry."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError

ENVIRONMENT_VARIABLE = "TF_PLUGIN_DIR"
LOCK_FILE = ROOT / ".terraform.lock.hcl"
PARENTS_OF_MIRRORS = (Path("/opt"), Path("/srv"), Path("/usr/local/lib"))
_LOCKED = re.compile(
    r'^provider "(.+?)" \{[^}]*?^\s*version\s*=\s*"(.+?)"', re.MULTILINE | re.DOTALL
)
_ARCHITECTURES = {"aarch64": "arm64", "i686": "386", "x86_64": "amd64"}


@dataclass(frozen=True)
class Package:
    """A provider as the lock file names it.

    source: such as registry.terraform.io/hashicorp/aws.
    version: such as 5.100.0.
    """

    source: str
    version: str

    def __str__(self) -> str:
        return f"{self.source} {self.version} for {this_platform()}"

    def is_in(self, mirror: Path) -> bool:
        """Whether a mirror has it for this platform, unpacked or as an archive, and shows it.

        https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror
        """
        folder = mirror / self.source
        name = self.source.rsplit("/", 1)[-1]
        archive = f"terraform-provider-{name}_{self.version}_{this_platform()}.zip"
        with suppress(PermissionError):
            unpacked = folder / self.version / this_platform()
            return unpacked.is_dir() or (folder / archive).is_file()
        return False


def this_platform() -> str:
    """The platform as Terraform spells it, such as linux_amd64."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{_ARCHITECTURES.get(machine, machine)}"


def locked_packages(lock_file: Path = LOCK_FILE) -> list[Package]:
    """The providers that a configuration is locked to."""
    return [Package(*found) for found in _LOCKED.findall(lock_file.read_text(encoding="utf-8"))]


def find_mirror(
    environment: Mapping[str, str] | None = None,
    parents: Iterable[Path] = PARENTS_OF_MIRRORS,
    packages: Iterable[Package] | None = None,
) -> Path | None:
    """Return the first directory that holds a locked provider for this platform, or None.

    environment: variables to read (default: the process's).
    parents: directories whose direct children are looked at last.
    packages: the locked providers (default: this repository's).
    Raises CommandError when TF_PLUGIN_DIR names a directory that holds none.
    The order after TF_PLUGIN_DIR is the one of Terraform's implied local mirrors:
    https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
    """
    env = os.environ if environment is None else environment
    wanted = locked_packages() if packages is None else list(packages)
    chosen = env.get(ENVIRONMENT_VARIABLE)
    if chosen:
        if not _mirrored(Path(chosen), wanted):
            names = ", ".join(map(str, wanted))
            raise CommandError(
                f"{ENVIRONMENT_VARIABLE}={chosen} does not hold {names}: "
                "point it at a mirror made by `terraform providers mirror`, or unset it"
            )
        return Path(chosen).resolve()
    candidates = (*_usual_places(env), *_children(parents))
    return next((path.resolve() for path in candidates if _mirrored(path, wanted)), None)


def cli_config_text(mirror: Path | None = None) -> str:
    """Return a Terraform CLI configuration that prefers the local mirror.

    mirror: directory of the mirror (default: the one that `find_mirror` finds). Providers that
    it lacks in the locked version come from the registry, as all do when there is no mirror.
    """
    root = find_mirror() if mirror is None else mirror
    found = [] if root is None else _mirrored(root, locked_packages())
    providers = json.dumps([package.source for package in found])
    local = [
        "  filesystem_mirror {",
        f"    path    = {json.dumps(str(root))}",
        f"    include = {providers}",
        "  }",
    ]
    # Without this block Terraform would take a provider from the usual places in any version.
    lines = [
        "disable_checkpoint = true",
        "provider_installation {",
        *(local if found else []),
        "  direct {",
        f"    exclude = {providers}",
        "  }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def write_cli_config(path: Path) -> Path:
    """Write the CLI configuration to `path` and return it resolved, ready for TF_CLI_CONFIG_FILE.

    path: file to create; missing parent folders are made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(cli_config_text(), encoding="utf-8")
    return path.resolve()


def _usual_places(env: Mapping[str, str]) -> list[Path]:
    places = []
    home = env.get("HOME")
    if home:
        places.append(Path(home) / ".terraform.d" / "plugins")
    data_home = env.get("XDG_DATA_HOME") or (f"{home}/.local/share" if home else "")
    data_dirs = env.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    shared = (*([data_home] if data_home else []), *data_dirs.split(":"))
    places += [Path(folder) / "terraform" / "plugins" for folder in shared if folder]
    places += [Path("/usr/local/share/terraform/plugins"), Path("/usr/share/terraform/plugins")]
    return places


def _children(parents: Iterable[Path]) -> list[Path]:
    return [child for parent in parents for child in sorted(parent.glob("*"))]


def _mirrored(mirror: Path, packages: Iterable[Package]) -> list[Package]:
    return [package for package in packages if package.is_in(mirror)]
