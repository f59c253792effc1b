"""Collects the plan inventories: `inventory/<case>.tfvars` beside `inventory/<case>.yaml`."""

from __future__ import annotations

from pathlib import Path

import pytest

INVENTORY = Path(__file__).parent / "inventory"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "inventory_case" in metafunc.fixturenames:
        cases = sorted(INVENTORY.glob("*.tfvars"))
        assert {path.stem for path in cases} == {path.stem for path in INVENTORY.glob("*.yaml")}
        metafunc.parametrize("inventory_case", cases, ids=[path.stem for path in cases])
