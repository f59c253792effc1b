"""Where Terraform finds its providers: a local mirror if there is one, else the registry."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

MIRROR_MARKER = "registry.terraform.io"
ENVIRONMENT_VARIABLE = "TF_PLUGIN_DIR"
PARENTS_OF_MIRRORS = (Path("/opt"), Path("/srv"), Path("/usr/local/lib"))


class MirrorNotFoundError(RuntimeError):
    """The mirror that was asked for explicitly does not exist or is no mirror."""


def find_mirror(
    environment: Mapping[str, str] | None = None,
    parents: Iterable[Path] = PARENTS_OF_MIRRORS,
) -> Path | None:
    """Return the first directory that holds provider packages, or None.

    environment: variables to read (default: the process's).
    parents: directories whose direct children are looked at last.
    Raises MirrorNotFoundError when TF_PLUGIN_DIR names a directory that is no mirror.
    The order after TF_PLUGIN_DIR is the one of Terraform's implied local mirrors:
    https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
    """
    env = os.environ if environment is None else environment
    chosen = env.get(ENVIRONMENT_VARIABLE)
    if chosen:
        if not _is_mirror(Path(chosen)):
            raise MirrorNotFoundError(
                f"{ENVIRONMENT_VARIABLE}={chosen} holds no {MIRROR_MARKER} folder: "
                "point it at a mirror made by `terraform providers mirror`, or unset it"
            )
        return Path(chosen).resolve()
    candidates = (*_usual_places(env), *_children(parents))
    return next((path.resolve() for path in candidates if _is_mirror(path)), None)


def cli_config_text(mirror: Path | None = None) -> str:
    """Return a Terraform CLI configuration that prefers the local mirror.

    mirror: directory of the mirror (default: the one that `find_mirror` finds). Providers that
    it lacks come from the registry, as all do when there is no mirror.
    """
    root = find_mirror() if mirror is None else mirror
    lines = ["disable_checkpoint = true"]
    if root is not None:
        providers = json.dumps([f"{MIRROR_MARKER}/{name}" for name in _mirrored_providers(root)])
        lines += [
            "provider_installation {",
            "  filesystem_mirror {",
            f"    path    = {json.dumps(str(root))}",
            f"    include = {providers}",
            "  }",
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
    return [child for parent in parents for child in sorted(parent.glob("*")) if child.is_dir()]


def _is_mirror(path: Path) -> bool:
    return bool(_mirrored_providers(path))


def _mirrored_providers(root: Path) -> list[str]:
    """`namespace/name` of each provider with at least one version or package in the mirror."""
    registry = root / MIRROR_MARKER
    providers = {entry.parent for entry in registry.glob("*/*/*")}
    return sorted(path.relative_to(registry).as_posix() for path in providers)
