"""Language models and embedders behind small contracts, and the bundled defaults. Importing it loads no torch."""

from curation.models.listing import list_models

__all__ = ["list_models"]
