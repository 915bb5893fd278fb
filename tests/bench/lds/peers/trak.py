"""dattri's TRAK on one model or several (``models``, joined by commas), f = log(p / (1 - p)), p = exp(-mean loss).

``regularization`` is what it adds to the kernel; ``size`` its ``proj_dim``.
"""

import numpy as np
import torch
from common import IGNORED, Clock, Summed, Texts, arguments, linear_names
from dattri.algorithm.trak import TRAKAttributor
from dattri.task import AttributionTask
from torch.func import functional_call


def mean_loss(model, params, row) -> torch.Tensor:
    ids, mask, labels = row
    batch = {"input_ids": ids[None], "attention_mask": mask[None]}
    logits = functional_call(model.inner, {name[6:]: value for name, value in params.items()}, (), batch).logits[0]
    counts = labels != IGNORED
    losses = torch.nn.functional.cross_entropy(logits, labels.clamp(min=0), reduction="none")
    return (losses * counts).sum() / counts.sum()


def main() -> None:
    given, clock = arguments(), Clock()
    model = Summed(given.model)

    def output(params, row):
        logp = -mean_loss(model, params, row)
        return logp - torch.log(-torch.expm1(logp))

    def probability(params, row):
        return torch.exp(-mean_loss(model, params, row))

    folders = given.settings.get("models", given.model).split(",")
    states = [Summed(folder).state_dict() for folder in folders]
    task = AttributionTask(output, model, states)
    loaders = []
    for which in ("rows", "queries"):
        texts = Texts(given.tokens, which)
        data = torch.utils.data.TensorDataset(texts.ids, texts.mask, texts.labels)
        loaders.append(torch.utils.data.DataLoader(data, batch_size=16))
    size, more = int(given.settings.get("size", 512)), float(given.settings.get("regularization", 0))
    names = [f"{name}.weight" for name in linear_names(model)]
    method = TRAKAttributor(
        task, probability, {"proj_dim": size, "device": "cpu"}, layer_name=names, regularization=more
    )  # fmt: skip
    method.cache(loaders[0])
    clock.mark("index")
    with torch.no_grad():
        found = method.attribute(loaders[1])
    clock.mark("scores")
    clock.write(given.out, np.asarray(found.detach()), 0, 4.0 * size * len(folders))


if __name__ == "__main__":
    main()
