"""What the tests of the pipeline definitions share.

The SageMaker SDK takes eight seconds to import: only the worker that runs these tests does so, and
not each one that collects them.
"""

from collections.abc import Callable, Iterator

import pytest

import catalogue
from local_cloud.testing import HubServer
from vis_assis.local import hub


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/pipeline_defs/" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("pipelines"))


@pytest.fixture(scope="session")
def models() -> dict[str, catalogue.Model]:
    return dict(catalogue.load().models)


@pytest.fixture(scope="session")
def definition() -> Callable[..., str]:
    """Composes the definition of a model."""
    from pipeline_defs import generator

    return generator.definition


@pytest.fixture(scope="session")
def definitions(
    models: dict[str, catalogue.Model], definition: Callable[..., str]
) -> dict[str, str]:
    """Every model's definition, composed anew."""
    return {model_type: definition(model_type, model) for model_type, model in models.items()}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    folder = tmp_path_factory.mktemp("hub")
    with HubServer(folder, repositories=[hub.REPOSITORIES], pins=hub.pins()) as running:
        yield running
