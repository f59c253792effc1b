"""One hub for all tests of it; each file's mark brings it to the same worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_cloud.testing import HubServer
from support import hub_repositories


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    folder = tmp_path_factory.mktemp("hub")
    repositories = hub_repositories.write(folder / "repositories")
    pins = {"team/Depth": [hub_repositories.PIN], "team/speech": ["release/1"]}
    with HubServer(folder / "state", repositories=[repositories], pins=pins) as running:
        yield running
