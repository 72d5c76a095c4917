#!/usr/bin/env python3
"""Make the example dataset: background texts with known copies of catalogue works in them.

    python tools/make_example.py --background DIR [DIR ...]
        [--catalogue examples/catalogue] [--out examples/dataset]
        [--expected examples/expected.csv] [--characters 2800000] [--seed 7]

The background is any folder of UTF-8 ``.txt`` files in which no catalogue work stands. It is cut
into pieces of 80 to 900 words at paragraph ends. What is planted is the table `PLAN` below: a
whole work in one row, a work in chunks over many rows, excerpts of 300, 100 and 50 words inside
other text, a part with OCR errors, a part without case, punctuation and diacritics, a whole song
inside a row, an excerpt as a chat answer, and a Chinese part. Works that `PLAN` does not name are
in no row.

Written are two shards of web-like rows (``id``, ``text``, ``url``, ``date``, ``licence``,
``dump``), one shard of chat rows (``id``, ``messages``, ``source``), and a CSV that says per work
what was planted, in how many rows, and which share of its characters. Every URL, date, licence
and dump name in the rows is invented. The same inputs, seed and pyarrow give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from provaudit.catalogue import read_catalogue

WEB_SHARDS = ("shard-00000.parquet", "shard-00001.parquet")
CHAT_SHARD = "chat-00000.parquet"
CHAT_SHARE = 0.15  # of the background pieces
ROW_GROUPS = 4  # a shard

WEB_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("id", "text", "url", "date", "licence", "dump")]
)
CHAT_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("messages", pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))),
        ("source", pa.string()),
    ]
)

SITES = ("reading-room", "old-papers", "bibliotheque", "leseecke", "anaquel", "text-mirror")
LICENCES = ("public-domain", "cc-by-4.0", "unknown", None)
DUMPS = ("CC-MAIN-2019-35", "CC-MAIN-2021-04", "CC-MAIN-2023-14")

# A word is a run of non-space characters, or one Han character.
WORD = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")
LOOK_ALIKES = {
    "a": "o", "b": "h", "c": "e", "e": "c", "f": "t", "g": "q", "h": "b", "i": "l", "l": "1",
    "m": "rn", "n": "u", "o": "0", "r": "i", "s": "5", "t": "f", "u": "n", "v": "y", "w": "vv",
}  # fmt: skip
LEAST_BACKGROUND = 200_000  # characters: enough pieces to put excerpts into
OCR_ERROR_RATE = 0.02  # of the non-space characters, as on a fair scan

Span = tuple[int, int]
Row = dict[str, Any]


@dataclass(frozen=True)
class Plant:
    """One decision of what to plant of a work, and how."""

    work_id: str
    kind: str  # in plain words, for the expected.csv
    place: str  # "alone" (a row of its own), "inside" (in a background row), "chat" (an answer)
    shard: int = 0  # of WEB_SHARDS; chunks alternate from here
    begin: float = 0.0  # where the cut begins, as a share of the work's words
    words: int | None = None  # length of the cut; None: to the end of the work
    chunks: bool = False  # cuts of `words` words up to the end, every fourth left out
    change: str = "none"  # a key of CHANGES


PLAN = (
    Plant("alice", "whole work in one row", "alone", shard=1),
    Plant("alice", "excerpt of 300 words inside another text", "inside", 0, 0.62, 300),
    Plant(
        "mon-village", "chunks of 500 words, every fourth left out", "alone", words=500, chunks=True
    ),
    Plant("john-sherman", "excerpt of 300 words inside another text", "inside", 0, 0.10, 300),
    Plant("john-sherman", "excerpt of 100 words inside another text", "inside", 1, 0.35, 100),
    Plant("john-sherman", "excerpt of 50 words inside another text", "inside", 1, 0.60, 50),
    Plant("john-sherman", "excerpt of 150 words as a chat answer", "chat", 0, 0.80, 150),
    Plant(
        "o-geitonas",
        "part of 800 words without case, punctuation and diacritics",
        "alone",
        0,
        0.30,
        800,
        change="bare",
    ),
    Plant("lunyu", "a fifth of the text in one row", "alone", 1, 0.20, 4000),
    Plant("pete", "whole song inside another text", "inside", 0),
    Plant("poe-poetry", "part of 900 words with OCR errors", "alone", 1, 0.45, 900, change="ocr"),
)


def ocr_errors(text: str, rng: random.Random) -> str:
    """Swap, drop or double a few of the characters, as OCR does."""
    return "".join(
        char if char.isspace() or rng.random() >= OCR_ERROR_RATE else misread(char, rng)
        for char in text
    )


def misread(char: str, rng: random.Random) -> str:
    """Give what OCR might read instead of `char`."""
    draw = rng.random()
    if draw < 0.15:
        return ""
    if draw < 0.25:
        return char * 2
    return LOOK_ALIKES.get(char, rng.choice("eiltc"))


def bare(text: str, _rng: random.Random) -> str:
    """Take case, punctuation and diacritics off; words stay apart by one space."""
    letters = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", "".join(letters).lower()))


CHANGES: dict[str, Callable[[str, random.Random], str]] = {
    "none": lambda text, _rng: text,
    "ocr": ocr_errors,
    "bare": bare,
}


def cut(text: str, plant: Plant) -> list[Span]:
    """Give the spans of `text` that `plant` plants, in code points."""
    words = [match.span() for match in WORD.finditer(text)]
    first = int(len(words) * plant.begin)
    size = plant.words or len(words)
    if plant.words is None:
        return [(0, len(text))]
    if not plant.chunks:
        return [(words[first][0], words[min(first + size, len(words)) - 1][1])]
    starts = [start for n, start in enumerate(range(first, len(words), size)) if n % 4 != 3]
    return [(words[s][0], words[min(s + size, len(words)) - 1][1]) for s in starts]


def union_length(spans: Sequence[Span]) -> int:
    """Count the characters that stand in at least one span."""
    total = reached = 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def background_pieces(folders: Sequence[Path], limit: int, rng: random.Random) -> list[str]:
    """Cut every text of the folders into pieces; give shuffled ones, up to `limit` characters."""
    files = sorted(path for folder in folders for path in folder.rglob("*.txt"))
    pieces = [
        piece for path in files for piece in cut_background(path.read_text("utf-8"), rng) if piece
    ]
    if sum(map(len, pieces)) < LEAST_BACKGROUND:
        raise SystemExit(f"The background holds under {LEAST_BACKGROUND} characters: give more.")
    rng.shuffle(pieces)
    kept, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            break
        kept.append(piece)
    return kept


def cut_background(text: str, rng: random.Random) -> Iterator[str]:
    """Give pieces of 80 to 900 words, whole paragraphs where these are not longer."""
    start, words, wanted = 0, 0, rng.randint(80, 900)
    for match in WORD.finditer(text):
        words += 1
        end_of_paragraph = text[match.end() : match.end() + 1] == "\n"
        if words >= 900 or (words >= wanted and end_of_paragraph):
            yield text[start : match.end()].strip()
            start, words, wanted = match.end(), 0, rng.randint(80, 900)
    yield text[start:].strip()


def shared_words(piece: str, passage: str) -> float:
    """Give the share of the piece's words, as they stand, that the passage has too."""
    words, known = WORD.findall(piece), set(WORD.findall(passage))
    return sum(word in known for word in words) / len(words)


