"""`make pin` writes the hub's commits into the catalogue, all of them or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import HfApi

import catalogue
from tests.local_cloud.hub_server import HubServer
from tooling.pin import PinError, pin

pytestmark = pytest.mark.xdist_group("hub_client")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HfApi]:
    with HubServer(tmp_path_factory.mktemp("hub")) as hub:
        yield HfApi(endpoint=hub.url)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The product's catalogue, to be changed."""
    path = tmp_path / "models.yaml"
    path.write_text(catalogue.DEFAULT_PATH.read_text())
    return path


def test_branches_become_the_commits_that_they_stand_for(api: HfApi, copied: Path) -> None:
    before, text = catalogue.load(copied).models, copied.read_text()
    branches = [type_ for type_, model in before.items() if model.revision == "main"]
    assert branches
    assert list(pin(copied, api)) == branches
    after = catalogue.load(copied).models
    for type_, model in after.items():
        known = api.model_info(model.repository, revision=before[type_].revision).sha
        assert model.revision == (known if type_ in branches else before[type_].revision)
        text = text.replace(model.revision, "main")
    restored = copied.read_text()
    for model in after.values():
        restored = restored.replace(model.revision, "main")
    assert restored == text, "comments, order and everything else stay"
    assert pin(copied, api) == {}


def test_nothing_is_written_when_one_cannot_be_resolved(api: HfApi, copied: Path) -> None:
    faulty = copied.read_text().replace("xenova/speecht5_hifigan", "xenova/no-such-model")
    copied.write_text(faulty)
    with pytest.raises(PinError, match="xenova/no-such-model does not exist"):
        pin(copied, api)
    assert copied.read_text() == faulty


def test_a_revision_that_stands_elsewhere_is_named(api: HfApi, copied: Path) -> None:
    copied.write_text(
        "models:\n  depth: {repository: onnx-community/depth-anything-v2-small, revision: main, "
        'files: ["*.json"], licence: Apache-2.0, max_size_mb: 100}\n'
    )
    with pytest.raises(PinError, match="write the revision of depth on a line of its own"):
        pin(copied, api)
