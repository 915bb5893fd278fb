"""Runs a peer's script in the peers' environment and reads what it left."""

import os
import tempfile
from pathlib import Path

import numpy as np

from curation.models.language_model import folder_of
from tests.bench.lds.bank import Bank
from tests.bench.lds.evaluation import Outcome, ended, given

ENVIRONMENT = "WINNOW_LDS_PEERS"
NAMES = ("ekfac", "logra", "trak")


def run_peer(name: str, changed: dict, bank: Bank) -> Outcome:
    """``ekfac`` (kronfluence), ``logra`` or ``trak`` (dattri). ``WINNOW_LDS_PEERS`` names their environment's folder.

    RuntimeError with the end of its complaint where it failed.
    """
    environment = os.environ.get(ENVIRONMENT)
    if not environment:
        raise RuntimeError(f"{ENVIRONMENT} names no environment: see tests/bench/requirements-peers.txt")
    script = Path(__file__).with_name(f"{name}.py")
    with tempfile.TemporaryDirectory(prefix="lds-") as folder:
        tokens = Path(folder) / "tokens.npz"
        write_tokens(bank, tokens)
        command = [f"{environment}/bin/python", str(script), "--model", changed.pop("model", str(bank.full))]
        command += ["--base", str(folder_of())] if bank.design.adapters else []
        return ended([*command, "--tokens", str(tokens), "--out", folder, *given(changed)], Path(folder))


def write_tokens(bank: Bank, path: Path) -> None:
    """Inputs, tokens or activations, next answer tokens (-100 elsewhere) and mask of rows and of queries."""
    from tests.bench.lds.retraining import Texts

    texts, arrays = Texts(bank), {}
    for which, (_, labels) in (("rows", texts.rows), ("queries", texts.queries)):
        lengths = (labels != -100).numpy()
        last = lengths.shape[1] - 1 - lengths[:, ::-1].argmax(axis=1)
        mask = np.arange(lengths.shape[1])[None] <= last[:, None]
        arrays |= {
            f"{which}_ids": texts.inputs[which],
            f"{which}_labels": labels,
            f"{which}_mask": mask.astype(np.int64),
        }
    np.savez(path, **arrays)
