"""What the pictures say, in each language."""

from __future__ import annotations

from collections.abc import Sequence

from halfmoon.base import checks

LANGUAGES = ("en", "zh")

WORDS: dict[str, tuple[str, str]] = {
    "epoch": ("epoch", "轮次"),
    "epoch {0}": ("epoch {0}", "第 {0} 轮"),
    "loss": ("loss", "损失"),
    "training": ("training", "训练"),
    "validation": ("validation", "验证"),
    "best: epoch {0}": ("best: epoch {0}", "最佳：第 {0} 轮"),
    "class {0}": ("class {0}", "类别 {0}"),
    "wrong ({0})": ("wrong ({0})", "错分（{0}）"),
    "probability of {0}": ("probability of {0}", "{0} 的概率"),
    "prediction": ("prediction", "预测值"),
    "output": ("output", "输出"),
    "layer": ("layer", "层"),
    "layer {0}": ("layer {0}", "第 {0} 层"),
    "inputs": ("inputs", "输入"),
    "weight": ("weight", "权重"),
    "gradient norm": ("gradient norm", "梯度范数"),
    "parameter gradient norm": ("parameter gradient norm", "参数梯度范数"),
    "activation mean": ("activation mean", "激活均值"),
    "activation std": ("activation std", "激活标准差"),
    "dead units": ("dead units", "失活单元比例"),
    "saturated units": ("saturated units", "饱和单元比例"),
    "activation": ("activation", "激活值"),
    "gradient": ("gradient", "梯度"),
    "dead {0}": ("dead {0}", "失活 {0}"),
    "saturated {0}": ("saturated {0}", "饱和 {0}"),
    "start": ("start", "起点"),
    "end": ("end", "终点"),
    "path": ("path", "路径"),
    "direction {0}": ("direction {0}", "方向 {0}"),
    "component {0} ({1})": ("component {0} ({1})", "主成分 {0}（{1}）"),
    "predicted": ("predicted", "预测类别"),
    "true": ("true", "真实类别"),
    "false positive rate": ("false positive rate", "假阳性率"),
    "true positive rate": ("true positive rate", "真阳性率"),
    "chance": ("chance", "随机"),
    "perfect": ("perfect", "完美校准"),
    "predicted probability": ("predicted probability", "预测概率"),
    "share of {0}": ("share of {0}", "{0} 的实际比例"),
    "learning rate": ("learning rate", "学习率"),
    "loss of a batch": ("loss of a batch", "每批的损失"),
    "smoothed": ("smoothed", "平滑后"),
    "suggestion: {0}": ("suggestion: {0}", "建议：{0}"),
    "{0}, each by its largest": ("{0}, each by its largest", "{0}（按各自的最大值）"),
    "play": ("play", "播放"),
    "pause": ("pause", "暂停"),
    "{0} more": ("{0} more", "另 {0} 个"),
}
"""Every text by its English form, with its places for numbers and names: English, Chinese."""


def say(language: str, text: str, *values: object) -> str:
    """Return a text of ``WORDS`` in a language, its places filled."""
    place = LANGUAGES.index(checks.one_of("lang", language, LANGUAGES))
    return WORDS[text][place].format(*values)


def class_names(lang: str, given: Sequence[str] | None, count: int) -> list[str]:
    """Return the names of the classes 0 to ``count`` - 1: those given, else their numbers."""
    return list(given[:count]) if given else [say(lang, "class {0}", number) for number in range(count)]
