"""The language that is spoken, and the texts in it."""

from __future__ import annotations

import pytest

from halfmoon.base.errors import InputError
from halfmoon.base.language import LOCALE_VARIABLES, PREFERENCE, VARIABLE, Texts, current, english, speaking

ENVIRONMENTS = [
    ({}, "en"),
    ({"LANG": "en_GB.UTF-8"}, "en"),
    ({"LANG": "C.UTF-8"}, "en"),
    ({"LANG": "de_DE.UTF-8"}, "en"),
    ({"LANG": "zh_CN.UTF-8"}, "zh"),
    ({"LANG": "zh_CN.GBK"}, "zh"),
    ({"LANG": "zh"}, "zh"),
    ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh"),
    ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
    ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
    ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
    ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh"),
    ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en:zh_CN"}, "en"),
    ({"LC_ALL": "C", "LANGUAGE": "zh_CN"}, "en"),
    ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN"}, "en"),
    ({"LANGUAGE": "zh_CN"}, "en"),
    ({"LANG": "zh_CN.UTF-8", VARIABLE: "en"}, "en"),
    ({"LANG": "en_US.UTF-8", VARIABLE: "zh"}, "zh"),
]


@pytest.fixture
def environment(monkeypatch):
    for name in (VARIABLE, PREFERENCE, *LOCALE_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(("variables", "language"), ENVIRONMENTS)
def test_the_environment_says_the_language(environment, variables, language):
    for name, value in variables.items():
        environment.setenv(name, value)
    assert current() == language
    with speaking(None):
        assert current() == language
    with speaking("zh"):
        assert current() == "zh"
        with speaking("en"):
            assert current() == "en"
        assert current() == "zh"
    assert current() == language


def test_a_language_that_is_not_spoken_is_refused(environment):
    with pytest.raises(InputError, match="lang must be one of en, zh, got 'fr'"), speaking("fr"):
        pass
    environment.setenv(VARIABLE, "fr")
    assert current() == "en"


def test_a_text_is_said_in_each_language():
    say = Texts({"{count:,} rows of {name}": "{name} 的 {count:,} 行"})
    for lang, said in (("en", "1,000 rows of X"), ("zh", "X 的 1,000 行")):
        with speaking(lang):
            assert say("{count:,} rows of {name}", count=1000, name="X") == said
    with speaking("zh"):
        assert say("no translation of {this}", this="{braces}") == "no translation of {braces}"


def test_errors_can_have_their_words_in_english():
    say = Texts({"row {row}": "第 {row} 行"})
    with speaking("zh"):
        assert english(lambda row: say("row {row}", row=row), 3) == "row 3"
        assert current() == "zh"
