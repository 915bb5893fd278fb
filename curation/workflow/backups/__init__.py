"""Backups: written while people work, restored into a new folder, and checked before they are called good."""

from curation.workflow.backups.restoring import restore
from curation.workflow.backups.writing import backup

__all__ = ["backup", "restore"]
