"""dattri's LoGra. ``size`` is ``proj_dim``, numbers a layer; ``damping`` a share of each layer's mean eigenvalue.

What it keeps is in memory (keeping it on disk asks for a GPU); bytes count its preconditioned vectors, float32, once.
"""

import numpy as np
import torch
from common import Clock, Summed, Texts, arguments, linear_names
from dattri.algorithm.logra import LoGraAttributor
from dattri.task import AttributionTask


def loss(model, batch, device):
    return model(**batch).loss


def main() -> None:
    given, clock = arguments(), Clock()
    model = Summed(given.model, given.base)
    names, size = linear_names(model), int(given.settings.get("size", 4096))
    damping = float(given.settings["damping"]) if "damping" in given.settings else None
    batch = int(given.settings.get("batch", 32))
    loaders = [
        torch.utils.data.DataLoader(Texts(given.tokens, which), batch_size=batch) for which in ("rows", "queries")
    ]
    task = AttributionTask(loss, model, [model.state_dict()])
    torch.manual_seed(int(given.settings.get("seed", 0)))
    method = LoGraAttributor(task, names, damping=damping, proj_dim=size, offload="cpu")
    method.cache(loaders[0])
    clock.mark("index")
    found = method.attribute(*loaders)
    clock.mark("scores")
    if "again" in given.settings:
        method.attribute(*loaders)
        clock.mark("second_set")
    a_row = 4 * method.total_proj_dim
    clock.write(given.out, np.asarray(found), a_row * len(loaders[0].dataset), a_row)


if __name__ == "__main__":
    main()
