"""The command that shows which models a stack serves."""

from __future__ import annotations

from rich.console import Console

from vis_assis.aws import model_status
from vis_assis.aws.cloud import Cloud
from vis_assis.cli.stack_commands import (
    StateDir,
    chosen_target,
    deployed_outputs,
    one_line_errors,
    say,
)
from vis_assis.stack.target import LOCAL_STATE_DIR


def status_command(*, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Shows what is served of each type, what was refused, and what nobody looks at."""
    target = chosen_target("model-status", "", None, state_dir)
    with one_line_errors("model-status"):
        outputs = deployed_outputs(target)
        s3 = Cloud(region=outputs["region"]).client("s3")
        production, types = outputs["production_bucket"], list(outputs["pipeline_names"])
        models = model_status.served(s3, production)
        Console().print(model_status.served_table(models, types))
        for line in model_status.refused_lines(model_status.refused(s3, production, types)):
            say(line)
        ignored = [
            *model_status.ignored_models(s3, production, types),
            *model_status.ignored_releases(s3, outputs["navigation_upload_bucket"]),
        ]
        for line in model_status.ignored_lines(ignored):
            say(line)
