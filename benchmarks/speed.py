"""Time scanning against reading, on one core, with planted hits checked in the same run.

    python benchmarks/speed.py [--texts DIR] [--background DIR] [--mb 200] [--runs 3]

Writes a corpus of Parquet shards (zstd, one `text` column, row groups of 16 MB) into a temporary
folder: sentences of the background in random order, with 300-word excerpts of the catalogue's
works planted in it. `--texts` is the catalogue, any folder that `provaudit fingerprint` reads;
`--background` any folder of text files that hold none of it. Without a background every second
work is left out of the catalogue and serves as one; without texts the shipped example is taken.
Then, in turn and each in a process of its own on one core:

  decode   PyArrow alone reads the text column
  scan     `provaudit scan` of the whole corpus
  start    `provaudit scan` of a shard of one row

and prints decode / (scan - start), pair by pair and as the median: 0.5 means that scanning costs
as much as reading once more. Every planted excerpt must be found.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

EXAMPLE = Path(__file__).parents[1] / "examples" / "catalogue"
GROUP_BYTES = 16_000_000
SHARD_BYTES = 128_000_000
PLANTED = 50
DECODE = """
import sys, time, pyarrow.parquet as pq
from pathlib import Path
start = time.perf_counter()
for path in sorted(Path(sys.argv[1]).glob("*.parquet")):
    for batch in pq.ParquetFile(path).iter_batches(1024, columns=["text"], use_threads=False):
        pass
print(time.perf_counter() - start)
"""


def texts_of(index: Path) -> dict[str, str]:
    with pa.memory_map(str(index / "texts.arrow")) as source:
        table = pa.ipc.open_file(source).read_all()
    return dict(zip(table["work_id"].to_pylist(), table["text"].to_pylist(), strict=True))


def sentences_of(texts: Iterable[str]) -> list[str]:
    found = [" ".join(s.split()) for t in texts for s in re.split(r"(?<=[.!?。])\s+", t)]
    return [s for s in found if 20 < len(s) < 400]


def fingerprint(paths: list[Path], index: Path) -> dict[str, str]:
    """Build an index and return its works' texts."""
    command = [sys.executable, "-m", "provaudit", "fingerprint", *map(str, paths), "-o", str(index)]
    subprocess.run([*command, "-q", "--allow-incomplete"], check=True, stdout=subprocess.DEVNULL)
    return texts_of(index)


def inputs(options: argparse.Namespace, folder: Path) -> tuple[dict[str, str], list[str]]:
    """Build the index; return its texts, and sentences that are not theirs."""
    index = folder / "index"
    if options.background is not None:
        texts = (p.read_text("utf-8", "replace") for p in sorted(options.background.rglob("*.txt")))
        return fingerprint([options.texts or EXAMPLE], index), sentences_of(texts)
    works = sorted(p for p in (options.texts or EXAMPLE).iterdir() if p.suffix != ".csv")
    others = fingerprint(works[1::2], folder / "others")
    return fingerprint(works[::2], index), sentences_of(others.values())


def rows_of(
    texts: dict[str, str], pool: list[str], size: int, seed: int
) -> tuple[list[str], dict[int, str]]:
    """Return rows of shuffled sentences, and which row holds an excerpt of which work."""
    pick = random.Random(seed)
    rows, total = [], 0
    while total < size:
        count = int(min(150, max(3, pick.lognormvariate(3.3, 0.8))))
        rows.append(" ".join(pick.choice(pool) for _ in range(count)))
        total += len(rows[-1].encode())
    planted = {}
    for row in pick.sample(range(len(rows)), min(PLANTED, len(rows))):
        work, words = pick.choice(
            [(w, t.split()) for w, t in texts.items() if len(t.split()) > 310]
        )
        start = pick.randrange(len(words) - 300)
        rows[row] += " " + " ".join(words[start : start + 300])
        planted[row] = work
    return rows, planted


