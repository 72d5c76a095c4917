"""A foreign index is hostile input: it is refused in one sentence, or harmless."""

from __future__ import annotations

import random
from contextlib import suppress

import pyarrow as pa
import pytest
from index_making import (
    TEXTS,
    change_column,
    declare_again,
    facts_of,
    make_index,
    read_part,
    write_facts,
    write_part,
)

from provaudit.errors import DamagedError, ProvauditError, UsageError
from provaudit.index.describing import describe_index
from provaudit.index.reading import open_index
from provaudit.index.schemas import PARTS
from provaudit.matching.cells import open_scanner, scan_batch

REFUSED = (UsageError, DamagedError)


@pytest.fixture
def folder(tmp_path):
    return make_index(tmp_path / "index")


def use(folder):
    """Open an index and scan its own works with it."""
    scanner = open_scanner([open_index(folder)])
    cells = pa.array(list(TEXTS.values()), pa.large_string())
    return scan_batch(cells, scanner, scanner.work_texts())


def assert_refused(folder, does=open_index):
    with pytest.raises(REFUSED) as caught:
        does(folder)
    message = str(caught.value)
    assert str(folder) in message
    assert "\n" not in message
    assert message.endswith(".")
    assert "provaudit fingerprint" in message


def test_no_index(tmp_path):
    with pytest.raises(UsageError, match=r"index\.json"):
        open_index(tmp_path)
    with pytest.raises(UsageError):
        open_index(tmp_path / "nowhere")


@pytest.mark.parametrize("name", PARTS)
def test_missing_part(folder, name):
    (folder / f"{name}.arrow").unlink()
    assert_refused(folder)


@pytest.mark.parametrize("name", PARTS)
def test_flipped_byte(folder, name):
    path = folder / f"{name}.arrow"
    data = path.read_bytes()
    for place in {0, len(data) - 1, *range(0, len(data), 97)}:
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(DamagedError, match=r"index\.json declares"):
            open_index(folder)
    path.write_bytes(data)
    open_index(folder)


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("data", [b"", b"ARROW1", b"PAR1" * 40])
def test_part_of_another_kind(folder, name, data):
    (folder / f"{name}.arrow").write_bytes(data)
    declare_again(folder)
    assert_refused(folder)


@pytest.mark.parametrize("name", PARTS)
def test_part_cut_short_or_in_several_batches(folder, name):
    table = read_part(folder, name)
    path = folder / f"{name}.arrow"
    path.write_bytes(path.read_bytes()[:-20])
    declare_again(folder)
    assert_refused(folder)
    if len(table) > 1:
        write_part(folder, name, table, batch_rows=1)
        assert_refused(folder)


@pytest.mark.parametrize("name", PARTS)
def test_part_with_other_columns(folder, name):
    table = read_part(folder, name)
    write_part(folder, name, table.append_column("more", pa.nulls(len(table))))
    assert_refused(folder)
    write_part(folder, name, table.select(table.column_names[1:]))
    assert_refused(folder)


def test_another_scheme(folder):
    facts = facts_of(folder)
    facts["scheme"]["digest"] = "0" * 64
    write_facts(folder, facts)
    with pytest.raises(DamagedError, match="another fingerprint scheme"):
        open_index(folder)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "7", '{"schema": "provaudit-index/2"}', '{"schema": []}', "\ufeff{}"],
)
def test_index_json_of_another_kind(folder, text):
    (folder / "index.json").write_text(text, "utf-8")
    assert_refused(folder)


def test_index_json_that_is_not_utf8(folder):
    (folder / "index.json").write_bytes(b'{"schema": "\xff"}')
    assert_refused(folder)


def test_index_json_of_endless_depth(folder):
    (folder / "index.json").write_text("[" * 200_000, "utf-8")
    assert_refused(folder)


@pytest.mark.parametrize(
    "value", [None, [], "parts", {}, {"works": 3}, {"works": {"sha256": None}}]
)
@pytest.mark.parametrize("field", ["parts", "scheme"])
def test_index_json_with_other_fields(folder, field, value):
    write_facts(folder, facts_of(folder) | {field: value})
    assert_refused(folder)


@pytest.mark.parametrize("digest", [None, "", "0" * 64, 7])
def test_digest_that_is_not_that_of_the_parts(folder, digest):
    """The digest is the index's name in every audit: it must be the one of what is in it."""
    write_facts(folder, facts_of(folder) | {"digest": digest})
    assert_refused(folder)


def test_index_json_without_digest(folder):
    facts = facts_of(folder)
    del facts["digest"]
    write_facts(folder, facts)
    assert_refused(folder, lambda f: open_index(f).digest)


