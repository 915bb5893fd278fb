"""Models that write: one contract, local transformers or an OpenAI-compatible endpoint behind it, and a cache."""

from pathlib import Path

from curation.models.generation.contract import (
    Choice,
    Generated,
    Generator,
    LogProbs,
    Prompt,
    Sampling,
    chat,
    completion,
)

__all__ = [
    "ANSWERS",
    "Choice",
    "Generated",
    "Generator",
    "LogProbs",
    "Prompt",
    "Sampling",
    "backend",
    "chat",
    "completion",
    "identity",
    "is_endpoint",
]


#: Folder of the workspace in which answers are kept.
ANSWERS = "generations"


def is_endpoint(name: str) -> bool:
    """Whether ``name`` is an address rather than a model on this machine."""
    return name.lower().startswith(("http://", "https://"))


def backend(name: str = "default", workspace: Path | None = None, ledger: Path | None = None) -> Generator:
    """The generator ``name``: ``default``, a local folder or a hub name; or ``http(s)://HOST/v1#MODEL``, an endpoint.

    With ``workspace`` what it says is kept there, so that nothing is asked twice; what that took is written down in the
    file ``ledger``. Problem when there is no such model,
    or the address is not among ``endpoints`` in the workspace's ``config.toml``.
    """
    from curation.models.generation.accounting import Ledger
    from curation.models.generation.asked_once import KeptGenerator
    from curation.models.generation.cache import Kept

    made = _endpoint(name, workspace) if is_endpoint(name) else _local(name)
    if workspace is None:
        return made
    return KeptGenerator(made, Kept(Path(workspace) / ANSWERS), None if ledger is None else Ledger(ledger))


def identity(name: str) -> dict:
    """What results by ``name`` depend on: the model's files, or the endpoint's address and model. Asks nobody."""
    if is_endpoint(name):
        from curation.models.generation.listed import parted

        address, model = parted(name)
        return {"endpoint": address, "model": model}
    from curation.models import language_model

    return language_model.load(name).fingerprint


def _local(name: str) -> Generator:
    from curation.models import language_model
    from curation.models.generation.local import LocalGenerator

    return LocalGenerator(language_model.load(name))


def _endpoint(name: str, workspace: Path | None) -> Generator:
    from curation.models.generation.endpoint import EndpointGenerator
    from curation.models.generation.listed import listed, parted

    address, model = parted(name)
    return EndpointGenerator(listed(workspace, address), model)
