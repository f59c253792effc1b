"""What the checks of one run share: the stack, what they found, and what has to be removed."""

from __future__ import annotations

import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

from common.model_index import Model
from vis_assis.aws.cloud import Cloud
from vis_assis.aws.registry import Version

Report = Callable[[str], None]


class Deviation(Exception):  # noqa: N818 - named after what was found
    """AWS does something else than believed.

    Args:
        belief: id of the belief.
        found: what was found instead.
    """

    def __init__(self, belief: str, found: str) -> None:
        super().__init__(found)
        self.belief = belief


class NotChecked(Exception):  # noqa: N818 - named after what happened
    """Why a check does not apply here, or could do harm."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer of any status."""

    status: int
    headers: Message
    body: bytes


def request(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """One request, as a browser makes it."""
    host = urlsplit(url).hostname or ""
    is_local = host.startswith("127.") or host.split(".")[-1] == "localhost"
    direct = [urllib.request.ProxyHandler({})] if is_local else []
    asked = urllib.request.Request(  # noqa: S310 - what the stack itself named
        url, data=body, headers=dict(headers or {}), method=method
    )
    try:
        answer = urllib.request.build_opener(*direct).open(asked, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return Answer(answer.status, answer.headers, answer.read())


@dataclass
class Session:
    """One run.

    Args:
        cloud: the account.
        outputs: the stack's.
        report: told of what takes long.
        may_release: whether a navigation release may be uploaded, which costs money.
        pause: seconds between two looks at what takes long.
        made: removes what the checks made, the latest first.
        name: of what the checks make.
        tokens: of the throw-away user, once signed in.
        model_type: type of the pipeline that was run.
        shown: the model of that type before the run.
        package: ARN of the version that the pipeline registered.
        version: the same version, described.
        is_served: whether it was promoted.
    """

    cloud: Cloud
    outputs: Mapping[str, Any]
    report: Report
    may_release: bool = False
    pause: float = 2
    made: ExitStack = field(default_factory=ExitStack)
    name: str = field(default_factory=lambda: f"verify-{uuid.uuid4().hex[:12]}")
    tokens: Mapping[str, str] = field(default_factory=dict)
    model_type: str = ""
    shown: Model | None = None
    package: str = ""
    version: Version | None = None
    is_served: bool = False

    def call(
        self, method: str, path: str, body: bytes | None = None, token: str | None = None
    ) -> Answer:
        """A request to the API with the id token, or another.

        Raises:
            NotChecked: when nobody is signed in.
        """
        headers = {"Authorization": token or self.id_token, "Content-Type": "application/json"}
        return request(method, self.outputs["api_url"] + path, headers, body)

    @property
    def id_token(self) -> str:
        if not self.tokens:
            raise NotChecked("nobody is signed in: see sign-in")
        return self.tokens["IdToken"]

    @property
    def registered(self) -> Version:
        if self.version is None:
            raise NotChecked("there is no version to look at: see pipeline and registration")
        return self.version

    def remove(self) -> str:
        """Removes what the checks made."""
        self.made.close()
        return "nothing is left"
