"""What goes wrong, as the one line that a user reads."""

from curation.cli.output import one_line

DEBUG = "WINNOW_DEBUG"


def said(error: Exception) -> str:
    """One line on ``error``; what nobody foresaw is named as such."""
    if isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename else ""
        return one_line(f"{named}{error.strerror}")
    if isinstance(error, ModuleNotFoundError):
        return f"the Python package {error.name} is missing: run make setup"
    if isinstance(error, ValueError) and str(error):
        return one_line(str(error))
    return one_line(f"unexpected {type(error).__name__}: {error} (set {DEBUG}=1 to see where)")
