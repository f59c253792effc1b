"""`make web`: the example page for the stack at hand."""

from __future__ import annotations

import threading

import typer

from vis_assis.build.environments import ROOT
from vis_assis.local.web.config import ConfigError, find
from vis_assis.local.web.folder import NpmError, assemble, install
from vis_assis.local.web.server import served

FOLDER = ROOT / "build" / "web"
PACKAGES = ROOT / "build" / "web-packages"


def main(port: int = 3000) -> None:
    """Serves the example page until Ctrl-C.

    Parameters:
        port: TCP port; the stack has to allow the origin http://localhost:<port>.
    """
    try:
        config = find(ROOT)
        install(PACKAGES)
        assemble(FOLDER, PACKAGES, config)
        with served(FOLDER, port) as origin:
            typer.echo(f"{origin} (Ctrl-C ends it)")
            threading.Event().wait()
    except KeyboardInterrupt:
        typer.echo("Stopped")
    except (ConfigError, NpmError, OSError) as error:
        typer.echo(f"web failed: {error}", err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    typer.run(main)
