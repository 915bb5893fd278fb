"""Pre-training of the small model, and fine-tuning of it: the same few lines for every retraining of the bank.

Weights are float32, products bfloat16 as is usual in training: 2.2 times as fast on a CPU that has them.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

from curation.models.conversation import Pair
from tests.bench.lds.bank import Bank, Design

IGNORED = -100


def encoded(pairs: list[Pair]) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs ``(n, t)`` padded on the right, and the next token where it is the answer's, else -100, ``(n, t)``."""
    longest = max(len(pair.prompt) + len(pair.response) - 1 for pair in pairs)
    ids = torch.zeros(len(pairs), longest, dtype=torch.long)
    labels = torch.full((len(pairs), longest), IGNORED)
    for place, (prompt, response) in enumerate(pairs):
        ids[place, : len(prompt) + len(response) - 1] = torch.tensor(prompt + response[:-1])
        labels[place, len(prompt) - 1 : len(prompt) + len(response) - 1] = torch.tensor(response)
    return ids, labels


def products():
    return torch.autocast("cpu", dtype=torch.bfloat16)


def row_losses(model, inputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Summed loss of each row's answer tokens ``(n,)``, in nats; ``inputs`` are tokens or activations ``(n, t, d)``."""
    answer = labels != IGNORED
    given = "inputs_embeds" if inputs.is_floating_point() else "input_ids"
    hidden = model.model(**{given: inputs}, use_cache=False).last_hidden_state
    logits = model.lm_head(hidden[answer]).float()
    found = torch.nn.functional.cross_entropy(logits, labels[answer], reduction="none")
    rows = torch.arange(len(labels))[:, None].expand_as(labels)[answer]
    return torch.zeros(len(labels)).index_add(0, rows, found)


@torch.no_grad()
def evaluated(model, inputs: torch.Tensor, labels: torch.Tensor, size: int = 50) -> np.ndarray:
    """Losses of rows in float32 throughout."""
    parts = [row_losses(model, inputs[at : at + size], labels[at : at + size]) for at in range(0, len(labels), size)]
    return torch.cat(parts).numpy()


def fine_tune(
    model,
    inputs: torch.Tensor,
    labels: torch.Tensor,
    design: Design,
    seed: int,
    after_epoch: Callable[[int, float, torch.optim.Optimizer], None] = lambda epoch, rate, optimizer: None,
) -> None:
    """Train ``model`` in place on all rows for the design's epochs.

    AdamW, linear warm-up over a twentieth of the steps and linear decay to zero; every weight that takes gradients.
    ``after_epoch`` is told the epoch, from 1, and the mean learning rate of its steps.
    A batch's loss is the sum over its answer tokens by a constant, so that a row counts by the sum of its losses.
    """
    order = np.random.default_rng(seed)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=design.rate, weight_decay=design.weight_decay, fused=True)
    a_batch = -(-len(labels) // design.batch)
    rates = [design.rate * factor for factor in triangle(a_batch * design.epochs)]
    scale = design.batch * design.tokens / 2
    for epoch in range(design.epochs):
        places = torch.from_numpy(order.permutation(len(labels)))
        for step in range(a_batch):
            some = places[step * design.batch : (step + 1) * design.batch]
            optimizer.param_groups[0]["lr"] = rates[epoch * a_batch + step]
            with products():
                loss = row_losses(model, inputs[some], labels[some]).sum() / scale
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        after_epoch(epoch + 1, float(np.mean(rates[epoch * a_batch : (epoch + 1) * a_batch])), optimizer)


def triangle(steps: int) -> np.ndarray:
    """Factors of the learning rate ``(steps,)``: up to 1 in a twentieth of the steps, then down to 0."""
    warm = max(1, steps // 20)
    at = np.arange(steps)
    return np.minimum((at + 1) / warm, (steps - at) / (steps - warm))


def pretrain(bank: Bank, say: Callable[[str], None]) -> None:
    """Train the base model on the other text, all tokens counting, and save it as safetensors beside its tokenizer."""
    design, tokenizer = bank.design, AutoTokenizer.from_pretrained(bank.base)
    model = fresh(design, tokenizer.bos_token_id)
    stream = pretraining_tokens(bank.pretraining_file, tokenizer)
    chunk, batch, peak = design.tokens + 1, 32, 3e-3
    chunks = stream[: len(stream) // chunk * chunk].reshape(-1, chunk)
    chunks = chunks[torch.randperm(len(chunks), generator=torch.Generator().manual_seed(0))]
    optimizer = torch.optim.AdamW(model.parameters(), lr=peak, betas=(0.9, 0.98), weight_decay=0.1, fused=True)
    started, seen = time.monotonic(), []
    for step, factor in enumerate(triangle(design.pretraining_steps)):
        at = torch.arange(step * batch, (step + 1) * batch) % len(chunks)
        optimizer.param_groups[0]["lr"] = peak * factor
        with products():
            logits = model(input_ids=chunks[at, :-1], use_cache=False).logits.float()
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), chunks[at, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        seen.append(loss.item())
        if step % 50 == 49:
            say(f"step {step + 1}: loss {np.mean(seen[-50:]):.3f} a token, {time.monotonic() - started:.0f} s")
    model.save_pretrained(bank.base)


def fresh(design: Design, start: int) -> LlamaForCausalLM:
    torch.manual_seed(0)
    sizes = dict(hidden_size=design.hidden, intermediate_size=design.intermediate, num_hidden_layers=design.blocks)
    config = LlamaConfig(
        attn_implementation="eager",
        vocab_size=design.vocabulary,
        num_attention_heads=4,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        bos_token_id=start,
        eos_token_id=start,
        **sizes,
    )
    return LlamaForCausalLM(config)


def pretraining_tokens(path: Path, tokenizer) -> torch.Tensor:
    texts = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line:
            record = json.loads(line)
            texts.append(f"{record['prompt']}\n{record['answer']}")
    found = tokenizer(texts, add_special_tokens=False, verbose=False)["input_ids"]
    return torch.tensor([token for row in found for token in (tokenizer.bos_token_id, *row)])


def base_model(bank: Bank) -> LlamaForCausalLM:
    return AutoModelForCausalLM.from_pretrained(bank.base, dtype=torch.float32, attn_implementation="eager")
