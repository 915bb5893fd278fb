"""The time as it is written everywhere in the store."""

from datetime import UTC, datetime


def now() -> str:
    """UTC in ISO 8601 with microseconds. For people to read: order is given by ids, since clocks are set back."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
