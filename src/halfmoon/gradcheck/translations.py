"""The sentences of wrong slopes, and the table of a layer tried alone, in Chinese."""

from __future__ import annotations

from halfmoon.base.language import Texts

say = Texts(
    {
        "it gives {written:.4g}, central differences measure {numeric:.4g}": "它给出 {written:.4g}，中心差分测得 {numeric:.4g}",
        "the slope of the loss ({name}) is wrong: by {entry} {numbers}": "损失（{name}）的导数有误：对 {entry} 的导数，{numbers}",
        "the slope of layer {path} ({name}) is wrong: at {entry} {numbers}; leave the slope out, and it is worked out from the value": (
            "第 {path} 层（{name}）的导数有误：在 {entry} 处{numbers}；请不写导数，它会由函数值的公式导出"
        ),
        "the backward pass of layer {path} ({name}) is wrong: for {entry} {numbers}": (
            "第 {path} 层（{name}）的反向传播有误：对于 {entry}，{numbers}"
        ),
        "{name} along a random direction": "{name} 沿一个随机方向",
        "array": "数组",
        "shape": "形状",
        "least": "最小",
        "largest": "最大",
        "against central differences": "与中心差分比较",
        "forward": "前向",
        "backward": "反向",
        "ok, off by {error:.0e} at most": "正确，最多相差 {error:.0e}",
        "WRONG at {place}: it gives {written:.4g}, central differences measure {numeric:.4g}": (
            "{place} 处有误：它给出 {written:.4g}，中心差分测得 {numeric:.4g}"
        ),
    }
)
"""Says a text; see :class:`halfmoon.base.language.Texts`."""
