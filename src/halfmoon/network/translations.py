"""The table of a network's steps in Chinese."""

from __future__ import annotations

from halfmoon.base.language import Texts

say = Texts(
    {
        "place": "位置",
        "layer": "层",
        "in -> out": "输入 -> 输出",
        "parameters": "参数个数",
        "x -> y": "x -> y（形状）",
        "arrays": "数组",
        "loss: {loss}": "损失：{loss}",
        "{count:,} parameters": "共 {count:,} 个参数",
        "{count:,} running statistics": "共 {count:,} 个运行统计量",
    }
)
"""Says a text; see :class:`halfmoon.base.language.Texts`."""
