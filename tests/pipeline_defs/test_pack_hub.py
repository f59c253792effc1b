"""What the step makes of the hub's answers; the answers are the client's own types."""

from pathlib import Path
from typing import Any, cast

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import LocalEntryNotFoundError
from huggingface_hub.hf_api import ModelInfo

from pipeline_defs.steps.download_model.errors import StepError
from pipeline_defs.steps.download_model.hub import ATTEMPTS, Hub, RemoteFile

COMMIT = "a" * 40
LINK = "https://cdn.example/file?Signature=secret"


class Api:
    """A hub with one repository; `failures` are raised before it answers."""

    endpoint = "https://hub.example"

    def __init__(
        self,
        card: dict[str, Any] | None = None,
        tags: list[str] | None = None,
        content: bytes = b"",
        failures: int = 0,
    ) -> None:
        self.card, self.tags, self.content, self.failures = card, tags or [], content, failures
        self.tokens: set[str | bool] = set()

    def model_info(self, repository: str, *, revision: str, token: str | bool) -> ModelInfo:
        self._asked(token)
        answer = {"id": repository, "sha": COMMIT, "cardData": self.card, "tags": self.tags}
        return ModelInfo(**answer)  # type: ignore[no-untyped-call]

    def hf_hub_download(
        self, repository: str, path: str, *, revision: str, local_dir: Path, token: str | bool
    ) -> str:
        self._asked(token)
        (local_dir / path).write_bytes(self.content)
        return str(local_dir / path)

    def _asked(self, token: str | bool) -> None:
        self.tokens.add(token)
        if self.failures:
            self.failures -= 1
            raise LocalEntryNotFoundError(f"cannot reach {LINK}")


def hub_of(api: Api, token: str | None = None, pauses: list[float] | None = None) -> Hub:
    waits = [] if pauses is None else pauses
    return Hub(cast(HfApi, api), "owner/name", token, waits.append)


@pytest.mark.parametrize(
    ("card", "tags", "licences"),
    [
        ({"license": "mit"}, [], ("mit",)),
        ({"license": ["mit", "gpl-3.0"]}, [], ("mit", "gpl-3.0")),
        ({"license": "other", "license_name": "gemma"}, ["license:other"], ("gemma",)),
        ({"license": "other"}, [], ("other",)),
        ({"license": "other", "license_name": "Foo (v 1)"}, [], ("Foo -v 1",)),
        ({"license": ["other", "mit"], "license_name": "gemma"}, [], ("gemma", "mit")),
        ({"license": ["mit", "mit"]}, [], ("mit",)),
        ({}, ["onnx", "license:apache-2.0"], ("apache-2.0",)),
        (None, ["license:mit"], ("mit",)),
        ({"license": "unknown"}, [], ()),
        (None, ["onnx"], ()),
    ],
)
def test_licences_come_from_the_card_or_the_tags(
    card: dict[str, Any] | None, tags: list[str], licences: tuple[str, ...]
) -> None:
    snapshot = hub_of(Api(card, tags)).resolve("main")

    assert (snapshot.commit, snapshot.licences) == (COMMIT, licences)


@pytest.mark.parametrize(("token", "sent"), [("hf_abc", "hf_abc"), (None, False)])
def test_only_the_given_token_is_sent(token: str | None, sent: str | bool) -> None:
    api = Api()

    hub_of(api, token).resolve("main")

    assert api.tokens == {sent}


@pytest.mark.parametrize(
    "file", [RemoteFile("f", 5, None), RemoteFile("f", 4, "0" * 64)], ids=["size", "sha256"]
)
def test_damaged_download_is_refused(file: RemoteFile, tmp_path: Path) -> None:
    with pytest.raises(StepError, match=r"^f of owner/name@.* arrived damaged"):
        hub_of(Api(content=b"data")).download(file, COMMIT, tmp_path)


def test_whole_download_is_accepted(tmp_path: Path) -> None:
    digest = "3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7"

    path = hub_of(Api(content=b"data")).download(RemoteFile("f", 4, digest), COMMIT, tmp_path)

    assert path.read_bytes() == b"data"


def test_lost_connections_are_tried_again_with_growing_pauses() -> None:
    pauses: list[float] = []

    assert hub_of(Api(failures=ATTEMPTS - 1), pauses=pauses).resolve("main").commit == COMMIT
    assert pauses == [1, 2, 4]


def test_last_lost_connection_is_reported_without_its_link() -> None:
    with pytest.raises(StepError, match="cannot read owner/name@main") as caught:
        hub_of(Api(failures=ATTEMPTS)).resolve("main")

    assert "Signature" not in str(caught.value)
