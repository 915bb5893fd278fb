"""Small models with random weights and a tokenizer of their own, saved as a user's folder would be."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from curation.models.language_model import LanguageModel
from curation.samples import Sample, Turn

MARKS = ["<|end|>", "<|start|>"]
TEMPLATE = (
    "{% for message in messages %}<|start|>{{ message['role'] }}\n{{ message['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)
STRICT_TEMPLATE = (
    "{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}[{{ message['role'] }}]{{ message['content'] }}"
    "{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}"
)


def tokenizer(template: str | None = TEMPLATE, marks: tuple[str, ...] = ("bos_token", "eos_token")):
    """One token a byte, and two marks."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(BPE(vocab={sign: place for place, sign in enumerate(alphabet)}, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    inner.add_special_tokens(MARKS)
    named = dict.fromkeys(marks, MARKS[0])
    made = PreTrainedTokenizerFast(tokenizer_object=inner, model_max_length=512, **named)
    made.chat_template = template
    return made


def llama(seed: int = 0, **changes) -> LlamaForCausalLM:
    """Two layers of grouped-query attention, tied embedding, vocabulary of 258, random weights of some size."""
    sizes = dict(vocab_size=258, hidden_size=32, intermediate_size=48, num_hidden_layers=2, max_position_embeddings=512)
    heads = dict(num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True, initializer_range=0.3)
    torch.manual_seed(seed)
    return LlamaForCausalLM(LlamaConfig(**sizes, **heads, bos_token_id=256, eos_token_id=256, **changes)).eval()


def gpt2(seed: int = 0) -> GPT2LMHeadModel:
    """Two layers with learned positions, random weights of some size."""
    torch.manual_seed(seed)
    sizes = dict(vocab_size=258, n_embd=32, n_layer=2, n_head=4, n_positions=512, initializer_range=0.3)
    return GPT2LMHeadModel(GPT2Config(**sizes, bos_token_id=256, eos_token_id=256)).eval()


def language_model(model=None, template: str | None = TEMPLATE) -> LanguageModel:
    return LanguageModel("tiny", "0" * 32, llama() if model is None else model, tokenizer(template))


def saved(folder: Path, model=None, template: str | None = TEMPLATE) -> Path:
    """The folder with config.json, safetensors and tokenizer."""
    (llama() if model is None else model).save_pretrained(folder)
    tokenizer(template).save_pretrained(folder)
    return folder


def sample(prompt: str, response: str) -> Sample:
    return Sample([Turn("user", prompt), Turn("assistant", response)])


def by_hand(model, prompt: list[int], response: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Log-probability and entropy of each response token, from the model's logits over the whole row in float64."""
    with torch.no_grad():
        logits = model(torch.tensor([prompt + response])).logits[0].double()
    spread = torch.log_softmax(logits, -1)[len(prompt) - 1 : -1]
    return spread[torch.arange(len(response)), torch.tensor(response)], -(spread.exp() * spread).sum(-1)
