"""Answers that AWS gave, asked of the local cloud. A row that fails names what moved."""

from __future__ import annotations

from typing import Any

import pytest

from local_cloud import LocalCloud
from tests.aws_facts.rows import Row, ask, differences
from tests.aws_facts.setups import Setups
from vis_assis import facts
from vis_assis.build.environments import ROOT

TABLE = facts.recorded()
ROWS = [row for group in TABLE["groups"] for row in group["rows"]]
KEYS = {"id", "fact", "setup", "as", "call", "answer", "source", "date", "differs"}

pytestmark = pytest.mark.xdist_group("aws_facts")


@pytest.fixture(scope="module")
def setups(cloud: LocalCloud, client: Any) -> Setups:
    return Setups(cloud, client)


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_the_local_cloud_answers_as_aws_did(setups: Setups, row: Row) -> None:
    answer, row = ask(setups, row)
    as_on_aws = differences(answer, row["answer"])
    if "differs" in row:
        assert as_on_aws, "it answers as AWS does now: remove `differs`"
        assert not differences(answer, row["differs"]["answer"])
    else:
        assert not as_on_aws


def test_every_row_can_be_looked_up() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert set(row) <= KEYS and row["answer"], row["id"]
        assert row["source"].split()[0] in TABLE["sources"], row["id"]
        assert set(row.get("differs", {"answer", "why"})) == {"answer", "why"}, row["id"]
    used = [path for group in TABLE["groups"] for path in group["used"]]
    assert [path for path in used if not (ROOT / path).exists()] == []
