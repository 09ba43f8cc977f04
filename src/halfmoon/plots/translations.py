"""The texts of the pictures, in each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from halfmoon.base import checks
from halfmoon.base.language import LANGUAGES

__all__ = ["CHINESE", "LANGUAGES", "class_names", "translate"]

CHINESE = {
    "epoch": "轮次",
    "epoch {0}": "第 {0} 轮",
    "loss": "损失",
    "training": "训练",
    "validation": "验证",
    "best: epoch {0}": "最佳：第 {0} 轮",
    "class {0}": "类别 {0}",
    "wrong ({0})": "错分（{0}）",
    "probability of {0}": "{0} 的概率",
    "prediction, target": "预测值、目标值",
    "output": "输出",
    "layer {0}": "第 {0} 层",
    "inputs": "输入",
    "weight": "权重",
    "gradient norm": "梯度范数",
    "parameter gradient norm": "参数梯度范数",
    "activation mean": "激活均值",
    "activation std": "激活标准差",
    "dead units": "死亡单元比例",
    "saturated units": "饱和单元比例",
    "activation": "激活值",
    "gradient": "梯度",
    "dead {0}": "死亡 {0}",
    "saturated {0}": "饱和 {0}",
    "start": "起点",
    "end": "终点",
    "direction {0}": "方向 {0}",
    "component {0} ({1})": "主成分 {0}（{1}）",
    "predicted": "预测类别",
    "true": "真实类别",
    "false positive rate": "假阳性率",
    "true positive rate": "真阳性率",
    "chance": "随机",
    "perfect": "完美校准",
    "predicted probability": "预测概率",
    "share of {0}": "{0} 的实际比例",
    "learning rate": "学习率",
    "loss of a batch": "每批的损失",
    "smoothed": "平滑后",
    "suggestion: {0}": "建议：{0}",
    "{0}, each by its largest": "{0}（按各自的最大值）",
    "play": "播放",
    "pause": "暂停",
    "{0} more": "另 {0} 个",
}
"""The Chinese of every English text; numbers and names take the places of {0} and {1}."""


def translate(lang: str, text: str, *values: object, texts: Mapping[str, str] = CHINESE) -> str:
    """Return one of the English texts of ``texts`` in a language, with values filled in."""
    chinese = texts[text]  # whatever the language, so that none is forgotten
    return (text if checks.one_of("lang", lang, LANGUAGES) == "en" else chinese).format(*values)


def class_names(lang: str, given: Sequence[str] | None, count: int) -> list[str]:
    """Return the names of the classes 0 to ``count`` - 1: those given, else their numbers."""
    return list(given[:count]) if given else [translate(lang, "class {0}", number) for number in range(count)]
