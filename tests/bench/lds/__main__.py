"""``python -m tests.bench.lds build | status | evaluate | peer | table | removals``: the bank, methods judged on it."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from tests.bench.lds import adapted, measure, removals, results, retraining, texts, training
from tests.bench.lds.bank import DESIGNS, REPORTED, TUNING, WHICH, Bank, open_bank
from tests.bench.lds.evaluation import Outcome, judged, run_apart, run_here
from tests.bench.lds.peers.calling import NAMES, run_peer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lds", description=__doc__)
    parser.add_argument("--design", choices=DESIGNS, default=os.environ.get(WHICH, "small"))
    verbs = parser.add_subparsers(dest="verb", required=True)
    build = verbs.add_parser("build", help="texts, base model and retrainings, or what is missing of them")
    build.add_argument("--processes", type=int, default=2)
    build.add_argument("--lane", type=int, default=None, help=argparse.SUPPRESS)
    verbs.add_parser("status", help="how many retrainings there are, and the ceiling they allow")
    evaluate = verbs.add_parser("evaluate", help="run a method and judge it")
    evaluate.add_argument("--method", required=True)
    evaluate.add_argument("--set", action="append", default=[], metavar="K=V")
    evaluate.add_argument("--subsets", choices=(TUNING, REPORTED), default=TUNING)
    evaluate.add_argument("--keep", metavar="NAME", help="keep it for the table and for removals")
    peer = verbs.add_parser("peer", help="run another library's method and judge it")
    peer.add_argument("--method", choices=NAMES, required=True)
    peer.add_argument("--set", action="append", default=[], metavar="K=V")
    peer.add_argument("--subsets", choices=(TUNING, REPORTED), default=TUNING)
    peer.add_argument("--keep", metavar="NAME")
    table = verbs.add_parser("table", help="what was kept, on the reported subsets")
    table.add_argument("--against", default="kronfluence")
    removed = verbs.add_parser("removals", help="fine-tune without the top rows of queries; the loss rise of each")
    removed.add_argument("--methods", required=True, help="names that results were kept under, joined by commas")
    removed.add_argument("--queries", type=int, default=20)
    removed.add_argument("--processes", type=int, default=2)
    removed.add_argument("--lane", type=int, default=None, help=argparse.SUPPRESS)
    attribute = verbs.add_parser("attribute", help="run a method in this process, its influence to a folder")
    attribute.add_argument("--method", required=True)
    attribute.add_argument("--set", action="append", default=[], metavar="K=V")
    attribute.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    os.environ[WHICH] = arguments.design
    one_thread()
    run = {
        "build": run_build,
        "status": lambda _: print_status(open_bank()),
        "evaluate": lambda given: run_evaluate(given, run_apart(given.method, changed(given.set))),
        "peer": lambda given: run_evaluate(given, run_peer(given.method, changed(given.set), open_bank())),
        "table": lambda given: say("\n".join(results.table(open_bank(), given.against))),
        "removals": run_removals,
        "attribute": lambda given: run_here(given.method, open_bank(), changed(given.set), given.out),
    }
    run[arguments.verb](arguments)


def one_thread() -> None:
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 1)))


def run_build(arguments) -> None:
    bank = open_bank()
    if arguments.lane is not None:
        retraining.build(bank, arguments.lane, arguments.processes, say)
        return
    if not bank.queries_file.exists():
        texts.write_texts(bank)
    if bank.design.adapters:
        adapted.begin(bank)
    elif not (bank.base / "model.safetensors").exists():
        training.pretrain(bank, say)
    if not bank.checkpoint(bank.design.epochs).exists():
        retraining.fine_tune_all(bank)
    run_lanes(["build"], arguments.processes)
    print_status(bank)


def run_evaluate(arguments, found: Outcome) -> None:
    score = judged(found.influence, open_bank(), arguments.subsets)
    cost = (
        f"{found.seconds:.1f} s of processor, {found.peak_bytes / 1e6:.0f} MB, {found.disk_bytes / 1e6:.1f} MB of disk"
    )
    parts = ", ".join(f"{part} {seconds:.1f}" for part, seconds in found.parts.items())
    say(f"{arguments.method} {' '.join(arguments.set)}: LDS {score} on {arguments.subsets} subsets, {cost} ({parts})")
    if arguments.keep:
        results.keep(open_bank(), arguments.keep, arguments.method, changed(arguments.set), found)


def run_removals(arguments) -> None:
    bank, names = open_bank(), arguments.methods.split(",")
    plan = removals.planned(bank, names, arguments.queries)
    if arguments.lane is not None:
        removals.build(bank, plan, arguments.lane, arguments.processes, say)
        return
    command = ["removals", "--methods", arguments.methods, "--queries", str(arguments.queries)]
    run_lanes(command, arguments.processes)
    say("\n".join(removals.lines(bank, names, arguments.queries)))


def run_lanes(command: list[str], processes: int) -> None:
    """The same verb in several processes, each with its share."""
    whole = [sys.executable, "-m", "tests.bench.lds", *command, "--processes", str(processes)]
    lanes = [subprocess.Popen([*whole, "--lane", str(lane)]) for lane in range(processes)]
    if any([lane.wait() for lane in lanes]):
        raise SystemExit("a retraining failed; what is done is kept")


def changed(given: list[str]) -> dict[str, str]:
    return dict(part.split("=", 1) for part in given)


def print_status(bank: Bank) -> None:
    for kind in (TUNING, REPORTED):
        try:
            found = retraining.losses(bank, kind)
        except FileNotFoundError as error:
            say(str(error))
            continue
        say(f"{kind}: {found.shape[0]} subsets of {found.shape[1]} seeds, {found.shape[2]} queries")
        if found.shape[1] > 1 and found.shape[0] > 2:
            agreement, best = measure.ceiling(found)
            spread = found.mean(axis=1).std(axis=0)
            say(f"  one seed against the other {agreement:.3f}; best possible LDS {best:.3f}")
            say(f"  spread of a query's loss over subsets {np.median(spread):.3f} nats (median over queries)")


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
