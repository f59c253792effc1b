"""The commands that compare versions and count costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from vis_assis.aws import cost, model_files, registry
from vis_assis.cli.deployed import deployed_stack
from vis_assis.cli.known import known
from vis_assis.cli.one_line import say
from vis_assis.cli.output import AsJson, print_json, size
from vis_assis.cli.stack_commands import StateDir
from vis_assis.stack.target import LOCAL_STATE_DIR

Before = Annotated[int, typer.Argument(help="Number of a version.", show_default=False)]
After = Annotated[int, typer.Argument(help="Number of another one.", show_default=False)]


def diff_command(
    model: Annotated[str, typer.Argument(help="Model type, such as depth.", show_default=False)],
    before: Before,
    after: After,
    *,
    as_json: AsJson = False,
    state_dir: StateDir = LOCAL_STATE_DIR,
) -> None:
    """Shows what differs between two versions: files, sizes, licence, metadata.

    Example: vis-assis diff depth 3 4
    """
    with deployed_stack("diff", state_dir) as stack:
        known("model type", model, stack.outputs["pipeline_names"])
        sagemaker = stack.cloud.client("sagemaker")
        group = stack.outputs["model_package_group_names"][model]
        versions = [registry.find_version(sagemaker, model, group, n) for n in (before, after)]
        found = model_files.difference(stack.cloud.client("s3"), model, *versions)
        if as_json:
            print_json(found)
            return
        for name, (old, new) in found.facts.items():
            say(f"{name}: {old} -> {new}")
        for file in found.files:
            old, new = (
                size(b) if b is not None else "-" for b in (file.bytes_before, file.bytes_after)
            )
            say(f"{file.name}: {old} -> {new}")
        say(f"{found.same_files} files are the same")


def cost_command(*, as_json: AsJson = False, state_dir: StateDir = LOCAL_STATE_DIR) -> None:
    """Adds up what the stack costs a month at list prices, at rest and with what runs now.

    Example: vis-assis cost --json
    """
    with deployed_stack("cost", state_dir) as stack:
        found = cost.estimate(stack.cloud, stack.outputs)
        if as_json:
            print_json(found)
            return
        for line in cost_lines(found):
            say(line)


def cost_lines(found: cost.Cost) -> Iterator[str]:
    """The bill for people; what costs nothing last, in one line."""
    free = [item.what for item in found.items if item.dollars == 0]
    for item in found.items:
        if item.dollars is None:
            yield f"{item.what}: {item.quantity:,.0f} hours of {item.unit}, price unknown"
        elif item.dollars:
            yield f"${item.dollars:.2f}  {item.what}: {item.quantity:,.3g} of {item.unit}"
    yield f"nothing for: {', '.join(dict.fromkeys(free))}"
    yield f"${found.at_rest:.2f} a month at rest, ${found.with_what_runs:.2f} with what runs now"
    yield (
        f"List prices of us-east-1 as of {found.prices_of}, with what AWS gives each account for "
        "free; requests, downloads and runs of pipelines come on top"
    )
