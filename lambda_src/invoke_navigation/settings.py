"""What the function is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common import settings
from common.errors import SettingsError

DEFAULT_ANSWER_SECONDS = 1
# The gateway gives up after 30 s, and a cold start takes part of them.
MAX_ANSWER_SECONDS = 27


@dataclass(frozen=True)
class Settings:
    """Settings of the function.

    Parameters:
        endpoint_name: of the navigation endpoint.
        answer_seconds: after which the client is told that the model is slow.
    """

    endpoint_name: str
    answer_seconds: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads ENDPOINT_NAME and, if set, ANSWER_WITHIN_SECONDS."""
        return cls(
            endpoint_name=settings.text(environment, "ENDPOINT_NAME"),
            answer_seconds=_answer_seconds(environment),
        )


def _answer_seconds(environment: Mapping[str, str]) -> int:
    if not environment.get("ANSWER_WITHIN_SECONDS"):
        return DEFAULT_ANSWER_SECONDS
    seconds = settings.positive_integer(environment, "ANSWER_WITHIN_SECONDS")
    if seconds > MAX_ANSWER_SECONDS:
        raise SettingsError(
            f"environment variable ANSWER_WITHIN_SECONDS is {seconds}: "
            f"set it to at most {MAX_ANSWER_SECONDS}, the gateway waits no longer than 30 s"
        )
    return seconds
