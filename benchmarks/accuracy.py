"""Plant altered copies of works in real text, scan it, and count what is found and what else.

    python benchmarks/accuracy.py [--texts DIR] [--background DIR] [--copies 3] [--show 20]

`--texts` is the catalogue, any folder that `provaudit fingerprint` reads; `--background` any
folder of .txt files that hold none of it. Without them the shipped example serves for both, less
the rows that share 20 words in a row with a work. Each kind of copy meets each alteration
`--copies` times, in rows of their own; 30 % of the works are left out. Pairs that were not planted
are to be read (`--show`) before they are called errors: real texts quote each other.
"""

from __future__ import annotations

import argparse
import html
import random
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict, namedtuple
from collections.abc import Callable
from functools import partial, reduce
from html.entities import codepoint2name
from pathlib import Path
from statistics import fmean

import pyarrow as pa
import pyarrow.parquet as pq
from scipy.stats import beta
from speed import EXAMPLE, texts_of

SHARD_ROWS = 400
# one character of a script without spaces, or a run of anything else
NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
WORD = re.compile(f"[{NO_SPACES}]|[^\\s{NO_SPACES}]+")
ALIKE = dict("ec ce lI Il 1l o0 O0 0O hb bh nu un vy yv tf ft ao il gq qg s5 S5 5S B8 8B".split())
LIGATURES = [("ffi", "ﬃ"), ("ffl", "ﬄ"), ("ff", "ﬀ"), ("fi", "ﬁ"), ("fl", "ﬂ"), ("st", "ﬆ")]
STRAIGHT = str.maketrans({**dict.fromkeys("‘’‚‹›", "'"), **dict.fromkeys("“”„«»", '"')})
CURLY = str.maketrans({"'": "’", '"': "”"})
SPACES = [" ", "  ", "\n", "\t", "\r\n", "\u00a0", "\u2009"]
Copy = namedtuple("Copy", "kind alteration work start end text")


def misread(text: str, pick: random.Random, rate: float) -> str:
    letters = [c for c in text[:5000] if c.isalpha()] or ["x"]

    def error(char: str) -> str:
        look = ALIKE.get(char) or pick.choice(letters)
        return pick.choice([look, look, look, "", char + look])

    return "".join(error(c) if not c.isspace() and pick.random() < rate else c for c in text)


def reword(text: str, pick: random.Random, rate: float) -> str:
    words = WORD.findall(text)
    other = lambda: pick.choice([pick.choice(words), ""])  # noqa: E731
    return WORD.sub(lambda m: other() if pick.random() < rate else m[0], text)


def unpunctuate(text: str) -> str:
    return "".join(c for c in re.sub("--|[–—]", " ", text) if unicodedata.category(c)[0] != "P")


def undress(text: str) -> str:
    bare = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", "".join(bare))


def wrap(text: str, pick: random.Random, width: int = 60) -> str:
    lines, line = [], ""
    for word in text.split():
        room = width - len(line) - 1
        if len(word) < room:
            line += " " * bool(line) + word
        else:
            fits = word.isalpha() and 2 <= room <= len(word) - 2 and pick.random() < 0.75
            cut = room - 1 if fits else 0
            lines.append(f"{line} {word[:cut]}-" if cut else line)
            line = word[cut:]
    return "\n".join([*lines, line])


def refer(text: str, _: random.Random) -> str:
    named = lambda m: f"&{codepoint2name.get(ord(m[0]), f'#{ord(m[0])}')};"  # noqa: E731
    return re.sub(r"[^\x00-\x7f]", named, html.escape(text))


ALTERATIONS: dict[str, Callable[[str, random.Random], str]] = {
    "none": lambda text, _: text,
    **{f"OCR errors {n} %": partial(misread, rate=n / 100) for n in (1, 3, 5)},
    **{f"words {n} %": partial(reword, rate=n / 100) for n in (2, 5, 10)},
    "case": lambda text, pick: pick.choice([str.upper, str.lower, str.swapcase])(text),
    "punctuation": lambda text, _: unpunctuate(text),
    "white space": lambda text, pick: re.sub(r"\s+", lambda _: pick.choice(SPACES), text),
    "diacritics": lambda text, _: undress(text),
    "ligatures": lambda text, _: reduce(lambda t, pair: t.replace(*pair), LIGATURES, text),
    "quotes": lambda t, _: t.translate(CURLY if t == t.translate(STRAIGHT) else STRAIGHT),
    "hyphenated line ends": wrap,
    "character references": refer,
}
KINDS = {"whole work": 0, "chunk of 2,048 words": 2048, "chunk of 512 words": 512}
KINDS |= {f"excerpt of {n:,} words": n for n in (1000, 300, 100, 50, 20)}


