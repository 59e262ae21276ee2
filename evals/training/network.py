"""The reader as a torch module: MiniLM with heads for spans, relevance and answerability.

One pass over a (question, passage) pair gives where an answer starts and ends, whether there is
none, and how relevant the passage is. Source of the span head with a null position: Devlin et al.,
BERT, NAACL 2019, as for SQuAD 2.0.
"""

from pathlib import Path
from typing import Any

from torch import Tensor, nn


class ReaderNetwork(nn.Module):
    """`forward(ids, mask, types)`, each (n pairs, n tokens) → start and end logits of the same
    shape, relevance and answerability logits (n pairs,).
    """  # noqa: D205 (the call is the summary)

    def __init__(self, folder: Path) -> None:
        from transformers import AutoModel

        super().__init__()
        self.trunk = AutoModel.from_pretrained(
            folder,
            attn_implementation="sdpa",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            add_pooling_layer=False,
        )
        # Half of all weights, which so few texts would only wear out: they stay those of the
        # dependency and need not be shipped.
        self.trunk.embeddings.word_embeddings.requires_grad_(False)
        size = self.trunk.config.hidden_size
        self.span = nn.Linear(size, 2)
        self.relevance = nn.Linear(size, 1)
        self.answerable = nn.Linear(size, 1)
        for head in (self.span, self.relevance, self.answerable):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, ...]:
        """See the class."""
        hidden = self.trunk(input_ids=ids, attention_mask=mask, token_type_ids=types)
        tokens = hidden.last_hidden_state
        spans = self.span(tokens)
        first = tokens[:, 0]
        return (
            spans[..., 0],
            spans[..., 1],
            self.relevance(first).squeeze(-1),
            self.answerable(first).squeeze(-1),
        )


def losses(outputs: tuple[Tensor, ...], batch: dict[str, Any]) -> dict[str, Tensor]:
    """The three losses of a batch of pairs, each a mean.

    `starts` and `ends` (n pairs, n tokens) mark every place of an accepted answer, the first
    token where there is none; `allowed` the tokens that may be one. Spans: the negative log
    of the summed probability of all marked places (Clark and Gardner, Simple and Effective
    Multi-Paragraph Reading Comprehension, ACL 2018). Relevance: a softmax over the pairs of one
    question, `group`, of which `relevant` ones share the mass (ListNet, Cao et al., ICML 2007).
    """
    start, end, relevance, answerable = (output.float() for output in outputs)
    closed = ~batch["allowed"]
    taught = batch["taught"]
    span = start.new_zeros(())
    for logits, marked in ((start, batch["starts"]), (end, batch["ends"])):
        open_ = logits.masked_fill(closed, -1e4)
        right = open_.masked_fill(~marked, -1e4).logsumexp(1)
        span = span + ((open_.logsumexp(1) - right) * taught).sum() / taught.sum().clamp(min=1) / 2
    relevant = batch["relevant"]
    every = _group_logsumexp(relevance, batch["group"], batch["n_groups"])
    held = _group_logsumexp(
        relevance.masked_fill(~relevant, -1e4), batch["group"], batch["n_groups"]
    )
    ranked = batch["ranked"]
    listed = ((every - held) * ranked).sum() / ranked.sum().clamp(min=1)
    known = nn.functional.binary_cross_entropy_with_logits(
        answerable, relevant.float(), weight=batch["weight"]
    )
    return {"span": span, "relevance": listed, "answerable": known}


def _group_logsumexp(values: Tensor, group: Tensor, n_groups: int) -> Tensor:
    best = values.new_full((n_groups,), -1e4).scatter_reduce(0, group, values, "amax")
    summed = values.new_zeros(n_groups).scatter_add(0, group, (values - best[group]).exp())
    return best + summed.clamp(min=1e-30).log()
