"""`vis-assis console`: the status as a page that follows what happens."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from vis_assis.cli.deployed import deployed_stack
from vis_assis.cli.one_line import say
from vis_assis.cli.stack_commands import StateDir
from vis_assis.console import server
from vis_assis.stack.target import LOCAL_STATE_DIR

Port = Annotated[int, typer.Option(help="TCP port on this machine; 0 takes a free one.")]


def console_command(*, port: Port = 0, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Serves a page with what `status` shows, live, until Ctrl-C; it changes nothing.

    Only this machine reaches it, and only with the URL that is printed: keep that to yourself.
    Example: vis-assis console --port 8765
    """
    with deployed_stack("console", state_dir) as stack:
        try:
            with server.served(stack, port) as url:
                say(f"{url} (Ctrl-C ends it)")
                threading.Event().wait()
        except KeyboardInterrupt:
            say("Stopped")
