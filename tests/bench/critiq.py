"""How well CritiQ's parts tell the better of two texts on real human pairs, beside plain baselines.

    python -m tests.bench.critiq expert            the scorer on expert-revised Alpaca answers, 30 and 300 pairs
    python -m tests.bench.critiq sources [SOURCE]  the scorer by source of human preference pairs
    python -m tests.bench.critiq flow [SOURCE]     the flow without a manager by source; --worker, --domain, --test
    python -m tests.bench.critiq speed [SOURCE]    judgements a second against a call-by-call loop

Five splits by seed, prompts on one side of a split only. What a method says of a pair turns with its sides: the scorer
is linear in the difference of the two texts, and a test holds that. Intervals of shares are Wilson's for the test pairs
of one split; those of differences are percentiles of a bootstrap over pairs, each with all splits that tested it.
"""

import argparse
import hashlib
import json
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from curation.critiq import knowledge
from curation.critiq.features import NAMES, SURFACE, table
from curation.critiq.head import fit
from curation.critiq.inputs import CHOICES, blocks_of, joined
from curation.critiq.pairs import Pair
from curation.critiq.reporting import longer_wins, truth_of
from curation.intervals import wilson
from tests.bench.critiq_flows import credits, remembering
from tests.bench.critiq_judging import loglikelihoods, speed

DATA = Path("../shared/data")
SPLITS, SIZES, MATCHED, FEWEST = 5, (30, 300), 1.2, 5


def expert() -> list[Pair]:
    """Pairs whose instruction and input were not changed and whose outputs differ; the revised one is preferred."""
    found = []
    for line in _lines("quality/expert_revised_pairs.jsonl"):
        raw, revised = (json.loads(line)[part] for part in ("raw", "revised"))
        same = all(raw[part] == revised[part] for part in ("instruction", "input"))
        if same and raw["output"] != revised["output"] and raw["output"].strip() and revised["output"].strip():
            prompt = "\n\n".join(text for text in (raw["instruction"], raw["input"]) if text)
            found.append(Pair(prompt, revised["output"], prompt, raw["output"], "a"))
    return found


def _lines(name: str) -> list[str]:
    return [line for line in (DATA / name).read_text(encoding="utf-8").split("\n") if line]


def by_source() -> dict[str, list[Pair]]:
    """Preference pairs by source, ties left out; LLMBar's four adversarial ones together as well."""
    found = defaultdict(list)
    for line in _lines("pairs/human_preferences.jsonl"):
        one = json.loads(line)
        if one["preference"] in ("a", "b") and one["response_a"].strip() and one["response_b"].strip():
            texts = (one["prompt"], one["response_a"], one["prompt"], one["response_b"])
            found[one["source"]].append(Pair(*texts, one["preference"]))
    adversarial = [pair for source, pairs in found.items() if "Adversarial" in source for pair in pairs]
    return {"LLMBar/Adversarial, all four": adversarial} | dict(found)


def inputs(pairs: list[Pair], cache: Path) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
    """Head inputs of the preferred and of the other texts, and their blocks; vectors are kept in ``cache``."""
    turned = [pair if pair.preference == "a" else pair.swapped for pair in pairs]
    prompts = [pair.prompt_a for pair in turned]
    texts = [prompts, [pair.response_a for pair in turned], [pair.response_b for pair in turned]]
    digest = hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]
    path = cache / f"{digest}.npz"
    if not path.exists():
        from curation.models import embedder

        distinct = list(dict.fromkeys(text for part in texts for text in part))
        places = {text: place for place, text in enumerate(distinct)}
        vectors = embedder.load("default").encode(distinct)
        cache.mkdir(parents=True, exist_ok=True)
        np.savez(path, *[vectors[[places[text] for text in part]] for part in texts])
    with np.load(path) as kept:
        vectors = [kept[f"arr_{n}"] for n in range(3)]
    sides = [joined(vectors[0], vectors[1 + n], table(prompts, texts[1 + n])) for n in range(2)]
    return *sides, blocks_of(vectors[0].shape[1])


def methods(better: np.ndarray, worse: np.ndarray, blocks: tuple[int, ...], train, test, seed: int, groups):
    """Name -> log-odds that the preferred text is preferred ``(k,)``, by heads fitted to the training pairs."""
    width, texts, surface = better.shape[1], len(NAMES), len(SURFACE)
    start = width - texts
    wanted = {
        "surface features": (slice(start, start + surface), blocks[3:4], ()),
        "all text features": (slice(start, width), blocks[3:], ()),
        "embeddings": (slice(0, start), blocks[:3], ()),
        "scorer": (slice(0, width), blocks, CHOICES),
    }
    found = {}
    for name, (part, own, choices) in wanted.items():
        head = fit(better[train, part], worse[train, part], own, groups[train], seed, choices).head
        found[name] = head.score(better[test, part]) - head.score(worse[test, part])
    return found


