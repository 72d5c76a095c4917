"""What an index holds: the fingerprints of the page, and the same bytes for the same works."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pyarrow as pa
import pytest
from datasketch import MinHash
from index_making import TEXTS, digest_of, facts_of, make_index, read_part

import naive
from provaudit.catalogue import Catalogue, SkipKind, Work, read_catalogue
from provaudit.errors import UsageError
from provaudit.index.building import build_index
from provaudit.index.fingerprint import fingerprint_text
from provaudit.index.reading import is_index, open_index
from provaudit.index.signature import load_signature
from provaudit.scheme import parameters


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_index_is_what_the_reference_computes(tmp_path):
    folder = make_index(tmp_path / "index")
    works = read_part(folder, "works").to_pylist()
    assert [w["work_id"] for w in works] == sorted(TEXTS)
    expected_tokens, expected_weights, expected_seeds = [], [], []
    for number, work in enumerate(works):
        text = TEXTS[work["work_id"]]
        tokens = naive.hashes(text)
        shingles = naive.shingles(tokens)
        positions = naive.seeds(shingles)
        assert work["tokens"] == len(tokens)
        assert work["seeds"] == len(positions)
        assert work["sketch"] == naive.sketch(shingles)
        assert work["signature"] == naive.signature(shingles)
        assert work["text_bytes"] == len(text.encode())
        assert work["text_sha256"] == hashlib.sha256(text.encode()).hexdigest()
        expected_tokens += tokens
        expected_weights += naive.weights([word for word, _, _ in naive.tokens(text)])
        expected_seeds += [(shingles[p], number, p) for p in positions]
    tokens, seeds = read_part(folder, "tokens"), read_part(folder, "seeds")
    assert tokens["hash"].to_pylist() == expected_tokens
    assert tokens["weight"].to_pylist() == expected_weights
    rows = list(zip(*(seeds[name].to_pylist() for name in seeds.column_names), strict=True))
    assert rows == sorted(expected_seeds)
    assert read_part(folder, "texts")["text"].to_pylist() == [TEXTS[i] for i in sorted(TEXTS)]


def test_index_json_declares_the_parts(tmp_path):
    folder = make_index(tmp_path / "index")
    facts = facts_of(folder)
    assert facts["schema"] == "provaudit-index/1"
    assert facts["scheme"] == parameters.description() | {"digest": parameters.digest()}
    assert facts["has_text"] is True
    assert facts["counts"] == {
        "works": 3,
        "tokens": len(read_part(folder, "tokens")),
        "seeds": len(read_part(folder, "seeds")),
    }
    assert {f"{name}.arrow" for name in facts["parts"]} | {"index.json"} == set(content(folder))
    for name, part in facts["parts"].items():
        data = (folder / f"{name}.arrow").read_bytes()
        assert part == {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    assert facts["digest"] == digest_of(facts)


def test_parts_are_one_uncompressed_batch(tmp_path):
    folder = make_index(tmp_path / "index")
    for path in folder.glob("*.arrow"):
        with pa.memory_map(str(path)) as source:
            reader = pa.ipc.open_file(source)
            assert reader.num_record_batches == 1
            before = pa.total_allocated_bytes()
            batch = reader.get_batch(0)
            # views of the mapped file: nothing was unpacked
            assert pa.total_allocated_bytes() == before
            del batch


def test_order_of_files_does_not_matter(tmp_path):
    paths = []
    for name in ("b", "c", "a"):
        path = tmp_path / f"{name}.txt"
        path.write_text(f"{name} {TEXTS['aube']}", "utf-8")
        paths.append(path)
    orders = [paths, paths[::-1], [paths[2], paths[0], paths[1]]]
    for number, order in enumerate(orders):
        build_index(read_catalogue(order), tmp_path / f"index{number}")
    first = content(tmp_path / "index0")
    assert [content(tmp_path / f"index{n}") == first for n in (1, 2)] == [True, True]


def test_index_of_another_text_has_another_digest(tmp_path):
    one = make_index(tmp_path / "one")
    two = make_index(tmp_path / "two", TEXTS | {"lied": TEXTS["lied"] + " Ende"})
    assert facts_of(one)["digest"] != facts_of(two)["digest"]


def test_opened_index_gives_what_was_built(tmp_path):
    index = open_index(make_index(tmp_path / "index"))
    assert is_index(index.folder)
    assert not is_index(tmp_path)
    found = [fingerprint_text(TEXTS[i]) for i in sorted(TEXTS)]
    assert index.token_starts.tolist() == [0, *np.cumsum([len(f.tokens) for f in found]).tolist()]
    assert index.tokens.tolist() == [t for f in found for t in f.tokens.tolist()]
    assert index.weights.tolist() == [w for f in found for w in f.weights.tolist()]
    assert (np.diff(index.seed_hashes.astype(object)) >= 0).all()
    assert index.texts.to_pylist() == [TEXTS[i] for i in sorted(TEXTS)]
    assert index.digest == facts_of(index.folder)["digest"]


def test_texts_too_short_are_listed_not_indexed(tmp_path):
    works = (
        Work(work_id="court", text="Trois mots seulement", source="court.txt"),
        Work(work_id="long", text=TEXTS["aube"], source="long.txt"),
    )
    held = build_index(Catalogue(works, ()), tmp_path / "index")
    assert [w.work_id for w in held.works] == ["long"]
    (skipped,) = held.skipped
    assert (skipped.source, skipped.kind) == ("court.txt", SkipKind.TOO_SHORT)
    assert skipped.reason.startswith("3 words")
    assert open_index(tmp_path / "index").skipped["source"].to_pylist() == ["court.txt"]


def test_nothing_to_fingerprint_is_wrong_usage(tmp_path):
    works = (Work(work_id="court", text="Trois mots seulement", source="court.txt"),)
    with pytest.raises(UsageError, match="No work"):
        build_index(Catalogue(works, ()), tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="holds no index"):
        make_index(tmp_path)
    with pytest.raises(UsageError, match="is a file"):
        make_index(tmp_path / "notes.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_an_index_is_replaced(tmp_path):
    make_index(tmp_path / "index")
    again = make_index(tmp_path / "index", {"seul": TEXTS["lied"]})
    assert open_index(again).works["work_id"].to_pylist() == ["seul"]
    assert [p.name for p in tmp_path.iterdir()] == ["index"]


def test_lone_surrogates_have_a_place_in_the_index(tmp_path):
    text = "Un texte avec \ud800 un demi caractère dedans, voilà tout"
    index = open_index(make_index(tmp_path / "index", {"s": text}))
    assert len(index.texts[0].as_py()) == len(text)
    assert index.tokens.tolist() == naive.hashes(text)


def test_signature_loads_as_the_page_says(tmp_path):
    folder = make_index(tmp_path / "index")
    values = read_part(folder, "works")["signature"][0].as_py()
    shingles = naive.shingles(naive.hashes(TEXTS["aube"]))
    mine = MinHash(num_perm=128, seed=1, scheme="affine64", hashvalues=values)
    other = MinHash(num_perm=128, seed=1, scheme="affine64", hashfunc=int)
    other.update_batch(shingles)
    assert mine.jaccard(other) == 1.0
    assert mine.count() == pytest.approx(len(shingles), rel=0.3)


def test_jaccard_of_a_text_and_its_half():
    rng = np.random.default_rng(3)
    words = [f"mot{n}" for n in rng.integers(0, 10**9, 4_000)]
    whole, half, other = (
        load_signature(fingerprint_text(" ".join(part)).signature)
        for part in (words, words[:2_000], [f"x{w}" for w in words])
    )
    assert whole.jaccard(half) == pytest.approx(0.5, abs=0.15)
    assert whole.jaccard(other) < 0.05


def test_json_has_no_place_or_time(tmp_path):
    text = json.dumps(facts_of(make_index(tmp_path / "index")))
    assert str(tmp_path) not in text
