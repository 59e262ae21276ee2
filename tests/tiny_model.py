"""A chat model without weights worth the name, served as `transformers serve` serves any model.

    python tiny_model.py FOLDER PORT

A random Llama of some 120,000 parameters and a tokenizer of bytes are written to FOLDER; its
words are noise, the wire is real.
"""

import sys
from pathlib import Path

TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant: "
WINDOW = 512


def write_model(folder: Path) -> None:
    """Make the model and its tokenizer, the same each time."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = {"<eos>": 0, **{letter: number for number, letter in enumerate(alphabet, start=1)}}
    tokenizer = Tokenizer(models.BPE(vocab=words, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<eos>", pad_token="<eos>", model_max_length=WINDOW
    )
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=WINDOW,
        eos_token_id=0,
        pad_token_id=0,
        bos_token_id=None,
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        # Its noise is of letters: never the end, never half a character.
        for word, number in words.items():
            if not word.isalpha() or not word.isascii():
                model.lm_head.weight[number] = 0
    model.save_pretrained(folder)


if __name__ == "__main__":
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    write_model(folder)
    from transformers.cli.serve import Serve

    Serve(force_model=str(folder), host="127.0.0.1", port=port, device="cpu")
