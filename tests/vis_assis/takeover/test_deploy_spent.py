"""Which invocations of the cleanup a killed destroy has behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vis_assis.takeover.stale_invocations import spent_invocations
from vis_assis.terraform.plan import Plan
from vis_assis.terraform.runner import Terraform

FUNCTION = "vis-assis-teardown"
RUN = "module.teardown_cleanup"
CLEANUP, MODEL = f"{RUN}.aws_iam_role_policy.cleanup", f"{RUN}.aws_iam_role_policy.model"
LAST, OF_MODEL = f"{RUN}.aws_lambda_invocation.navigation", f"{RUN}.aws_lambda_invocation.model"
ELSEWHERE = "module.model_promotion.aws_iam_role_policy.function"
ALL = (CLEANUP, f'{MODEL}["depth"]', f'{MODEL}["tts"]', ELSEWHERE)


def policy(address: str) -> dict[str, Any]:
    role = "vis-assis-promote-model" if address == ELSEWHERE else FUNCTION
    return {
        "address": address,
        "mode": "managed",
        "type": "aws_iam_role_policy",
        "values": {"role": role, "name": "any"},
    }


def invocation(address: str, *needs: str) -> dict[str, Any]:
    return {
        "address": address,
        "mode": "managed",
        "type": "aws_lambda_invocation",
        "values": {"function_name": FUNCTION},
        "depends_on": [*needs, ELSEWHERE],
    }


def spent(*gone: str) -> set[str]:
    recorded = [
        invocation(LAST, CLEANUP, MODEL),
        invocation(f'{OF_MODEL}["depth"]', CLEANUP, MODEL),
        invocation(f'{OF_MODEL}["tts"]', CLEANUP, MODEL),
        *(policy(address) for address in ALL),
    ]
    found = [item for item in recorded if item["address"] not in gone]
    plan = Plan(Terraform(Path(), {}), Path(), {"prior_state": state(found)})
    return set(spent_invocations(plan, state(recorded)))


def state(resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {"values": {"root_module": {"resources": resources}}}


def test_with_its_rights_there_each_runs() -> None:
    assert spent() == set()


def test_without_the_rights_that_all_need_none_does() -> None:
    assert spent(CLEANUP) == {LAST, f'{OF_MODEL}["depth"]', f'{OF_MODEL}["tts"]'}


def test_a_model_that_has_left_takes_its_own_invocation_along() -> None:
    assert spent(f'{MODEL}["depth"]') == {f'{OF_MODEL}["depth"]'}


def test_after_the_last_model_the_invocation_before_is_behind_too() -> None:
    gone = (f'{MODEL}["depth"]', f'{MODEL}["tts"]')
    assert spent(*gone) == {LAST, f'{OF_MODEL}["depth"]', f'{OF_MODEL}["tts"]'}


def test_rights_that_the_cleanup_itself_takes_from_others_prove_nothing() -> None:
    assert spent(ELSEWHERE) == set()
