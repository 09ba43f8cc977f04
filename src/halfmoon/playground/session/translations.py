"""What the playground's session says, in Chinese."""

from __future__ import annotations

from halfmoon.base.language import Texts

say = Texts(
    {
        "{shown:,} of {rows:,} points are shown": "显示 {rows:,} 个点中的 {shown:,} 个",
        "the loss has come to {loss:.6g}": "损失降到了 {loss:.6g}",
        "the loss has not got better for {epochs} epochs": "损失已有 {epochs} 轮没有改善",
        "epoch {epoch:,} is reached": "到了第 {epoch:,} 轮",
        "The epoch that had begun was finished first.": "先把已开始的一轮训练完。",
        "Many formulas have been typed in this playground, so yours is not compiled: it trains more slowly.": (
            "这个游乐场里已输入过很多公式，因此你的公式不再编译：训练会慢一些。"
        ),
        "{setting} is now {value}": "{setting} 现在是 {value}",
        "{count:,} rows with missing numbers are left out": "缺少数值的 {count:,} 行被略去",
        "{kept:,} of {rows:,} rows are taken, drawn at random": "从 {rows:,} 行中随机取了 {kept:,} 行",
        "A training in {epochs:,} epochs": "{epochs:,} 轮训练",
        "The run's data are not in its file; its settings are taken for the data at hand.": "这次运行的数据不在其文件中；它的设置用于当前的数据。",
        "Not taken over: {settings}.": "未能采用：{settings}。",
        "training failed: {error}": "训练失败：{error}",
        "loss in training": "训练损失",
        "test loss": "测试损失",
        "Play": "播放",
        "Pause": "暂停",
        "Epoch": "轮次",
        "The network": "网络",
        "epoch {epoch}": "第 {epoch} 轮",
        "epoch {epoch}, loss {loss}": "第 {epoch} 轮，损失 {loss}",
        "What the network says of each place": "网络对每个位置的判断",
        "The loss by epoch": "各轮的损失",
    }
)
"""Says a text; see :class:`halfmoon.base.language.Texts`."""
