"""Which columns of a dataset are scanned, and which say where a row comes from."""

from __future__ import annotations

import base64
import hashlib
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from provaudit.dataset import Shard, find_shards
from provaudit.dataset.columns import is_text_value, judge_leaf, provenance_paths
from provaudit.dataset.leaves import Leaf
from provaudit.dataset.planning import plan_scan
from provaudit.errors import UsageError

LEAF = Leaf("column", ("column",))

PROSE = {
    "French": "La marquise sortit à cinq heures, et personne dans la maison ne s’en aperçut.",
    "English": "It was a bright cold day in April, and the clocks were striking thirteen.",
    "German": "Als Gregor Samsa eines Morgens aus unruhigen Träumen erwachte, fand er sich.",
    "Russian": "Все счастливые семьи похожи друг на друга, каждая несчастливая по-своему.",
    "Greek": "Μῆνιν ἄειδε θεὰ Πηληϊάδεω Ἀχιλῆος οὐλομένην, ἣ μυρί᾽ Ἀχαιοῖς ἄλγε᾽ ἔθηκε",
    "Arabic": "في يوم من الأيام كان هناك ملك عظيم يحكم بلادا واسعة بعيدة عن البحر",
    "Hebrew": "בראשית ברא אלהים את השמים ואת הארץ והארץ היתה תהו ובהו",
    "Hindi": "एक समय की बात है कि एक गाँव में एक बूढ़ा किसान रहता था जो बहुत गरीब था",
    "Chinese": "话说天下大势，分久必合，合久必分。周末七国分争，并入于秦。",
    "Japanese": "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
    "Thai": "กาลครั้งหนึ่งนานมาแล้ว มีพระราชาองค์หนึ่งปกครองเมืองใหญ่",
    "Korean": "옛날 옛적에 깊은 산속 작은 마을에 마음씨 착한 나무꾼이 혼자 살고 있었습니다",
    "markup": "<p>La marquise <b>sortit</b> à cinq heures, et personne ne s’en aperçut hier.</p>",
    "code": "def f(x):\n    return x + 1  # add one to the value that was given to the function",
    "lyrics": "Au clair de la lune\nMon ami Pierrot\nPrête-moi ta plume\nPour écrire un mot",
}

NO_TEXT = {
    "url": "https://www.exemple.fr/actualites/2024/01/la-marquise-sortit-a-cinq-heures-et-personne",
    "www": "www.exemple.fr/une/deux/trois/quatre/cinq/six/sept/huit/neuf/dix",
    "uuid": "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
    "sha256": hashlib.sha256(b"x").hexdigest(),
    "base64": base64.b64encode(bytes(range(256)) * 3).decode(),
    "path": "crawl-data/CC-MAIN-2024-10/segments/1707947473347.0/warc/CC-MAIN-2024022.warc.gz",
    "title": "Les Misérables, tome I",
    "label": "positive",
    "date": "2024-02-20T21:10:55Z",
    "language": "fr",
    "numbers": "12.5 13.25 -4 88 1e9 0 0 0 12 45 99 100 101 102",
    "nothing": " \n\t ",
    "json keys": '{"a":1,"b":[2,3],"c":{"d":4}}',
}


@pytest.mark.parametrize("value", PROSE.values(), ids=PROSE)
def test_running_text_is_text(value):
    assert is_text_value(value)


@pytest.mark.parametrize("value", NO_TEXT.values(), ids=NO_TEXT)
def test_what_is_no_text(value):
    assert not is_text_value(value)
    verdict = judge_leaf(LEAF, [value] * 50)
    assert not verdict.is_text
    assert verdict.reason


def test_a_chat_of_short_turns_is_text():
    turns = ["ok", "merci", "oui", "bonjour", *["d’accord"] * 14]
    assert judge_leaf(LEAF, [*turns, PROSE["French"], PROSE["English"]]).is_text
    assert not judge_leaf(LEAF, [*turns, PROSE["French"][:30]]).is_text


def test_a_column_called_text_may_have_short_values():
    assert judge_leaf(Leaf("text", ("text",)), ["A single row."]).is_text
    assert judge_leaf(Leaf("messages.content", ("messages", "content")), ["ok"]).is_text
    assert not judge_leaf(LEAF, ["A single row."]).is_text
    assert not judge_leaf(Leaf("text", ("text",)), ["https://site.example/a"] * 9).is_text


