"""Model cards of every kind, in every form and language: what they say is so, and nothing in the data can break them."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

import numpy as np
import pytest
import yaml

import halfmoon as hm
from browser import chromium, opened  # noqa: F401 - a fixture
from description.described import AWKWARD, MAKERS, X, made
from halfmoon.description.card import FORMATS
from halfmoon.description.content import PARTS
from halfmoon.storage.kinds import KINDS

KEPT = Path(__file__).parent.parent / "storage" / "version_1"


def card_of(name, **options):
    return hm.describe(made(name), **options)


def test_every_kind_is_described():
    assert PARTS.keys() == KINDS.keys() == {card_of(name).content["kind"] for name in MAKERS}


@pytest.mark.parametrize("name", MAKERS)
def test_a_card_is_the_same_from_memory_and_from_a_file(name, tmp_path):
    if name == "ensemble":
        return  # which has no file
    hm.save(tmp_path / "it.safetensors", made(name))
    found = hm.describe(tmp_path / "it.safetensors").content
    size = (tmp_path / "it.safetensors").stat().st_size
    assert found.pop("file") == {"name": "it.safetensors", "bytes": size, "format": 1}
    wanted = card_of(name).content
    assert found == wanted
    assert found["versions"] == {"halfmoon": hm.__version__, "numpy": np.__version__, "python": found["versions"]["python"]}


def test_a_model_of_a_file_has_its_history(tmp_path):
    model = hm.Network([hm.Dense(4), hm.Tanh, hm.Dense(1)]).init(3)
    history = hm.train(model, X, X[:, 0], epochs=500)
    hm.save(tmp_path / "it", model, history=history)
    found = hm.describe(str(tmp_path / "it")).content["history"]
    assert (found["epochs"], found["ended"], found["last"]["loss"]) == (500, "all 500 epochs done", history["loss"][-1])
    assert len(found["curves"]["epoch"]) == 200
    assert (found["curves"]["epoch"][0], found["curves"]["epoch"][-1]) == (1, 500)
    assert found["curves"]["loss"][-1] == history["loss"][-1]


def test_the_network_of_a_card():
    found = card_of("model").content["network"]
    assert (found["inputs"], found["outputs"], found["dtype"], found["loss"]) == (3, 1, "float32", "logistic(label_smoothing=0.0)")
    assert found["parameters"] == made("model").theta.size == sum(each["parameters"] for each in found["layers"])
    assert [each["place"] for each in found["layers"]] == ["0", "1", "1.0", "1.1", "1", "2"]


def test_the_data_of_an_estimator():
    data = card_of("classifier").content["data"]
    assert data["rows"] == {"training": 54, "validation": 6}
    assert [(each["low"], each["high"]) for each in data["columns"]] == list(zip(X.min(axis=0), X.max(axis=0), strict=True))
    assert data["target"]["counts"] == [[False, int((X[:, 0] <= 0).sum())], [True, int((X[:, 0] > 0).sum())]]
    assert card_of("labels").content["data"]["target"]["counts"] == [[0, int((X[:, 0] > 0).sum())], [1, int((X[:, 1] > 0).sum())]]
    target = card_of("regressor").content["data"]["target"]
    assert (target["low"], target["high"]) == (X[:, :2].min(axis=0).tolist(), X[:, :2].max(axis=0).tolist())
    assert "rows" not in card_of("incremental").content["data"]
    assert card_of("ensemble").content["estimator"]["networks"] == 2


def test_the_data_of_a_sparse_matrix():
    from scipy.sparse import csr_matrix

    rows = np.where(np.abs(X) > 0.5, X, 0)
    data = hm.describe(
        hm.MLPRegressor(hidden_layer_sizes=(3,), max_iter=9, tol=1e9, n_iter_no_change=1).fit(csr_matrix(rows), X[:, 0])
    ).content["data"]
    assert [(each["low"], each["high"]) for each in data["columns"]] == list(zip(rows.min(axis=0), rows.max(axis=0), strict=True))


def test_the_data_of_a_table():
    content = card_of("classes of a table").content
    data, model = content["data"], made("classes of a table")
    assert (data["rows"]["test"], sum(data["rows"].values())) == (15, 60)
    columns = {each["name"]: each for each in data["columns"]}
    assert {name: each["holds"] for name, each in columns.items()} == {
        AWKWARD: "number", "city": "category", "grown": "truth value", "day": "date", "price": "number"
    }  # fmt: skip
    assert X[:, 0].min() <= columns[AWKWARD]["low"] < columns[AWKWARD]["high"] <= X[:, 0].max()
    assert columns["city"]["missing"] + sum(rows for _, rows in columns["city"]["counts"]) == 45
    assert {label for label, _ in columns["city"]["counts"]} == {"Paris", "Oslo"}
    assert re.fullmatch(r"2024-0\d-\d\d", columns["day"]["low"])
    assert sorted(label for label, _ in data["target"]["counts"]) == ["<b>", "x|y", "z"]
    assert content["scores"]["test"].keys() == {"rows", "accuracy", "balanced_accuracy", "log_loss"}
    assert content["task"] == "classification"
    assert model.facts.scored({"test": {"accuracy": 0.5}}).scores == {**model.facts.scores, "test": {"accuracy": 0.5}}
    quantity = card_of("quantity of a table").content["data"]["target"]
    assert X[:, 2].min() * 100 - 1e-9 <= quantity["low"] < quantity["high"] <= X[:, 2].max() * 100 + 1e-9


@pytest.mark.parametrize("name", [path.stem for path in KEPT.glob("*.safetensors") if path.stem != "run"])
def test_a_file_of_an_earlier_version_says_what_it_knows(name):
    card = hm.describe(KEPT / f"{name}.safetensors")
    assert card.content["file"]["format"] == 1
    assert ("versions" in card.content) == (name == "network")
    assert all(write(card) for write in FORMATS.values())
    if name == "table":
        assert [each["holds"] for each in card.content["data"]["columns"]] == ["number", "category", "truth value"]
        assert card.content["data"]["target"]["classes"] == ["ant", "bee", "cat"]


# ---- forms -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", MAKERS)
def test_every_form_can_be_shown(name, form, lang):
    text = FORMATS[form](card_of(name, lang=lang))
    assert "\x1b" not in text
    assert "<script>alert" not in text or form in {"text", "json"}
    if form in {"text", "markdown"}:
        assert ("Versions" in text) == (lang == "en")
        assert ("版本" in text) == (lang == "zh")


@pytest.mark.parametrize("name", MAKERS)
def test_json_is_read_back(name):
    assert json.loads(card_of(name).json()) == card_of(name).content


def test_numbers_that_are_not_finite_are_text_in_json():
    with warnings.catch_warnings(action="ignore"):
        card = hm.describe(hm.MLPRegressor(max_iter=1, n_iter_no_change=float("inf")).fit(X, X[:, 0]))
    assert json.loads(card.json())["estimator"]["parameters"]["n_iter_no_change"] == "inf"


@pytest.mark.parametrize("name", MAKERS)
def test_the_front_matter_is_yaml_of_hugging_faces_fields(name):
    _, front, body = card_of(name).markdown().split("---\n", 2)
    fields = yaml.safe_load(front)
    content = card_of(name).content
    assert fields["library_name"] == "halfmoon"
    assert fields.get("pipeline_tag") == (f"tabular-{content['task']}" if "task" in content else None)
    assert body.startswith("\n# ")
    if name == "classes of a table":
        (entry,) = fields["model-index"]
        (result,) = entry["results"]
        assert {each["type"]: each["value"] for each in result["metrics"]}["accuracy"] == content["scores"]["test"]["accuracy"]
        assert (result["task"]["type"], result["dataset"]["name"]) == ("tabular-classification", "kind")


def test_markdown_shows_awkward_names_as_they_are():
    text = card_of("classes of a table").markdown()
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", line)) in {3, 4, 5} for line in rows)
    assert r"x\|y" in text
    assert r"\<b\>" in text


def test_the_text_is_aligned_and_bounded():
    lines = str(card_of("classes of a table")).splitlines()
    assert max(map(len, lines)) < 200
    wide = hm.MLPRegressor(hidden_layer_sizes=2, max_iter=9, tol=1e9, n_iter_no_change=1).fit(
        np.random.RandomState(0).normal(size=(30, 300)), np.arange(30.0)
    )
    assert "and 261 more" in str(hm.describe(wide))
    assert len(hm.describe(wide).content["data"]["columns"]) == 300


@pytest.mark.parametrize("name", ["classes of a table", "classifier", "network"])
def test_the_page_in_a_browser(name, chromium, tmp_path):  # noqa: F811 - the fixture
    card = card_of(name)
    with opened(chromium, card.html(), tmp_path) as page:
        assert page.title() == page.text_content("h1")
        titles = page.eval_on_selector_all("h2", "all => all.map(each => each.textContent)")
        assert titles == re.findall(r"^## (.*)$", card.markdown(), re.MULTILINE)
        assert page.locator("svg").count() == (name != "network")
        if name == "classes of a table":
            assert page.locator("td", has_text="<b>").count() == 1
            assert "epochs 1 to 2" in page.text_content("figcaption")


def test_the_page_in_chinese(chromium, tmp_path):  # noqa: F811 - the fixture
    with opened(chromium, card_of("classifier", lang="zh").html(), tmp_path) as page:
        assert page.get_attribute("html", "lang") == "zh"
        assert "轮的损失" in page.text_content("figcaption")


# ---- errors ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", [None, 3, X, hm.Adam(), hm.MLPClassifier(), hm.Dense])
def test_what_has_no_card_is_named(thing):
    with pytest.raises(hm.InputError, match="thing must be the path of a file, a model, a network, or an estimator that is fitted"):
        hm.describe(thing)


def test_a_file_that_is_none_is_named(tmp_path):
    with pytest.raises(hm.InputError, match="does not exist"):
        hm.describe(tmp_path / "nothing")
    (tmp_path / "it").write_bytes(b"PK\3\4")
    with pytest.raises(hm.InputError, match="must be a model that halfmoon saved"):
        hm.describe(tmp_path / "it")
    with pytest.raises(hm.InputError, match="lang must be one of en, zh"):
        hm.describe(made("model"), lang="fr")


def test_the_columns_of_an_ensemble_for_tables_are_told():
    frame = {"size": [1.0, 2.0, 3.0, 4.0] * 5, "city": ["a", "b"] * 10, "lift": [True, False] * 10, "same": [1] * 20}
    with warnings.catch_warnings(action="ignore"):
        data = hm.describe(hm.TabularRegressor(effort="low", max_epochs=4).fit(frame, range(20))).content["data"]
    assert [(each["name"], each["holds"]) for each in data["columns"]] == [
        ("size", "number"),
        ("city", "category"),
        ("lift", "truth value"),
    ]
    assert data["left_out"] == ["same"]