@pytest.mark.parametrize("field", ["counts", "has_text"])
def test_index_json_without_what_is_shown_of_it(folder, field):
    facts = facts_of(folder)
    del facts[field]
    write_facts(folder, facts)
    assert_refused(folder, lambda f: describe_index(open_index(f)))


MOST = 2**32 - 1


FORGED = {
    "seed beyond all": ("seeds", "position", lambda v: [MOST, *v[1:]]),
    "seed near 2**32": ("seeds", "position", lambda v: [*v[:-1], MOST - 3]),
    "seeds beyond their works": ("seeds", "position", lambda v: [p + 1_000 for p in v]),
    "seed of the next work": ("seeds", "work", lambda v: [3, *v[1:]]),
    "seeds of no work": ("seeds", "work", lambda v: [MOST] * len(v)),
    "seeds not sorted": ("seeds", "hash", lambda v: v[::-1]),
    "a token too many": ("works", "tokens", lambda v: [v[0] + 1, *v[1:]]),
    "a token too few": ("works", "tokens", lambda v: [v[0] - 1, *v[1:]]),
    "negative count": ("works", "tokens", lambda v: [-v[0], v[1] + 2 * v[0], *v[2:]]),
    "all in one": ("works", "tokens", lambda v: [sum(v), 0, 0]),
    "sum wraps around 2**64": ("works", "tokens", lambda v: [2**63 - 1, 2**63 - 1, sum(v) + 2]),
    "works not sorted": ("works", "work_id", lambda v: v[::-1]),
    "one id for all": ("works", "work_id", lambda v: [v[0]] * len(v)),
    "id of another work": ("works", "work_id", lambda v: ["another", *v[1:]]),
    "texts in another order": ("texts", "work_id", lambda v: v[::-1]),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_values_that_do_not_fit(folder, forged):
    change_column(folder, *forged)
    assert_refused(folder)


@pytest.mark.parametrize(
    "change",
    [lambda v: v[::-1], lambda v: ["another text", *v[1:]], lambda v: ["", *v[1:]]],
    ids=["swapped", "another", "empty"],
)
def test_texts_that_are_not_the_works(folder, change):
    """A match is compared on the text, so the text has to be the one fingerprinted."""
    change_column(folder, "texts", "text", change)
    assert_refused(folder, use)


def test_a_work_without_tokens(folder):
    works, texts = read_part(folder, "works"), read_part(folder, "texts")
    empty = works[:1].to_pylist()[0] | {"work_id": "zero", "tokens": 0, "seeds": 0}
    write_part(folder, "works", pa.concat_tables([works, works.from_pylist([empty], works.schema)]))
    none = [{"work_id": "zero", "text": ""}]
    write_part(folder, "texts", pa.concat_tables([texts, texts.from_pylist(none, texts.schema)]))
    assert_refused(folder)


@pytest.mark.parametrize("part", ["works", "tokens", "texts"])
def test_rows_left_out(folder, part):
    write_part(folder, part, read_part(folder, part)[:-1])
    assert_refused(folder)


def test_no_work_at_all(folder):
    for part in PARTS:
        write_part(folder, part, read_part(folder, part)[:0])
    # a file of no batch cannot be written by the tool either
    with pytest.raises(REFUSED):
        open_index(folder)


@pytest.mark.parametrize("name", PARTS)
def test_missing_values(folder, name):
    table = read_part(folder, name)
    field = table.schema.field(0).with_nullable(False)
    values = pa.array([None] * len(table), field.type)
    schema = table.schema.set(0, field)
    columns = [values, *(c.combine_chunks() for c in table.columns[1:])]
    batch = pa.RecordBatch.from_arrays(columns, schema=schema)
    with (
        pa.OSFile(str(folder / f"{name}.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, schema) as writer,
    ):
        writer.write_batch(batch)
    declare_again(folder)
    if len(table):
        assert_refused(folder)


@pytest.mark.parametrize("name", PARTS)
def test_noise_with_the_right_digest_is_refused_or_harmless(folder, name):
    """Whatever stands in a part, using the index ends well or with a sentence."""
    path = folder / f"{name}.arrow"
    data, rng = path.read_bytes(), random.Random(name)
    for _ in range(60):
        noisy = bytearray(data)
        noisy[rng.randrange(len(noisy))] ^= rng.choice([1, 16, 128, 255])
        path.write_bytes(bytes(noisy))
        declare_again(folder)
        # any other error than the tool's own fails here
        with suppress(ProvauditError):
            use(folder)
