"""The string leaves of a dataset and their cells, in every nesting that Arrow has."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provaudit.dataset.leaves import cells_of, string_leaves
from provaudit.dataset.parquet import ShardFile
from provaudit.errors import DamagedError

TEXT = pa.string()
TURN = pa.struct([("role", TEXT), ("content", TEXT)])


def joined(values):
    """What the contract says of a leaf below lists."""
    kept = [value for value in values if value is not None]
    return "\n".join(kept) if kept else None


def flat(value):
    if isinstance(value, list):
        for item in value:
            yield from flat(item)
    else:
        yield value


CASES = {
    # type, path, rows, expected cells
    "struct": (
        pa.struct([("x", TEXT)]), "c.x",
        [{"x": "a"}, None, {"x": None}, {"x": "é"}], ["a", None, None, "é"],
    ),
    "struct in struct": (
        pa.struct([("x", pa.struct([("y", TEXT)]))]), "c.x.y",
        [{"x": {"y": "a"}}, {"x": None}, None, {"x": {"y": None}}], ["a", None, None, None],
    ),
    "list": (
        pa.list_(TEXT), "c",
        [["a", "b"], None, [], [None], ["c", None, ""]], ["a\nb", None, None, None, "c\n"],
    ),
    "fixed size list": (
        pa.list_(TEXT, 2), "c",
        [["a", "b"], None, ["c", None], [None, None], ["d", "e"]],
        ["a\nb", None, "c", None, "d\ne"],
    ),
    "list of lists": (
        pa.list_(pa.large_list(TEXT)), "c",
        [[["a", "b"], ["c"]], None, [None, ["d"]], [[]], [["e", None]]],
        ["a\nb\nc", None, "d", None, "e"],
    ),
    "chat": (
        pa.list_(TURN), "c.content",
        [
            [{"role": "user", "content": "q"}, {"role": "bot", "content": "r"}],
            None, [], [None, {"role": "user", "content": None}], [{"role": None, "content": "s"}],
        ],
        ["q\nr", None, None, None, "s"],
    ),
    "list in struct": (
        pa.struct([("x", pa.list_(TEXT))]), "c.x",
        [{"x": ["a", "b"]}, None, {"x": None}, {"x": [None, "d"]}], ["a\nb", None, None, "d"],
    ),
    "map values": (
        pa.map_(TEXT, TEXT), "c.value",
        [[("k", "a"), ("l", "b")], None, [], [("m", None)], [("n", "d")]],
        ["a\nb", None, None, None, "d"],
    ),
    "map keys": (
        pa.map_(TEXT, pa.int32()), "c.key",
        [[("k", 1), ("l", 2)], None, [], [("m", None)]], ["k\nl", None, None, "m"],
    ),
    "map of structs": (
        pa.map_(TEXT, TURN), "c.value.content",
        [[("k", {"role": "r", "content": "a"})], None, [("l", None)], [("m", {"content": "b"})]],
        ["a", None, None, "b"],
    ),
    "list of maps": (
        pa.list_(pa.map_(TEXT, TEXT)), "c.value",
        [[[("k", "a")], [("l", "b")]], None, [None, [("m", "c")]], [[]]], ["a\nb", None, "c", None],
    ),
}  # fmt: skip


def leaf_at(kind: pa.DataType, path: str):
    return next(x for x in string_leaves(pa.schema([("c", kind)])) if x.path == path)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_cells_of_each_nesting(case):
    kind, path, rows, expected = case
    array, leaf = pa.array(rows, kind), leaf_at(kind, path)
    assert cells_of(array, leaf).to_pylist() == expected
    for start in range(len(rows)):
        for stop in range(start, len(rows) + 1):
            part = array.slice(start, stop - start)
            assert cells_of(part, leaf).to_pylist() == expected[start:stop]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_cells_of_each_nesting_through_a_file(case, tmp_path):
    kind, path, rows, expected = case
    table = pa.table({"c": pa.array(rows, kind), "other": list(range(len(rows)))})
    pq.write_table(table, tmp_path / "s.parquet", row_group_size=3)
    with ShardFile(tmp_path / "s.parquet") as file:
        leaf = next(x for x in file.leaves() if x.path == path)
        found = [
            cell
            for group in file.row_groups()
            for batch in file.batches(group, [leaf])
            for cell in cells_of(batch.column("c"), leaf).to_pylist()
        ]
    assert found == expected


KINDS = [
    pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(),
    pa.binary_view(), pa.dictionary(pa.int32(), pa.string()),
    pa.dictionary(pa.int8(), pa.large_string()), pa.dictionary(pa.int32(), pa.binary()),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_each_kind_of_string(kind):
    values = ["a", None, "", "déjà", "a"]
    storage = kind.value_type if pa.types.is_dictionary(kind) else kind
    array = pa.array([None if v is None else v.encode() for v in values], pa.binary()).cast(storage)
    array = array.cast(kind) if storage != kind else array
    leaf = leaf_at(kind, "c")
    for start in range(len(values)):
        cells = cells_of(array.slice(start), leaf)
        assert cells.type == pa.large_string()
        assert cells.to_pylist() == values[start:]


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary_view()], ids=str)
def test_bytes_that_are_not_utf8_stay(kind):
    values = [b"a\xff", None, b"\xc3", b"d"]
    lists = pa.array([[values[0], values[2]], None, [values[3]]], pa.list_(kind))
    found = cells_of(pa.array(values, kind).slice(1), leaf_at(kind, "c"))
    assert found.cast(pa.large_binary()).to_pylist() == values[1:]
    found = cells_of(lists, leaf_at(lists.type, "c"))
    assert found.cast(pa.large_binary()).to_pylist() == [b"a\xff\n\xc3", None, b"d"]


@settings(deadline=None, derandomize=True, max_examples=80)
@given(
    st.lists(
        st.none() | st.lists(st.none() | st.lists(st.none() | st.text("ab é", max_size=3))),
        max_size=8,
    ),
    st.integers(0, 8),
)
def test_lists_of_lists_of_any_shape(rows, start):
    array = pa.array(rows, pa.list_(pa.list_(TEXT))).slice(start)
    expected = [None if row is None else joined(flat(row)) for row in rows[start:]]
    assert cells_of(array, leaf_at(array.type, "c")).to_pylist() == expected


def test_values_under_null_lists_are_not_seen():
    mask = pa.array([False, True, False])
    hidden = pa.ListArray.from_arrays(
        pa.array([0, 2, 4, 5], pa.int32()), pa.array(["a", "b", "not", "seen", "e"]), mask=mask
    )
    assert hidden.to_pylist() == [["a", "b"], None, ["e"]]
    for start in range(3):
        found = cells_of(hidden.slice(start), leaf_at(hidden.type, "c")).to_pylist()
        assert found == ["a\nb", None, "e"][start:]


def test_values_under_null_structs_are_not_seen():
    mask = pa.array([False, True, False])
    hidden = pa.StructArray.from_arrays([pa.array(["a", "not seen", "c"])], ["x"], mask=mask)
    assert cells_of(hidden, leaf_at(hidden.type, "c.x")).to_pylist() == ["a", None, "c"]


def test_leaves_have_dotted_paths_and_only_strings_are_leaves():
    schema = pa.schema(
        [
            ("id", pa.int64()),
            ("text", TEXT),
            ("meta", pa.struct([("url", TEXT), ("score", pa.float32()), ("tags", pa.list_(TEXT))])),
            ("messages", pa.list_(TURN)),
            ("notes", pa.map_(TEXT, pa.list_(TEXT))),
            ("image", pa.binary(16)),
            ("when", pa.timestamp("s")),
        ]
    )
    assert [leaf.path for leaf in string_leaves(schema)] == [
        "text", "meta.url", "meta.tags", "messages.role", "messages.content", "notes.key",
        "notes.value",
    ]  # fmt: skip


def test_cells_by_their_row_in_the_file(tmp_path):
    values = [f"rangée {n}" if n % 4 else None for n in range(30)]
    table = pa.table({"text": values, "n": list(range(30))})
    pq.write_table(table, tmp_path / "s.parquet", row_group_size=7)
    with ShardFile(tmp_path / "s.parquet") as file:
        (leaf,) = file.leaves()
        groups = file.row_groups()
        assert [(g.number, g.first_row, g.rows) for g in groups] == [
            (0, 0, 7), (1, 7, 7), (2, 14, 7), (3, 21, 7), (4, 28, 2),
        ]  # fmt: skip
        for group in groups:
            rows = range(group.first_row, group.first_row + group.rows)
            assert file.cells(group.number, leaf, [*rows]) == {r: values[r] for r in rows}
        assert file.cells(0, leaf, [29]) == {}
        assert file.cells(9, leaf, [0]) == {}


@pytest.mark.parametrize("name", ["corps.texte", "a b", "été", "meta.url"])
def test_columns_with_odd_names_are_read(name, tmp_path):
    table = pa.table({name: ["un", "deux", None], "meta": pa.array([{"url": "u"}] * 3)})
    pq.write_table(table, tmp_path / "s.parquet")
    with ShardFile(tmp_path / "s.parquet") as file:
        leaf = next(x for x in file.leaves() if x.steps == (name,))
        (group,) = file.row_groups()
        (batch,) = file.batches(group, [leaf])
        assert cells_of(batch.column(name), leaf).to_pylist() == ["un", "deux", None]


def test_values_of_columns_flattened_with_dots(tmp_path):
    """Tables made from JSON often have a plain column called `meta.url`."""
    table = pa.table({"text": ["un", "deux"], "meta.url": ["https://a.fr", "https://b.fr"]})
    pq.write_table(table, tmp_path / "s.parquet")
    with ShardFile(tmp_path / "s.parquet") as file:
        assert "meta.url" in file.plain_paths()
        found = file.values(file.row_groups()[0], ["meta.url"], [1])
    assert found == {"meta.url": ["https://b.fr"]}


def test_values_of_nested_and_other_kinds(tmp_path):
    table = pa.table(
        {
            "id": [1, 2, None],
            "meta": pa.array([{"url": "a"}, None, {"url": "c"}]),
            "raw": [b"x", b"\xff", None],
        }
    )
    pq.write_table(table, tmp_path / "s.parquet")
    with ShardFile(tmp_path / "s.parquet") as file:
        found = file.values(file.row_groups()[0], ["id", "meta.url", "raw"], [0, 1, 2])
    assert found == {
        "id": ["1", "2", None],
        "meta.url": ["a", None, "c"],
        "raw": ["x", "\ufffd", None],
    }


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"\0" * 64 + b"PAR1", b"text" * 99])
def test_a_file_that_is_no_parquet(tmp_path, data):
    path = tmp_path / "s.parquet"
    path.write_bytes(data)
    with pytest.raises(DamagedError, match=r"cannot be read as Parquet .*; replace it\.") as caught:
        ShardFile(path)
    assert "\n" not in str(caught.value)
    with pytest.raises(DamagedError, match="not a regular file"):
        ShardFile(tmp_path)
