"""`heedful index`, `forget`, `match` and `ask`, from files to answers."""

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.server.cli.running import heedful, heedful_here


def test_indexing_names_what_it_cannot_read_and_loads_no_model_for_it(tmp_path: Path) -> None:
    result = heedful("index", str(tmp_path / "gone"), folder=tmp_path)
    assert result.returncode == 1
    assert "gone:1: there is no such folder" in result.stderr
    result = heedful_here("index", str(ROOT / "data" / "knowledge"), "--map", "none.yml", folder=tmp_path)
    assert "none.yml: cannot be read" in result.stderr


@pytest.mark.heavy
def test_foreign_files_are_indexed_and_answer(tmp_path: Path) -> None:
    (tmp_path / "heedful.toml").write_text("[ingest]\nmax_rejected_share = 0.5\n", encoding="utf-8")
    (tmp_path / "list.csv").write_text("sku;title;w\n1;Brook Flask;500g\n2;;1kg\n", encoding="utf-8")
    (tmp_path / "list.yml").write_text(
        "documents:\n- kind: product\n  fields: {id: sku, name: title}\n  specs: [{label: weight, column: w}]\n",
        encoding="utf-8",
    )
    result = heedful("index", "list.csv", "--map", "list.yml", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    rejected = tmp_path / "build" / "index" / "rejected.jsonl"
    assert result.stdout.splitlines() == [
        "1 documents, 2 passages",
        "3 vectors, 3 of them new, searched one by one",
        f"2 entries read, 1 kept, 1 left out: {rejected}",
        "       1  name is missing",
    ]
    result = heedful_here("ask", "what is the weight of the brook flask", folder=tmp_path)
    assert result.stdout.splitlines() == ["The weight of the Brook Flask is 500 grams.", "product:1#weight"]
    result = heedful_here("ask", "who won the match last night", folder=tmp_path)
    assert (result.returncode, result.stdout) == (1, "Nothing in the knowledge answers that.\n")
    result = heedful_here(
        "index", "list.csv", "--map", "list.yml", "--set", "ingest.max_rejected_share=0", folder=tmp_path
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert "1 of 2 entries cannot be read (1 times name is missing)" in result.stderr
    (tmp_path / "faq.jsonl").write_text('{"id": "why", "question": "Why?", "answer": "Because."}\n', encoding="utf-8")
    result = heedful_here("index", "--update", "faq.jsonl", folder=tmp_path)
    assert result.stdout.splitlines()[:2] == [
        "2 documents, 3 passages",
        "5 vectors, 2 of them new, searched one by one",
    ]
    result = heedful_here("forget", "product:1", folder=tmp_path)
    assert result.stdout.splitlines()[0] == "1 documents, 1 passages"
    result = heedful_here("forget", "product:1", folder=tmp_path)
    assert (result.returncode, "the index has no product:1" in result.stderr) == (1, True)


@pytest.mark.heavy
def test_a_table_without_a_map_answers_and_its_guess_can_be_written_and_used(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("sku;title;weight_g\n1;Brook Flask;500\n", encoding="utf-8")
    result = heedful_here("index", "list.csv", "--write-map", "list.yml", folder=tmp_path)
    assert (result.returncode, result.stdout.splitlines()[3].split()) == (
        0,
        ["weight_g", "spec", '"weight"', "in", "g"],
    )
    asked = heedful_here("ask", "what is the weight of the brook flask", folder=tmp_path)
    assert asked.stdout.splitlines() == ["The weight of the Brook Flask is 500 grams.", "product:1#weight"]
    assert "unchanged" in heedful_here("index", "list.csv", "--map", "list.yml", folder=tmp_path).stdout
    refused = heedful_here("index", "list.csv", "--write-map", "list.yml", folder=tmp_path)
    assert (refused.returncode, "list.yml is there already" in refused.stderr) == (1, True)


def test_two_catalogues_become_one_file_that_can_be_indexed(tmp_path: Path) -> None:
    (tmp_path / "abt.csv").write_text(
        "id,name,price\n1,Oak Desk Lamp,$20\n2,Brook Flask,\n2,Twice,\n", encoding="utf-8"
    )
    (tmp_path / "buy.csv").write_text(
        "id,name,price\n1,Brook Flask (steel),$9\n7,oak desk lamp,$25\n", encoding="utf-8"
    )
    names = "documents: [{kind: product, fields: {id: id, name: name, price: price}}]"
    (tmp_path / "m.yml").write_text(names, encoding="utf-8")
    result = heedful_here("match", "abt.csv", "buy.csv", "--map", "m.yml", "--out", "m.jsonl", folder=tmp_path)
    assert result.stdout.splitlines() == [
        "2 and 2 products, 2 pairs are the same: 2 products",
        "5 entries read, 4 kept, 1 left out: m.rejected.jsonl",
        "       1  id used twice",
    ]
    lamp, flask = (json.loads(line) for line in (tmp_path / "m.jsonl").read_text(encoding="utf-8").splitlines())
    assert (lamp["id"], lamp["price"], lamp["specs"]["price at buy"]) == ("1", 20, "$25")
    assert (flask["id"], flask["price"], flask["aliases"]) == ("2", 9, ["Brook Flask (steel)"])