def runs(text: str, length: int = 20) -> set[int]:
    words = re.findall(f"[{NO_SPACES}]|[^\\W{NO_SPACES}]+", undress(text).casefold())
    return {hash(tuple(words[i : i + length])) for i in range(len(words) - length + 1)}


def background_of(folder: Path | None, texts: dict[str, str]) -> list[str]:
    if folder is not None:
        found = [p.read_text("utf-8", "replace") for p in sorted(folder.rglob("*.txt"))]
        return [m[0] for t in found for m in re.finditer(r"(?s).{2000}.*?(?:\n|\Z)|.+\Z", t)]
    shards = sorted(EXAMPLE.with_name("dataset").glob("shard-*.parquet"))
    rows = [r for s in shards for r in pq.read_table(s, columns=["text"])["text"].to_pylist()]
    held = set().union(*map(runs, texts.values()))  # the example's rows have excerpts in them
    return [r for r in rows if r and len(r) < 10_000 and held.isdisjoint(runs(r))]


def copy_of(texts: dict, spans: dict, kind: str, alteration: str, pick: random.Random) -> Copy:
    works = [w for w in spans if len(spans[w]) > KINDS[kind]]
    for _ in range(40):
        work = pick.choice(works)
        size = KINDS[kind] or len(spans[work])
        first = pick.randint(0, len(spans[work]) - size)
        start, end = spans[work][first][0], spans[work][first + size - 1][1]
        altered = ALTERATIONS[alteration](texts[work][start:end], pick)
        if alteration == "none" or altered != texts[work][start:end]:
            break
    return Copy(kind, alteration, work, start, end, altered)


def plant(copies: list[Copy], background: list[str], pick: random.Random) -> list[tuple]:
    """Return rows: the text, the copy in it if any, and where that begins."""
    hosts, rows = pick.sample(background, len(background)), []
    for copy in copies:
        host = hosts.pop() if copy.kind.startswith("excerpt") else ""
        cut = pick.choice([m.end() for m in re.finditer(r"\s+", host)] or [len(host)])
        rows.append((f"{host[:cut]} {copy.text} {host[cut:]}", copy, cut + 1))
    rows += [(host, None, 0) for host in hosts]
    return pick.sample(rows, len(rows))


def write_shards(texts: list[str], folder: Path) -> None:
    folder.mkdir()
    for first in range(0, len(texts), SHARD_ROWS):
        part = pa.table({"text": texts[first : first + SHARD_ROWS]})
        pq.write_table(part, folder / f"{first}.parquet", row_group_size=50)


def recall_line(name: str, hits: list[bool]) -> str:
    found, tried = sum(hits), len(hits)
    low = beta.ppf(0.025, found, tried - found + 1) if found else 0
    high = beta.ppf(0.975, found + 1, tried - found) if found < tried else 1
    return f"  {name:<24}{found:>5} of {tried:<5}{found / tried:>7.1%}   {low:.1%} to {high:.1%}"


def print_recall(planted: dict[tuple[int, str], Copy], found: dict) -> None:
    print("\nrecall of planted (row, work) pairs, 95 % interval (Clopper-Pearson)")
    print(recall_line("all", [pair in found for pair in planted]))
    for field, names in (("kind", KINDS), ("alteration", ALTERATIONS)):
        print(f"\nby {field}")
        for name in names:
            pairs = [pair for pair, copy in planted.items() if getattr(copy, field) == name]
            print(recall_line(name, [pair in found for pair in pairs]))