def split(groups: np.ndarray, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """About ``size`` training pairs, whole groups at a time, and the rest."""
    order = np.random.default_rng(seed).permutation(int(groups.max()) + 1)
    counts = np.bincount(groups)[order].cumsum()
    inside = np.isin(groups, order[: int(np.searchsorted(counts, size)) + 1])
    return np.flatnonzero(inside), np.flatnonzero(~inside)


def compare(pairs: list[Pair], sizes, cache: Path) -> None:
    """Print accuracy of every method over the splits, over all pairs and over those of about one length."""
    turned = [pair if pair.preference == "a" else pair.swapped for pair in pairs]
    lengths = np.array([[len(pair.response_a), len(pair.response_b)] for pair in turned], float)
    matched = lengths.max(1) / lengths.min(1) <= MATCHED
    prompts = {text: n for n, text in enumerate(dict.fromkeys(pair.prompt_a for pair in turned))}
    groups = np.array([prompts[pair.prompt_a] for pair in turned])
    better, worse, blocks = inputs(pairs, cache)
    for size in sizes:
        credit = defaultdict(lambda: np.full((SPLITS, len(pairs)), np.nan))
        for seed in range(SPLITS):
            train, test = split(groups, size, seed)
            if len(test) < 10:
                break
            said = methods(better, worse, blocks, train, test, seed, groups)
            said["longer wins"] = lengths[test, 0] - lengths[test, 1]
            for name, odds in said.items():
                credit[name][seed, test] = (odds > 0) + 0.5 * (odds == 0)
        for name, right in credit.items():
            told = f"{_told(right)}; length-matched {_told(right[:, matched])}"
            print(f"  {size} pairs, {name}: {told}", flush=True)
        for name in credit.keys() - {"scorer"}:
            more = credit["scorer"] - credit[name]
            told = f"{_more(more)}; length-matched {_more(more[:, matched])}"
            print(f"  {size} pairs, scorer less {name}: {told}", flush=True)


def _told(right: np.ndarray) -> str:
    """Of credit ``(splits, pairs)``, NaN where a pair was trained on."""
    of = np.isfinite(right).sum() / len(right)
    if not of:
        return "none"
    low, high = wilson(np.nansum(right) / len(right), of)
    return f"{np.nanmean(right):.3f} [{low:.3f}, {high:.3f}] (about {of:.0f} a split)"


def _more(more: np.ndarray) -> str:
    """The mean of differences ``(splits, pairs)`` and its 95 % interval by the bootstrap over pairs."""
    known = np.isfinite(more)
    sums, counts = np.nansum(more, 0), known.sum(0)
    if not counts.sum():
        return "none"
    drawn = np.random.default_rng(0).integers(0, len(sums), (2000, len(sums)))
    low, high = np.quantile(sums[drawn].sum(1) / np.maximum(counts[drawn].sum(1), 1), (0.025, 0.975))
    return f"{sums.sum() / counts.sum():+.3f} [{low:+.3f}, {high:+.3f}]"


def mined(source: str, pairs: list[Pair], known, judge, size: int, most: int, cache: Path) -> None:
    """The flow from ``size`` of ``most`` pairs, tested on the others, in five splits, and baselines on the same."""
    pairs = [pairs[n] for n in np.sort(np.random.default_rng(0).permutation(len(pairs))[:most])]
    prompts = {text: n for n, text in enumerate(dict.fromkeys(pair.prompt_a for pair in pairs))}
    groups = np.array([prompts[pair.prompt_a] for pair in pairs])
    splits = [one for seed in range(SPLITS) if len((one := split(groups, size, seed))[1]) >= FEWEST]
    if not splits:
        return
    print(f"{source}: {len(pairs)} pairs, {size} of them to mine, {len(splits)} splits", flush=True)
    found, decided, mining = credits(pairs, splits, judge, known, loglikelihoods(pairs, cache))
    print(f"  a criterion was good enough in {mining} of {len(splits)} splits; decided {decided.mean():.0%}")
    for name, right in found.items():
        print(f"  {name}: {_told(right)}", flush=True)


def read(pairs: list[Pair], count: int, cache: Path) -> None:
    """Print how often perplexity and IFD are right on ``count`` random pairs: nothing is trained."""
    some = [pairs[n] for n in np.sort(np.random.default_rng(0).permutation(len(pairs))[:count])]
    print(f"  read by a language model: {len(some)} pairs")
    _print({"longer wins": longer_wins(some)} | loglikelihoods(some, cache), truth_of(some))


def _print(found: dict[str, np.ndarray], truth: np.ndarray) -> None:
    for name, said in found.items():
        decided = said != 0
        right = (said * truth > 0).sum() + 0.5 * (~decided).sum()
        low, high = wilson(right, len(truth))
        print(f"  {name}: {right / len(truth):.3f} [{low:.3f}, {high:.3f}], {decided.mean():.0%} decided", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("expert", "sources", "flow", "speed"))
    parser.add_argument("source", nargs="?", default="")
    parser.add_argument("--worker", default="default")
    parser.add_argument("--domain", action="append")
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--test", type=int, default=20)
    parser.add_argument("--calls", type=int, default=32)
    parser.add_argument("--read", type=int, default=40)
    parser.add_argument("--cache", type=Path, default=Path("/tmp/winnow-bench-critiq"))
    args = parser.parse_args()
    begin = time.monotonic()
    if args.what == "expert":
        compare(expert(), SIZES, args.cache)
    elif args.what == "sources":
        for source, pairs in by_source().items():
            if args.source not in source:
                continue
            print(
                f"{source}: {len(pairs)} pairs, b preferred in {np.mean([p.preference == 'b' for p in pairs]):.2f}",
                flush=True,
            )
            compare(pairs, [size for size in SIZES if size + 10 <= len(pairs)], args.cache)
            if args.read:
                read(pairs, args.read, args.cache)
    elif args.what == "flow":
        known, judge = knowledge.load(args.domain or ["general"]), remembering(args.worker, args.cache)
        for source, pairs in by_source().items():
            if args.source in source:
                mined(source, pairs, known, judge, args.pairs, args.pairs + args.test, args.cache)
    else:
        pairs = by_source()[args.source] if args.source else expert()
        speed(pairs[: args.pairs], args.worker, knowledge.load(args.domain or ["general"]), args.calls)
    print(f"  {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
