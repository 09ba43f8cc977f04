"""The command speaks the language of ``--lang`` or of the locale: what it says, its help, its report; what is wrong it says in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from halfmoon.base.errors import InputError
from halfmoon.base.language import LOCALE_VARIABLES, PREFERENCE, VARIABLE
from halfmoon.cli.app import app
from halfmoon.cli.language import of_pictures
from halfmoon.plots import fonts

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (VARIABLE, PREFERENCE, *LOCALE_VARIABLES):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments, **variables):
        return CliRunner(env=variables).invoke(app, arguments, catch_exceptions=False).output

    return run


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["--lang", "zh", "train", "--help"], {}),
        (["train", "--lang", "zh", "--help"], {}),
        (["train", "--help"], {"LC_ALL": "zh_CN.UTF-8"}),
        (["train", "--help"], {"LANG": "zh_CN.GBK"}),
        (["train", "--help"], {"HALFMOON_LANG": "zh", "LANG": "en_US.UTF-8"}),
        (["train", "--lang", "zh", "--help"], {"HALFMOON_LANG": "en"}),
    ],
)
def test_help_is_chinese(call, arguments, variables):
    said = call(*arguments, **variables)
    assert "用法：" in said
    assert "要预测的列" in said
    assert not CHINESE.search(call("train", "--help"))
    assert not CHINESE.search(call("train", "--lang", "en", "--help", **variables))


def test_the_list_of_commands_is_chinese(call):
    said = call("--lang", "zh", "--help")
    assert all(CHINESE.search(line) for line in said.splitlines() if re.match(r"  \w+  ", line))
    assert "Commands:" in call("--help")


def test_training_and_the_x_ray_are_chinese(call):
    said = call("train", "moons", "--epochs", "20", LC_ALL="zh_CN.UTF-8")
    assert "moons：1,000 行用于训练、1,000 行新数据用于测试" in said
    assert "训练了 20 轮后结束：20 轮全部完成。" in said
    assert re.search(r"^模型 +runs.moons", said, re.MULTILINE)
    assert "卡片 0（0 到 22）  输入" in call("xray", "runs/moons/model.safetensors", "--all", "--lang", "zh")
    call("xray", "runs/moons/model.safetensors", "--html", "xray.html", "--lang", "zh")
    assert '<html lang="zh">' in Path("xray.html").read_text("utf-8")


def test_a_comparison_is_chinese(call):
    said = call("compare", "moons", "--hidden", "2", "--hidden", "3", "--epochs", "5", "--seeds", "2", "--lang", "zh")
    assert "2 种设置 × 2 个种子 = 4 次训练" in said
    assert "最佳：" in said
    assert "各种设置学到了什么" in Path("runs/moons-compare/report.html").read_text("utf-8")


def test_pictures_are_chinese_where_a_font_is(call, monkeypatch):
    monkeypatch.setenv(VARIABLE, "zh")
    for font, lang in (("Noto Sans CJK SC", "zh"), (None, "en")):
        monkeypatch.setattr(fonts, "cjk_font", lambda _, font=font: font)
        assert of_pictures() == lang


def test_another_language_is_refused(call):
    assert "'fr' is not one of 'en', 'zh'" in call("train", "moons", "--lang", "fr")
    with pytest.raises(InputError, match="HALFMOON_LANG must be one of en, zh, got 'fr'"):
        call("train", "moons", HALFMOON_LANG="fr")
