"""Names of functions as people choose them."""

_HABITS = ("{}", "my_{}", "{}_fn", "{}_v2", "{}_simple", "{}_new", "{}_fast", "{}_func")


def named(*bases: str) -> list[str]:
    """Each base by itself, and with what programmers like to add."""
    return [habit.format(base) for base in bases for habit in _HABITS]
