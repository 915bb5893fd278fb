"""Checkpoints of a training as models to compute with."""

from curation.models.language_model import LanguageModel, load, with_network
from curation.models.weights import find_adapter, fingerprint
from curation.training.saving import Checkpoint


def open_checkpoint(checkpoint: Checkpoint, base: LanguageModel) -> LanguageModel:
    """The model of a checkpoint. An adapter is put on ``base``'s weights, which stay as they are.

    Where ``base`` is itself an adapter on the same model, a sister of the checkpoint's, that model's weights are taken.
    ValueError when the adapter was made for another model than the one that ``base`` is named.
    """
    from curation.models.adapters import load_adapters

    name = str(checkpoint.folder)
    adapter = find_adapter(name)
    if adapter is None:
        return load(name)
    sister = find_adapter(base.name)
    if sister is not None and sister.base == adapter.base:
        base = load(adapter.base)
    elif base.name != adapter.base and load(adapter.base).fingerprint != base.fingerprint:
        raise ValueError(f"the checkpoint {name} was made for the model {adapter.base}, not for {base.name}")
    return with_network(base, load_adapters(base.model, checkpoint.folder, name), name, fingerprint(checkpoint.folder))
