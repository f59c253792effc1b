"""The hours in which the endpoint is up; outside them it is deleted and costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from common.errors import SettingsError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class OfficeHours:
    """Opening hours in local time; `closes` before `opens` runs past midnight.

    Parameters:
        days: weekdays on which the hours begin, Monday = 0.
    """

    zone: ZoneInfo
    days: frozenset[int]
    opens: time
    closes: time

    def is_open(self, now: datetime) -> bool:
        """Whether the endpoint is wanted at `now` (time zone aware)."""
        local = now.astimezone(self.zone)
        clock, today = local.time(), local.weekday()
        if self.opens < self.closes:
            return today in self.days and self.opens <= clock < self.closes
        yesterday = (local - timedelta(days=1)).weekday()
        return (today in self.days and clock >= self.opens) or (
            yesterday in self.days and clock < self.closes
        )


def parse(value: Mapping[str, Any]) -> OfficeHours:
    """Hours from `{"timezone": "Europe/Berlin", "days": ["mon"], "from": "08:00", "to": "18:00"}`.

    Terraform has checked all but whether there is such a time zone.
    """
    opens, closes = (time.fromisoformat(value[name]) for name in ("from", "to"))
    days = frozenset(DAYS.index(day) for day in value["days"])
    return OfficeHours(_zone(value["timezone"]), days, opens, closes)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError as exc:
        raise SettingsError(
            f"OFFICE_HOURS timezone {name!r}: use an IANA name such as Europe/Berlin"
        ) from exc