def test_nulls_and_empty_values_do_not_count():
    assert judge_leaf(LEAF, [None, ""] * 100 + [PROSE["French"]]).is_text
    verdict = judge_leaf(LEAF, [None, "", None])
    assert not verdict.is_text
    assert verdict.reason == "no value in the rows sampled"


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["id", "url", "date", "license", "dump"],
         {"row_id": "id", "url": "url", "date": "date", "licence": "license", "dump": "dump"}),
        (["meta.url", "meta.timestamp", "text"], {"url": "meta.url", "date": "meta.timestamp"}),
        (["metadata.warc_record_id", "metadata.warc_target_uri", "metadata.warc_date"],
         {"row_id": "metadata.warc_record_id", "url": "metadata.warc_target_uri",
          "date": "metadata.warc_date"}),
        (["URL", "Id"], {"url": "URL", "row_id": "Id"}),
        (["uuid", "id"], {"row_id": "id"}),
        (["meta.url", "url"], {"url": "url"}),
        (["messages", "quality", "urls"], {}),
    ],
)  # fmt: skip
def test_columns_that_say_where_a_row_comes_from(paths, expected):
    assert provenance_paths(paths, ["text"]) == expected


def test_a_scanned_column_is_no_provenance():
    assert provenance_paths(["source", "url"], ["source"]) == {"url": "url"}
    assert provenance_paths(["source"], ["source"]) == {}


def write(folder, name, **columns):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
    return Shard(name, path)


def test_plan_of_a_web_corpus(tmp_path):
    many = list(PROSE.values())
    shard = write(
        tmp_path, "a.parquet",
        text=many, url=[f"https://exemple.fr/{n}" for n in range(len(many))],
        id=[hashlib.sha256(bytes([n])).hexdigest() for n in range(len(many))],
        language=["fr"] * len(many), score=[0.5] * len(many),
    )  # fmt: skip
    plan = plan_scan([shard])
    assert plan.columns == ("text",)
    assert [path for path, _ in plan.not_scanned] == ["id", "language", "url"]
    assert dict(plan.shards[0].provenance) == {"row_id": "id", "url": "url"}


def test_plan_of_a_chat(tmp_path):
    turns = [[{"role": "user", "content": PROSE["French"]}, {"role": "bot", "content": "oui"}]] * 5
    plan = plan_scan([write(tmp_path, "a.parquet", messages=turns)])
    assert plan.columns == ("messages.content",)
    assert [path for path, _ in plan.not_scanned] == ["messages.role"]


def test_a_column_is_text_when_a_later_shard_says_so(tmp_path):
    shards = [
        write(tmp_path, "a.parquet", text=[PROSE["French"]], note=["ok"]),
        write(tmp_path, "b.parquet", text=[PROSE["French"]], note=[PROSE["English"]]),
    ]
    plan = plan_scan(shards)
    assert plan.columns == ("note", "text")
    assert [[leaf.path for leaf in p.leaves] for p in plan.shards] == [["text", "note"]] * 2


def test_named_columns(tmp_path):
    shard = write(tmp_path, "a.parquet", text=[PROSE["French"]], title=["ok"], meta=[{"t": "x"}])
    assert plan_scan([shard], ["title"]).columns == ("title",)
    assert plan_scan([shard], ["meta"]).columns == ("meta.t",)
    with pytest.raises(UsageError, match=r"text column corps; .* meta\.t, text, title"):
        plan_scan([shard], ["corps"])


def test_no_text_column(tmp_path):
    shard = write(tmp_path, "a.parquet", id=["x1"], n=[3])
    with pytest.raises(UsageError, match="--column"):
        plan_scan([shard])


def test_a_shard_that_cannot_be_opened_is_in_the_plan(tmp_path):
    good = write(tmp_path, "a.parquet", text=[PROSE["French"]])
    (tmp_path / "b.parquet").write_bytes(b"nothing")
    plan = plan_scan([good, Shard("b.parquet", tmp_path / "b.parquet")])
    assert [p.problem is None for p in plan.shards] == [True, False]
    assert plan.shards[1].problem.startswith("b.parquet cannot be read")


def test_shards_of_arguments(tmp_path):
    for name in ("d/b.parquet", "d/a/c.PQ", "d/.hidden/x.parquet", "e/b.parquet"):
        write(tmp_path, name, text=["x"])
    (tmp_path / "d" / "notes.txt").write_text(json.dumps({}), "utf-8")
    folder, other = str(tmp_path / "d"), str(tmp_path / "e")

    def names(*arguments: str) -> list[str]:
        return [shard.name for shard in find_shards(arguments)]

    assert names(folder) == ["a/c.PQ", "b.parquet"]
    assert names(folder, other) == ["d/a/c.PQ", "d/b.parquet", "e/b.parquet"]
    assert names(f"{folder}/b.parquet") == ["b.parquet"]
    assert names(f"{tmp_path}/*/b.parquet") == ["d/b.parquet", "e/b.parquet"]
    with pytest.raises(UsageError, match="does not exist"):
        names(str(tmp_path / "nowhere"))
    empty = tmp_path / "f"
    empty.mkdir()
    with pytest.raises(UsageError, match="no Parquet file"):
        names(str(empty))
