"""The X-ray speaks the language that it was asked for, in its cards, its chains and its page."""

from __future__ import annotations

import re

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.inspect.xray.translations import say

X = np.linspace(-1, 1, 8).reshape(4, 2)
Y = np.array([0, 1, 1, 0])
NETWORK = hm.Network([hm.Dense(3), hm.ReLU, hm.Residual(hm.Dense(3)), hm.Dropout(0.2), hm.BatchNorm(), hm.Dense(1)], hm.Logistic)
MODEL = NETWORK.init(2, seed=0)


def taken(**options):
    return hm.xray(MODEL, X, Y, [1, 2, 1, 1], penalty=hm.Penalty(0.1, 0.1), optimizer=hm.Adam(weight_decay=0.1, clip_norm=1.0), **options)


def test_cards_and_chains_are_chinese(monkeypatch):
    xray = taken(lang="zh")
    assert xray.cards.titles[:2] == ["输入", "前向：第 0 层，Dense"]
    assert "形状：X (4, 2), y (4, 1)" in xray.card_text(0)
    chain = xray.entry("0.W[0,1]")
    assert "惩罚项对 0.W[0,1] 的导数" in str(chain)
    monkeypatch.setenv("HALFMOON_LANG", "zh")
    assert taken().text() == xray.text()
    assert "Inputs" in taken(lang="en").text()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_says_every_text_in_its_language(lang):
    html = taken(lang=lang).html()
    assert f'<html lang="{lang}">' in html
    body = html[html.index("<body>") : html.index("<script")]
    assert bool(re.search("[\u4e00-\u9fff]", body)) == (lang == "zh")
    assert ("Previous card" in body) == (lang == "en")
    assert say.chinese["Where {node} comes from"] in html or lang == "en"


def test_a_language_that_is_not_spoken_is_refused():
    with pytest.raises(InputError, match="lang must be one of en, zh, got 'fr'"):
        taken(lang="fr")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_wrong_slope_is_marked_at_the_same_cards_in_each_language(lang):
    """In Chinese, too, no end of a residual branch is blamed."""
    wrong = hm.Activation("cube", value=lambda z: z**3, slope=lambda z, a: z**2)
    network = hm.Network([hm.Dense(2), hm.Residual(wrong), hm.Dense(1)], hm.SquaredError)
    xray = hm.xray(network.init(2, seed=0), X, Y, lang=lang)
    (culprit,) = (index for index, card in enumerate(xray.cards) if card.fault)
    card, after = xray.cards[culprit], xray.cards[culprit + 1]
    assert card.title == {"en": "Backward: layer 1.0, cube", "zh": "反向：第 1.0 层，cube"}[lang]
    assert re.match({"en": "the slope of layer 1.0 ", "zh": "第 1.0 层（cube）的导数有误：在 z = .*中心差分测得.*。$"}[lang], card.fault)
    assert after.spoiled.startswith({"en": "These numbers are wrong", "zh": f"这些数是错的，起因是卡片 {culprit}（"}[lang])
    assert {"en": "WRONG: ", "zh": "错误："}[lang] in xray.card_text(culprit)
    assert bool(re.search("[\u4e00-\u9fff]", after.what + after.spoiled + card.what)) == (lang == "zh")
