"""What tasks share whose settings name one language model."""

from typing import Any

from curation.models import language_model
from curation.models.language_model import LanguageModel


class OfModel:
    """Stands before a kind of ``Task`` whose settings have ``model``: results depend on that model's fingerprint."""

    settings: Any

    def fingerprint(self) -> dict[str, Any]:
        return super().fingerprint() | {"model": self.model().fingerprint}

    def model(self) -> LanguageModel:
        """The model that the settings name, loaded once."""
        return language_model.load(self.settings.model)
