"""How a training goes and why it ended, in Chinese."""

from __future__ import annotations

from halfmoon.base.language import Texts

say = Texts(
    {
        "loss is {loss} before the first update; {cause}": "第一次更新之前损失就是 {loss}；{cause}",
        "X or the first weights are too large (largest entry of X {largest_input:.2g}): standardise X": (
            "X 或初始权重太大（X 中最大的数是 {largest_input:.2g}）：请把 X 标准化"
        ),
        "infinite": "无穷大",
        "update {update}": "第 {update} 次更新",
        "epoch {epoch}, update {update}": "第 {epoch} 轮第 {update} 次更新",
        "the rate {rate:g} is likely too high, try {lower:g}; ": "学习率 {rate:g} 很可能太大，试试 {lower:g}；",
        "loss became {loss} at {when}; {cause}largest gradient {gradient:.2g} in layer {path} {name}": (
            "在{when}时损失变成 {loss}；{cause}最大的梯度 {gradient:.2g} 在第 {path} 层的 {name}"
        ),
        "all {epochs} epochs done": "{epochs} 轮全部完成",
        "{monitor} has not got better for {patience} epochs": "{monitor} 已有 {patience} 轮没有改善",
        "the time limit of {seconds:g} s is reached": "到了 {seconds:g} 秒的时间限制",
        "interrupted": "被中断",
        "epoch {epoch:,} of {epochs:,}, {figures}": "第 {epoch:,} / {epochs:,} 轮，{figures}",
        "ended after {epochs:,} epochs": "训练了 {epochs:,} 轮后结束",
        "ended after {epochs:,} epochs: {reason}": "训练了 {epochs:,} 轮后结束：{reason}",
        "loss": "损失",
        "val loss": "验证损失",
        "accuracy": "准确率",
        "val accuracy": "验证准确率",
    }
)
"""Says a text; see :class:`halfmoon.base.language.Texts`."""