def print_others(others: list[dict], rows: list, texts: dict, show: int) -> None:
    explained = sum(m["explained_by"] is not None for m in others)
    print(
        f"\nnot planted, but reported: {len(others)} pairs, {explained} explained by another work"
    )
    for m in sorted(others, key=lambda m: -m["tokens"])[:show]:
        cell = rows[m["number"]][0][m["cell_start"] : m["cell_end"]]
        work = texts[m["work_id"]][m["work_start"] : m["work_end"]]
        print(f"  row {m['number']}, {m['work_id']}, {m['tokens']} tokens, {m['bits']} bits")
        print(f"    row:  {' '.join(cell.split())[:300]}\n    work: {' '.join(work.split())[:300]}")


def print_extent(rows: list, texts: dict, works: dict, cells: dict) -> None:
    spans, shares = defaultdict(list), []
    size = lambda ranges: len(set().union(*(range(*r) for r in ranges)))  # noqa: E731
    for number, (_, copy, start) in enumerate(rows):
        if copy:
            spans[copy.work].append((copy.start, copy.end))
        if copy and copy.alteration == "none":
            end = start + len(copy.text)
            inside = [(max(s, start), min(e, end)) for s, e in cells.get((number, copy.work), [])]
            shares.append(size(inside) / len(copy.text))
    off = [100 * abs(works[w]["coverage"] - size(s) / len(texts[w])) for w, s in spans.items()]
    status = Counter(work["status"] for w, work in works.items() if w not in spans)
    print("works not planted:", ", ".join(f"{n} {s}" for s, n in sorted(status.items())))
    print(f"coverage of {len(off)} works: mean error {fmean(off):.2f} points, most {max(off):.2f}")
    print(f"unaltered planted text in reported ranges: {fmean(shares):.2%} of {len(shares)} copies")


def provaudit(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "provaudit", *arguments, "--allow-incomplete", "--quiet"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def run(folder: Path, options: argparse.Namespace) -> None:
    index, data, audit, pick = folder / "i", folder / "d", folder / "a", random.Random(options.seed)
    provaudit("fingerprint", options.texts, "-o", index)
    texts = texts_of(index)
    out = set(pick.sample(sorted(texts), round(0.3 * len(texts))))
    spans = {w: [m.span() for m in WORD.finditer(t)] for w, t in texts.items() if w not in out}
    kinds = [(k, a) for k in KINDS for a in ALTERATIONS for _ in range(options.copies)]
    background = background_of(options.background, texts)
    if sum(k.startswith("excerpt") for k, _ in kinds) > len(background):
        sys.exit("not enough background for the excerpts: take fewer --copies")
    rows = plant([copy_of(texts, spans, *kind, pick) for kind in kinds], background, pick)
    write_shards([text for text, *_ in rows], data)
    provaudit("scan", index, data, "-o", audit, "--column", "text")
    print(f"{len(texts)} works, {len(out)} left out; {len(kinds)} copies in {len(rows)} rows; "
          f"{sum(len(r[0]) for r in rows) / 1e6:.1f} M letters, seed {options.seed}")  # fmt: skip
    score(audit, rows, texts, options.show)


def score(audit: Path, rows: list, texts: dict, show: int) -> None:
    planted = {(n, copy.work): copy for n, (_, copy, _) in enumerate(rows) if copy}
    cells, longest = defaultdict(list), {}
    for match in pq.read_table(audit / "matches.parquet").to_pylist():
        match["number"] = int(Path(match["shard"]).stem) + match["row"]
        pair = match["number"], match["work_id"]
        cells[pair].append((match["cell_start"], match["cell_end"]))
        longest[pair] = max(longest.get(pair, match), match, key=lambda m: m["tokens"])
    works = {w["work_id"]: w for w in pq.read_table(audit / "works.parquet").to_pylist()}
    print_recall(planted, cells)
    print_others([m for p, m in longest.items() if p not in planted], rows, texts, show)
    print_extent(rows, texts, works, cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--texts", type=Path, default=EXAMPLE)
    parser.add_argument("--background", type=Path)
    parser.add_argument("--copies", type=int, default=3, help="of each kind with each alteration")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="pairs not planted to print")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        run(Path(scratch), options)


if __name__ == "__main__":
    main()
