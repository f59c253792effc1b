"""The hours in which the endpoint is up; outside them it is deleted and costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from common.errors import SettingsError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KEYS = frozenset({"timezone", "days", "from", "to"})


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

    Errors: `SettingsError` naming the part that is wrong.
    """
    if set(value) != _KEYS:
        raise SettingsError(f"OFFICE_HOURS needs exactly the keys {sorted(_KEYS)}: {dict(value)}")
    days = value["days"]
    if not isinstance(days, list) or not days or not set(days) <= set(DAYS):
        raise SettingsError(f"OFFICE_HOURS days {days!r}: list some of {', '.join(DAYS)}")
    try:
        zone = ZoneInfo(str(value["timezone"]))
    except (ZoneInfoNotFoundError, ValueError) as exc:
        raise SettingsError(
            f"OFFICE_HOURS timezone {value['timezone']!r}: use an IANA name such as Europe/Berlin"
        ) from exc
    opens, closes = _clock(value["from"], "from"), _clock(value["to"], "to")
    if opens == closes:
        raise SettingsError("OFFICE_HOURS from and to are equal: leave it empty for no schedule")
    return OfficeHours(zone, frozenset(DAYS.index(day) for day in days), opens, closes)


def _clock(value: Any, name: str) -> time:
    try:
        return datetime.strptime(str(value), "%H:%M").time()
    except ValueError as exc:
        raise SettingsError(f"OFFICE_HOURS {name} {value!r}: write it as HH:MM") from exc
