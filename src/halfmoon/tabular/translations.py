"""What is said of a table's columns, and of how good a model is on it, in Chinese."""

from __future__ import annotations

from halfmoon.base.language import Texts

say = Texts(
    {
        "R² {r2:.3f}, MAE {error} in {name} ({rows:,} rows; always answering the mean has R² 0, MAE {base})": (
            "R² {r2:.3f}，{name} 的平均绝对误差（MAE）{error}（{rows:,} 行；总是回答平均值：R² 0，MAE {base}）"
        ),
        "accuracy {accuracy:.1%} ({right:,} of {rows:,} rows right; always answering {label}, the most frequent, {base:.1%})": (
            "准确率 {accuracy:.1%}（{rows:,} 行中 {right:,} 行正确；总是回答最常见的 {label}：{base:.1%}）"
        ),
        "balanced accuracy {balanced:.1%} (always the same: {base:.1%})": "平衡准确率 {balanced:.1%}（总是同一答案：{base:.1%}）",
        "log-loss {loss:.4g} (always the classes' shares: {base:.4g})": "对数损失 {loss:.4g}（总是回答各类别的比例：{base:.4g}）",
        ", ": "、",
        "recall {recalls}": "召回率 {recalls}",
        "{label} {recall:.1%} of {rows:,}": "{label} {recall:.1%}（{rows:,} 行）",
        ", and higher for {more} more classes": "，另有 {more} 个类别更高",
        "The rarest class of {name}, {label}, has {rarest:,} of {rows:,} rows; {balanced} makes each class count the same.": (
            "{name} 中最少的类别 {label} 在 {rows:,} 行中只有 {rarest:,} 行；用 {balanced} 可使各类别权重相同。"
        ),
        "The column {name} has more than {most:,} levels; all but the most frequent are taken for one.": (
            "列 {name} 有超过 {most:,} 个取值；除最常见的以外都当作同一个。"
        ),
        "Too few rows to set some aside for validation, so all {epochs} epochs are made.": (
            "行数太少，无法留出一部分作验证，所以训练全部 {epochs} 轮。"
        ),
    }
)
"""Says a text; see :class:`halfmoon.base.language.Texts`."""
