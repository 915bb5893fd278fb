"""What a user can do something about."""


class Problem(ValueError):
    """An error in plain words: what happened and what to do. Shown as one line, never as a traceback."""
