"""Kills deploys and destroys at many random moments; nothing is ever doubled or left behind."""

from __future__ import annotations

import os
import random

import pytest

from tests.stack.cut_off_runs import CommandLine
from vis_assis.build.environments import ROOT
from vis_assis.local.local_stack import local_cloud

KILLS = int(os.environ.get("KILLS", "20"))
LONGEST_DEPLOY = 60.0  # seconds of changes; later moments may find it done, and are drawn anew
LONGEST_DESTROY = 30.0
STEPS = 150  # of the 195 that a stack takes
PLAIN_EVERY = 6  # kills; of these a deploy and a destroy are plain Terraform's


def kill_somewhere(run: CommandLine, command: str, longest: float, *, is_plain: bool) -> None:
    """Kills the command at a random moment; whoever was quicker than that is run again.

    Args:
        command: deploy or destroy.
        longest: seconds after it began.
        is_plain: whether `terraform` itself is run, which keeps no journal; it ends with a step.
    """
    if is_plain:
        step = random.SystemRandom().randint(1, STEPS)
        print(f"plain {command} is killed at step {step}")
        run.kill_plain("apply" if command == "deploy" else command, step)
        return
    moment = random.SystemRandom().uniform(0.2, longest)
    print(f"{command} is killed {moment:.1f} s after it began")
    if not run.kill_during(command, moment):
        run.run("deploy" if command == "destroy" else "destroy")
        kill_somewhere(run, command, moment / 2, is_plain=is_plain)


@pytest.mark.timeout(6 * 3600)
def test_every_cut_off_run_is_made_good_by_the_next() -> None:
    state_dir = ROOT / "build" / "soak"
    with local_cloud(state_dir) as cloud:
        run = CommandLine(cloud, state_dir)
        run.run("deploy")
        whole = {kind: len(names) for kind, names in run.inventory().items()}
        run.run("destroy")
        for kill in range(0, KILLS, 2):
            print(f"kill {kill + 1} of {KILLS}")
            is_plain = kill % PLAIN_EVERY == 2
            adopt = ["--adopt"] if is_plain else []
            kill_somewhere(run, "deploy", LONGEST_DEPLOY, is_plain=is_plain)
            run.run("deploy", *adopt)
            assert run.changes() == ""
            found = {kind: len(names) for kind, names in run.inventory().items()}
            found["s3 object version"] = whole["s3 object version"]  # an upload may be repeated
            assert found == whole

            kill_somewhere(run, "destroy", LONGEST_DESTROY, is_plain=is_plain)
            run.run("destroy", *adopt)
            assert run.inventory() == {}
