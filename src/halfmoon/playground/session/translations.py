"""What the playground's session says, in Chinese."""

from __future__ import annotations

from halfmoon.base.language import Texts

say = Texts(
    {
        "{shown:,} of {rows:,} points are shown": "显示 {rows:,} 个点中的 {shown:,} 个",
        "the loss has come to {loss:.6g}": "损失降到了 {loss:.6g}",
        "the loss has not got better for {epochs} epochs": "损失已有 {epochs} 轮没有改善",
        "epoch {epoch:,} is reached": "到了第 {epoch:,} 轮",
        "{setting} is now {value}": "{setting} 现在是 {value}",
    }
)
"""Says a text; see :class:`halfmoon.base.language.Texts`."""
