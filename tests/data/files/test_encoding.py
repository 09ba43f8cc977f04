"""The encoding of a text is found out from a few words that are not ASCII among many that are."""

import numpy as np
import pytest

from halfmoon.base.errors import InputError
from halfmoon.data.files import encoding
from halfmoon.data.files.encoding import as_utf8

WORDS = {
    "cp1252": ["Müller", "Köln", "Straße", "naïve", "café", "señor", "10 €"],
    "latin-1": ["élève", "forêt", "garçon", "Málaga"],
    "cp1250": ["Łódź", "Žižkov", "Příbram", "Győr"],
    "cp1251": ["Москва", "Казань", "красный", "синий"],
    "koi8-r": ["Москва", "Казань", "красный", "синий"],
    "cp1253": ["Αθήνα", "Πάτρα", "κόκκινο", "μπλε"],
    "gbk": ["北京", "上海", "红", "蓝", "是", "否", "男", "女"],
    "big5": ["台北", "高雄", "紅", "藍", "是", "否"],
    "shift_jis": ["東京", "大阪", "はい", "カラー"],
    "euc-kr": ["서울", "부산", "빨강", "파랑"],
}


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("share", [0.1, 1.0])
def test_an_encoding_is_guessed_and_said(name, share):
    random = np.random.default_rng(0)
    rows = [
        f"{row},{WORDS[name][row % len(WORDS[name])] if random.random() < share else 'abc'},{random.normal():.3f}" for row in range(200)
    ]
    text = "\n".join(["id,city,y", *rows, ""])
    found = as_utf8("x.csv", text.encode(name), None)
    assert found.content.decode() == text
    assert "is guessed as its encoding" in found.notes[0]
    assert "--encoding" in found.notes[0]


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "gb18030", "utf-16-le"])
def test_an_encoding_that_is_said_is_taken(name):
    text = "a,b\n1,Köln\n" * 3
    assert as_utf8("x.csv", text.encode(name), name) == (text.encode(), ())


def test_pieces_cut_no_character(monkeypatch):
    text = "a,b\n1,Köln 北京 🙂\n" * 3
    for size in range(1, 9):
        monkeypatch.setattr(encoding, "PIECE", size)
        assert as_utf8("x.csv", text.encode(), None).content.decode() == text
        assert as_utf8("x.csv", text.encode("utf-16"), None).content.decode() == text


def test_what_is_not_of_the_encoding_is_refused_with_its_line():
    with pytest.raises(InputError, match=r"x\.csv must be text in ascii, line 2 has the byte 0xc3; --encoding says another"):
        as_utf8("x.csv", "a,b\n1,ö\n".encode(), "ascii")
