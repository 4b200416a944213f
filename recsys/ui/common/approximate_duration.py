"""An estimated time span in words, no more precise than an estimate is."""

from __future__ import annotations

MINUTE = 60
HOUR = 60 * MINUTE


def approximate_duration(seconds: float) -> str:
    """An estimate to about one digit.

    Examples
    --------
    >>> approximate_duration(43), approximate_duration(53), approximate_duration(375)
    ('40 seconds', '1 minute', '6 minutes')
    >>> approximate_duration(3 * HOUR + 20)
    '3 hours'
    """
    if seconds < 50:
        return f"{max(10, round(seconds, -1)):.0f} seconds"
    size, unit = (MINUTE, "minute") if seconds < 1.5 * HOUR else (HOUR, "hour")
    count = max(1, round(seconds / size))
    return f"{count} {unit}{'s' if count > 1 else ''}"
