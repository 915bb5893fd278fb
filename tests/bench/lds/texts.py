"""Real instruction data as rows of at most 96 tokens: the rows that are fine-tuned on, queries, and other text."""

import json
import random
from collections.abc import Iterator

from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import PreTrainedTokenizerFast

from curation.jobs.sample_json import to_json
from curation.models.conversation import Conversations
from curation.samples import Sample, Turn, normalise
from tests.bench.lds.bank import SHARED, Bank, Design, write_whole

#: Files, names of prompt, input and answer, share of the rows and of the queries.
SOURCES = (
    ("alpaca", ("alpaca_52k",), ("instruction", "input", "output"), 0.5),
    ("gsm8k", ("gsm8k_train",), ("question", "", "answer"), 0.25),
    ("code", ("codealpaca_2k", "codealpaca_new"), ("instruction", "input", "output"), 0.25),
)
START = "<|start|>"
SEED = 20


def records(files: tuple[str, ...], names: tuple[str, str, str]) -> Iterator[tuple[str, str]]:
    """Prompt and answer of every record, each prompt once."""
    seen = set()
    for file in files:
        for line in (SHARED / f"instructions/{file}.jsonl").read_text(encoding="utf-8").split("\n"):
            if not line:
                continue
            record = json.loads(line)
            prompt, given, answer = (record.get(name) or "" if name else "" for name in names)
            whole = normalise(f"{prompt}\n\n{given}" if given else prompt)
            if whole and answer.strip() and whole not in seen:
                seen.add(whole)
                yield whole, normalise(answer)


def write_texts(bank: Bank) -> None:
    """The tokenizer in ``base``, and the files of text, other text only where it is pre-trained on.

    Nothing of one file is in another.
    """
    order, design = random.Random(SEED), bank.design
    found = {}
    for name, files, names, _ in SOURCES:
        found[name] = list(records(files, names))
        order.shuffle(found[name])
    everything = (text for pairs in found.values() for pair in pairs for text in pair)
    tokenizer = bundled_tokenizer() if design.adapters else train_tokenizer(everything, design.vocabulary)
    tokenizer.save_pretrained(bank.base)
    chosen: dict[str, list] = {"rows": [], "queries": [], "other": []}
    encode = Conversations(tokenizer)
    for name, _, _, share in SOURCES:
        wanted = [("rows", round(design.rows * share)), ("queries", round(design.queries * share))]
        for pair in found[name]:
            sample = wanted and fitting(pair, name, encode, tokenizer, design)
            if not sample:
                chosen["other"].append({"prompt": pair[0], "answer": pair[1]})
                continue
            part, left = wanted[0]
            chosen[part].append(sample)
            wanted[0] = (part, left - 1)
            wanted = wanted[1:] if left == 1 else wanted
    for part, path in (("rows", bank.rows_file), ("queries", bank.queries_file)):
        order.shuffle(chosen[part])
        write_whole(path, "".join(f"{to_json(sample)}\n" for sample in chosen[part]))
    if design.adapters:
        return
    order.shuffle(chosen["other"])
    write_whole(bank.pretraining_file, "".join(f"{json.dumps(record)}\n" for record in chosen["other"]))


def bundled_tokenizer():
    from curation.models.language_model import folder_of
    from curation.models.loading import open_tokenizer

    return open_tokenizer(folder_of(), "default")


def train_tokenizer(texts: Iterator[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """Byte-level BPE with ``vocabulary`` pieces, a start mark among them, and no chat template."""
    inner = Tokenizer(BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = BpeTrainer(vocab_size=vocabulary, special_tokens=[START], initial_alphabet=alphabet, show_progress=False)
    inner.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=inner, model_max_length=512, bos_token=START, eos_token=START)


def fitting(pair: tuple[str, str], source: str, encode: Conversations, tokenizer, design: Design) -> Sample | None:
    """The pair with its answer cut to the design's tokens; None where it is too short or has a long prompt."""
    prompt = encode.prompt([Turn("user", pair[0])])
    room = min(design.tokens - len(prompt), design.answer_at_most)
    if len(prompt) > design.prompt_at_most:
        return None
    answer = tokenizer.decode(encode.text(pair[1])[:room])
    length = len(encode.text(answer))
    if "\ufffd" in answer or not answer.strip() or length > room:
        return None
    if length < design.answer_at_least or len(prompt) + length < design.total_at_least:
        return None
    return Sample([Turn("user", pair[0]), Turn("assistant", answer)], metadata={"source": source})