def put_inside(host: str, passage: str, rng: random.Random) -> str:
    """Put the passage between two words of the host."""
    gaps = [match.start() for match in re.finditer(r"\s", host)]
    gap = gaps[rng.randrange(len(gaps) // 4, len(gaps) * 3 // 4)]
    return f"{host[:gap]}\n\n{passage}\n\n{host[gap:].lstrip()}"


def web_row(text: str | None, rng: random.Random) -> Row:
    """Give one web-like row with invented metadata; its `id` comes later."""
    dump = rng.choice(DUMPS)
    day = date.fromisocalendar(int(dump[8:12]), int(dump[13:]), rng.randint(1, 7))
    return {
        "text": text,
        "url": f"https://{rng.choice(SITES)}.example/{rng.getrandbits(32):08x}",
        "date": f"{day.isoformat()}T{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:00Z",
        "licence": rng.choice(LICENCES),
        "dump": dump,
    }


def chat_row(question: str, answer: str, rng: random.Random) -> Row:
    """Give one chat row of a question and its answer; its `id` comes later."""
    return {
        "messages": [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
        ],
        "source": f"https://chats.example/{rng.getrandbits(32):08x}",
    }


def background_chat(piece: str, rng: random.Random) -> Row:
    """Ask how a piece goes on after its first 25 words, and answer with the rest."""
    end = [match.end() for match in WORD.finditer(piece)][:25][-1]
    question = f"How does this text go on?\n\n{piece[:end]}"
    return chat_row(question, piece[end:].strip() or "It ends there.", rng)


@dataclass
class Example:
    """The rows of the shards while they are filled."""

    web: list[list[Row]]
    chat: list[Row]
    hosts: list[str]  # background pieces not yet used
    rng: random.Random

    def plant(self, plant: Plant, text: str) -> list[Span]:
        """Add the rows of one plant; give the work's spans that they hold."""
        spans = cut(text, plant)
        for number, (start, end) in enumerate(spans):
            passage = CHANGES[plant.change](text[start:end], self.rng)
            self.add(plant.place, passage, (plant.shard + number) % len(WEB_SHARDS))
        return spans

    def add(self, place: str, passage: str, shard: int) -> None:
        """Add one passage at its place."""
        if place == "chat":
            question = "Could you give me the passage of the story that we spoke of?"
            self.chat.append(chat_row(question, f"Here it is:\n\n{passage}", self.rng))
            return
        if place == "inside":
            passage = put_inside(self.take_host(passage), passage, self.rng)
        self.web[shard].append(web_row(passage, self.rng))

    def take_host(self, passage: str) -> str:
        """Take, of 40 pieces, the one that shares most of its words: one in the same language."""
        host = max(
            (piece for piece in self.hosts[:40] if len(piece) > 800),
            key=lambda piece: shared_words(piece, passage),
        )
        self.hosts.remove(host)
        return host

    def fill(self) -> None:
        """Spread the unused background over the shards, with one row a shard without text."""
        chats = int(len(self.hosts) * CHAT_SHARE)
        self.chat += [background_chat(piece, self.rng) for piece in self.hosts[:chats]]
        for number, piece in enumerate(self.hosts[chats:]):
            self.web[number % len(WEB_SHARDS)].append(web_row(piece, self.rng))
        for rows in self.web:
            rows.append(web_row(None, self.rng))

    def write(self, folder: Path) -> None:
        """Shuffle each shard's rows, number them and write the files."""
        for number, (name, rows) in enumerate(zip(WEB_SHARDS, self.web, strict=True)):
            self.rng.shuffle(rows)
            write_shard(folder / name, rows, f"web-{number}", WEB_SCHEMA)
        self.rng.shuffle(self.chat)
        write_shard(folder / CHAT_SHARD, self.chat, "chat-0", CHAT_SCHEMA)


def write_shard(path: Path, rows: Sequence[Row], prefix: str, schema: pa.Schema) -> None:
    """Write rows with their ids as one Parquet file of `ROW_GROUPS` row groups."""
    numbered = [{"id": f"{prefix}-{n:05d}", **row} for n, row in enumerate(rows)]
    table = pa.Table.from_pylist(numbered, schema=schema)
    size = -(-len(rows) // ROW_GROUPS)
    pq.write_table(table, path, row_group_size=size, compression="zstd", compression_level=19)


def write_expected(path: Path, texts: dict[str, str], planted: dict[str, list[Span]]) -> None:
    """Write what is planted of each work, also of those in no row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["work_id", "planted", "rows", "share"])
        for work_id, text in texts.items():
            kinds = "; ".join(plant.kind for plant in PLAN if plant.work_id == work_id)
            spans = planted.get(work_id, [])
            share = union_length(spans) / len(text)
            writer.writerow([work_id, kinds or "nothing", len(spans), f"{share:.4f}"])


def arguments() -> argparse.Namespace:
    """Read the command line."""
    examples = Path(__file__).resolve().parent.parent / "examples"
    parser = argparse.ArgumentParser(description="Make the example dataset and expected.csv.")
    parser.add_argument("--background", type=Path, nargs="+", required=True, metavar="DIR")
    parser.add_argument("--catalogue", type=Path, default=examples / "catalogue")
    parser.add_argument("--out", type=Path, default=examples / "dataset")
    parser.add_argument("--expected", type=Path, default=examples / "expected.csv")
    parser.add_argument("--characters", type=int, default=2_800_000, help="of background, at most")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def main() -> None:
    """Plant, fill, write."""
    options = arguments()
    rng = random.Random(options.seed)
    texts = {work.work_id: work.text for work in read_catalogue([options.catalogue]).works}
    hosts = background_pieces(options.background, options.characters, rng)
    example = Example([[] for _ in WEB_SHARDS], [], hosts, rng)
    planted: dict[str, list[Span]] = {}
    for plant in PLAN:
        spans = example.plant(plant, texts[plant.work_id])
        planted.setdefault(plant.work_id, []).extend(spans)
    example.fill()
    options.out.mkdir(parents=True, exist_ok=True)
    example.write(options.out)
    write_expected(options.expected, texts, planted)


if __name__ == "__main__":
    main()