def write_shards(rows: list[str], folder: Path) -> dict[int, tuple[str, int]]:
    """Write the rows; return each row's shard and place in it."""
    folder.mkdir(parents=True)
    schema, places = pa.schema([("text", pa.string())]), {}
    writer, group, size, shard_size, in_shard, number = None, [], 0, 0, 0, 0
    for row, text in enumerate(rows):
        name = f"shard-{number:05d}.parquet"
        writer = writer or pq.ParquetWriter(folder / name, schema, compression="zstd")
        places[row] = (name, in_shard)
        group.append(text)
        in_shard += 1
        size += len(text.encode())
        shard_size += len(text.encode())
        if size >= GROUP_BYTES or shard_size >= SHARD_BYTES or row + 1 == len(rows):
            writer.write_table(pa.table([group], schema=schema), row_group_size=len(group))
            group, size = [], 0
        if shard_size >= SHARD_BYTES:
            writer.close()
            writer, shard_size, in_shard, number = None, 0, 0, number + 1
    if writer:
        writer.close()
    return places


def on_one_core(command: list[str]) -> str:
    """Run a command on the first processor that this process may use (where that can be said)."""
    pin = None
    if hasattr(os, "sched_setaffinity"):
        core = min(os.sched_getaffinity(0))
        pin = lambda: os.sched_setaffinity(0, {core})  # noqa: E731
    done = subprocess.run(command, preexec_fn=pin, capture_output=True, text=True, check=True)
    return done.stdout


def scan_seconds(index: Path, data: Path, audit: Path) -> float:
    command = [sys.executable, "-m", "provaudit", "scan", str(index), str(data), "-o", str(audit)]
    start = time.perf_counter()
    on_one_core([*command, "--workers", "1", "--json", "--quiet", "--column", "text"])
    return time.perf_counter() - start


def missed(audit: Path, planted: dict[int, str], places: dict[int, tuple[str, int]]) -> list[int]:
    columns = ["shard", "row", "work_id"]
    matches = pq.read_table(audit / "matches.parquet", columns=columns).to_pylist()
    found = {(m["shard"], m["row"], m["work_id"]) for m in matches}
    return [row for row, work in planted.items() if (*places[row], work) not in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--background", type=Path)
    parser.add_argument("--mb", type=float, default=200)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        run(Path(scratch), options)


def run(folder: Path, options: argparse.Namespace) -> None:
    index, data, one = folder / "index", folder / "data", folder / "one"
    texts, pool = inputs(options, folder)
    rows, planted = rows_of(texts, pool, int(options.mb * 1e6), options.seed)
    places = write_shards(rows, data)
    write_shards(["A single row."], one)
    size = sum(len(r.encode()) for r in rows) / 1e6
    tokens = json.loads((index / "index.json").read_text())["counts"]["tokens"]
    print(f"{platform.machine()}, Python {platform.python_version()}, PyArrow {pa.__version__}; "
          f"{size:.0f} MB of text; {len(texts)} works, {tokens:,} tokens")  # fmt: skip
    scan_seconds(index, one, folder / "warm")
    shares = []
    for number in range(options.runs):
        decode = float(on_one_core([sys.executable, "-c", DECODE, str(data)]))
        start = scan_seconds(index, one, folder / f"start-{number}")
        whole = scan_seconds(index, data, folder / f"audit-{number}")
        lost = missed(folder / f"audit-{number}", planted, places)
        shares.append(decode / (whole - start))
        print(f"run {number + 1}: decode {decode:.2f} s, scan {whole:.2f} s, start {start:.2f} s, "
              f"share {shares[-1]:.3f}, {size / (whole - start):.0f} MB/s, "
              f"{len(planted) - len(lost)} of {len(planted)} planted found")  # fmt: skip
        if lost:
            sys.exit("planted excerpts were missed: the figures above are worth nothing")
    print(f"median share {statistics.median(shares):.3f}")


if __name__ == "__main__":
    main()
