"""Train the reader on files named on the command line, resumably.

    python -m evals.training.train --out FOLDER --pairs 130000 squad11-dev.jsonl:1302:1496 …

Each file is PATH:TRAIN:TUNE as in `evals.training.examples`. A run that was stopped goes on from
its last checkpoint with the same command. On a GPU it runs there.
"""

import argparse
import contextlib
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from evals.training.examples import read_files
from evals.training.network import ReaderNetwork, losses
from evals.training.pairs import TOKENS_A_BATCH, Maker, Pair, batches, padded
from rag.models import load_embedding_model
from rag.settings import load_settings

RATE, WARM_UP, DECAY = 1.5e-4, 0.05, 0.01
WEIGHTS = {"span": 1.0, "relevance": 0.7, "answerable": 0.7}
CHECKPOINT_SECONDS = 300


def tensors(pairs: Sequence[Pair], device: str, *, rows: int | None = None) -> dict[str, Any]:
    """A batch; padded to `rows` pairs where shapes must stay the same."""
    length = padded(max(len(pair.ids) for pair in pairs))
    n = rows or len(pairs)
    ids, mask, types = (np.zeros((n, length), dtype=np.int64) for _ in range(3))
    starts, ends, allowed = (np.zeros((n, length), dtype=bool) for _ in range(3))
    allowed[:, 0] = True
    relevant, taught = np.zeros(n, dtype=bool), np.zeros(n, dtype=np.float32)
    weight = np.zeros(n, dtype=np.float32)
    group = np.zeros(n, dtype=np.int64)
    mask[:, 0] = 1
    names: dict[int, int] = {}
    ranked: list[bool] = []
    for place, pair in enumerate(pairs):
        size = len(pair.ids)
        ids[place, :size], mask[place, :size], types[place, :size] = pair.ids, 1, pair.types
        allowed[place, pair.first : size - 1] = True
        starts[place, pair.starts or [0]] = True
        ends[place, pair.ends or [0]] = True
        row = pair.asked
        relevant[place] = row.relevant
        # A question whose answer was cut off teaches nothing of spans.
        taught[place] = float(row.spans_known and (bool(pair.starts) or not row.relevant))
        weight[place] = 1.0
        key = pair.group if pair.group >= 0 else -2 - place
        if key not in names:
            names[key] = len(names)
            ranked.append(False)
        group[place] = names[key]
        ranked[names[key]] |= row.relevant
    for place in range(len(pairs), n):
        starts[place, 0] = ends[place, 0] = True
        group[place] = len(names)
    made: dict[str, Any] = {
        "ids": ids,
        "mask": mask,
        "types": types,
        "starts": starts,
        "ends": ends,
        "allowed": allowed,
        "relevant": relevant,
        "taught": taught,
        "weight": weight * n / max(len(pairs), 1),
        "group": group,
        "ranked": np.array([*ranked, *([False] * (n + 1 - len(ranked)))], dtype=np.float32),
    }
    return {name: torch.from_numpy(value).to(device) for name, value in made.items()} | {
        "n_groups": n + 1
    }


def rate_at(done: float) -> float:
    """The share of the full rate at this share of the training: up, then down to zero."""
    return done / WARM_UP if done < WARM_UP else max(0.0, (1 - done) / (1 - WARM_UP))


def main() -> None:
    """Train, with a checkpoint every few minutes, and save the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", help="PATH:TRAIN:TUNE")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=250_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=RATE, help="the highest learning rate")
    parser.add_argument("--weights", type=Path, help="begin with these, of an earlier run")
    parser.add_argument("--compile", action="store_true", help="faster after a minute or two")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    random.seed(options.seed)
    torch.manual_seed(options.seed)
    data = read_files(options.files)
    print({part: len(rows) for part, rows in data.asked.items()}, "left out", data.left_out)
    embed = load_embedding_model(load_settings(None)).embeddings.embed
    maker = Maker(data, options.seed, embed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = ReaderNetwork(maker.folder).to(device)
    if options.weights is not None:
        held = torch.load(options.weights, map_location=device, weights_only=True)
        model.load_state_dict(held.get("model", held))
    train(model, maker, options, device)
    torch.save(model.state_dict(), options.out / "reader.pt")
    print("saved", options.out / "reader.pt")


def train(model: ReaderNetwork, maker: Maker, options: argparse.Namespace, device: str) -> None:
    """The loop; see `main`."""
    trained = [weights for weights in model.parameters() if weights.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=options.rate, weight_decay=DECAY, fused=True)
    forward = torch.compile(model, dynamic=False) if options.compile else model
    checkpoint = options.out / "checkpoint.pt"
    done = epoch = skip = 0
    if checkpoint.exists():
        held = torch.load(checkpoint, map_location=device, weights_only=True)
        model.load_state_dict(held["model"])
        optimizer.load_state_dict(held["optimizer"])
        done, epoch, skip = held["done"], held["epoch"], held["batches"]
        print("going on at", done, "pairs")
    log = (options.out / "log.jsonl").open("a")
    started = saved = time.monotonic()
    began, seen = done, 0
    sums: dict[str, float] = {}
    model.train()
    while done < options.pairs:
        for number, pairs in enumerate(batches(maker, epoch, options.seed)):
            if number < skip:
                continue
            length = padded(max(len(pair.ids) for pair in pairs))
            batch = tensors(pairs, device, rows=TOKENS_A_BATCH // length)
            for part in optimizer.param_groups:
                part["lr"] = options.rate * rate_at(done / options.pairs)
            with torch.autocast(device, dtype=torch.bfloat16):
                outputs = forward(batch["ids"], batch["mask"], batch["types"])
            parts = losses(outputs, batch)
            total = sum(WEIGHTS[name] * value for name, value in parts.items())
            total.backward()  # type: ignore[union-attr]
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            done += len(pairs)
            seen += 1
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + float(value.detach())
            if seen == 100:
                speed = (done - began) / (time.monotonic() - started)
                row = {"pairs": done, "epoch": epoch, "pairs_per_second": round(speed, 1)}
                row |= {name: round(value / seen, 4) for name, value in sums.items()}
                print(row, flush=True)
                log.write(json.dumps(row) + "\n")
                log.flush()
                seen, sums = 0, {}
            if time.monotonic() - saved > CHECKPOINT_SECONDS or done >= options.pairs:
                saved = time.monotonic()
                state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
                counts = {"done": done, "epoch": epoch, "batches": number + 1}
                torch.save(state | counts, checkpoint.with_suffix(".new"))
                checkpoint.with_suffix(".new").replace(checkpoint)
            if done >= options.pairs:
                break
        else:
            epoch, skip = epoch + 1, 0
            continue
        break
    with contextlib.suppress(OSError):
        log.close()


if __name__ == "__main__":
    main()
