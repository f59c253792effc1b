"""What the function is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from common import settings
from common.errors import InvalidEvent
from common.event_queue import RetryPolicy


@dataclass(frozen=True)
class Settings:
    """Settings of the promotion function.

    Parameters:
        groups: model package group of each model type.
        production_bucket: name of the bucket that the browsers are served from.
        retry: when a failing message is tried again.
        copy_in_parts_above: bytes above which an artifact is copied in parallel parts.
        index_lifetime: after which front ends refuse an index.
        signing_key: that signs the index, as front ends take it; None when none does.
    """

    groups: Mapping[str, str]
    production_bucket: str
    retry: RetryPolicy
    copy_in_parts_above: int
    index_lifetime: timedelta
    signing_key: str | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads what `modules/model_promotion` sets; only SIGNING_KEY may be left out."""
        catalogue = settings.json_object(environment, "CATALOGUE")
        return cls(
            groups={
                model_type: catalogue["group"].replace("{type}", model_type)
                for model_type in sorted(catalogue["types"])
            },
            production_bucket=settings.text(environment, "PRODUCTION_BUCKET"),
            retry=RetryPolicy.from_environment(environment),
            copy_in_parts_above=settings.positive_integer(environment, "COPY_IN_PARTS_ABOVE"),
            index_lifetime=timedelta(days=settings.positive_integer(environment, "INDEX_DAYS")),
            signing_key=environment.get("SIGNING_KEY") or None,
        )

    def group_of(self, model_type: str) -> str:
        """The type's model package group; `InvalidEvent` when the catalogue lacks the type."""
        try:
            return self.groups[model_type]
        except KeyError:
            raise InvalidEvent(
                f"model type {model_type!r} is not in the catalogue ({', '.join(self.groups)})"
            ) from None
