"""The runner of `make mutants` is loud: about a fault that slips and about one that moved away."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.mutants.places import NoLongerAppliesError, changed
from tests.mutants.runner import CAUGHT, MOVED, SLIPPED, UNJUDGED, Fault, Result, judge

PYTHON = """
LIMIT = 3

class Shop:
    def price(self, pieces: int) -> int:
        return 2 * pieces

def total(pieces: int) -> int:
    return min(2 * pieces, LIMIT)
"""
TERRAFORM = """
locals {
  alarms = { one = 1 }
  queues = {
    one = 1
  }
}

resource "aws_sqs_queue" "this" {
  name                    = "orders"
  sqs_managed_sse_enabled = true
}
"""
SOURCES = {"src/shop.py": PYTHON, "modules/lane/main.tf": TERRAFORM}


@pytest.mark.parametrize(
    ("address", "fragment", "line"),
    [
        ("Shop.price", "2 * pieces", 6),
        ("price", "2 * pieces", 6),
        ("shop/total", "2 * pieces", 9),
        ("LIMIT", "3", 2),
        ("aws_sqs_queue.this", "sse_enabled = true", 11),
        ("lane/local.alarms", "one = 1", 3),
        ("local.queues", "one = 1", 5),
    ],
)
def test_a_place_is_found_by_its_address_wherever_its_file_is(
    address: str, fragment: str, line: int
) -> None:
    path, text = changed(SOURCES, address, fragment, "CHANGED")
    assert [n for n, found in enumerate(text.splitlines(), 1) if "CHANGED" in found] == [line]
    assert text != SOURCES[path]


@pytest.mark.parametrize(
    ("address", "fragment", "reason"),
    [
        ("Shop.cost", "2 * pieces", "0 times"),
        ("other/total", "2 * pieces", "0 times"),
        ("Shop.price", "3 * pieces", "0 times"),
        ("total", "pieces", r"2 times \['src/shop.py:8', 'src/shop.py:9'\]"),
    ],
)
def test_a_place_that_is_gone_or_ambiguous_is_told(
    address: str, fragment: str, reason: str
) -> None:
    with pytest.raises(NoLongerAppliesError, match=reason):
        changed(SOURCES, address, fragment, "")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one function, and a test that knows half of what it does."""
    for name in (".venv", ".venvs"):
        (tmp_path / name).symlink_to(Path(__file__).parents[2] / name)
    (tmp_path / "tests").mkdir()
    (tmp_path / "shop.py").write_text("def price(pieces):\n    return max(2 * pieces, 1)\n")
    (tmp_path / "tests" / "test_shop.py").write_text(
        "import sys\n\nsys.path.insert(0, '.')\nfrom shop import price\n\n"
        "def test_price():\n    assert price(3) == 6\n\n"
        "def test_nothing_else():\n    assert True\n"
    )
    (tmp_path / "pyproject.toml").write_text(
        "[tool.pytest.ini_options]\ncache_dir = '.cache/pytest'\nmarkers = ['long', 'stack']\n"
    )
    (tmp_path / ".gitignore").write_text("/build/\n")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def test_every_fault_is_judged_and_the_tree_stays_as_it_is(repository: Path) -> None:
    caught = Fault("Two for each", "price", "2 * pieces", "3 * pieces", "test_shop")
    slipping = Fault("At least one", "price", ", 1)", ", 0)", "test_shop")
    gone = Fault("A discount", "discount", "2", "3", "test_shop")
    without_test = Fault("Untested", "price", "2", "3", "test_cafe")
    without_case = Fault("Not chosen", "price", "2", "3", "test_shop", only="discount")
    broken = Fault("No code", "price", "2 * pieces", "2 *", "test_shop")
    before = (repository / "shop.py").read_bytes()
    told: list[Result] = []
    faults = [caught, slipping, gone, without_test, without_case, broken]
    results = judge(repository, faults, told.append)
    assert [result.fault for result in results] == faults
    assert [result.verdict for result in results] == [
        *(CAUGHT, SLIPPED, MOVED),
        *(UNJUDGED, UNJUDGED, UNJUDGED),
    ]
    assert results[0].witness == "tests/test_shop.py::test_price"
    assert len(told) == len(faults)
    assert (repository / "shop.py").read_bytes() == before
    assert list((repository / "build").iterdir()) == []


def test_a_test_that_fails_without_the_fault_proves_nothing(repository: Path) -> None:
    (repository / "tests" / "test_shop.py").write_text("def test_price():\n    assert False\n")
    fault = Fault("Two for each", "price", "2 * pieces", "3 * pieces", "test_shop")
    (result,) = judge(repository, [fault], lambda result: None, jobs=1)
    assert result.verdict == UNJUDGED
    assert "fails without the fault, too" in result.witness
