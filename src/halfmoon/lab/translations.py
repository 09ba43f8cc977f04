"""The texts of the lab in Chinese: what a comparison says of itself, and its report."""

from __future__ import annotations

from halfmoon.base.language import Texts

COMPARISON = {
    "the estimator as it is": "估计器的默认设置",
    "No run came to a score.": "没有一次训练得到得分。",
    "Best: {best}.": "最佳：{best}。",
    "Best: {best}; with one seed nothing says whether the others are worse, several seeds would.": (
        "最佳：{best}；只有一个种子，无从判断其他设置是否更差，用多个种子才能判断。"
    ),
    "Best: {best}; and not distinguishable from: {ties} ({test}).": "最佳：{best}；与它无法区分的：{ties}（{test}）。",
    "Best: {best}; better than every other setting, beyond what seeds do ({test}).": (
        "最佳：{best}；好于其他所有设置，差别超出种子噪声（{test}）。"
    ),
    "paired t-test over the seeds, corrected for many comparisons by Holm's method": "对种子的配对 t 检验，用 Holm 方法作多重比较校正",
}

COUNTS = {
    "{count} run": "{count} 次训练",
    "{count} runs": "{count} 次训练",
    "{count} row": "{count} 行",
    "{count} rows": "{count} 行",
    "{count} seed": "{count} 个种子",
    "{count} seeds": "{count} 个种子",
    "{count} value": "{count} 个取值",
    "{count} values": "{count} 个取值",
    "{count} setting": "{count} 种设置",
    "{count} settings": "{count} 种设置",
    "{count} other setting": "另外 {count} 种设置",
    "{count} other settings": "另外 {count} 种设置",
}

HEADLINE = {
    "{settings} compared over {seeds}": "{settings}，各用 {seeds}比较",
    "{name}: {title}": "{name}：{title}",
    "accuracy": "准确率",
    "R²": "决定系数 R²",
    "What differs: {varied}. ": "不同之处：{varied}。",
    "Scored by {score} on {rows} held out from training, the same for every run.": (
        "得分是{score}，取自没有用于训练的 {rows}，每次训练都相同。"
    ),
    "Which ones": "有哪些",
    "every other setting": "其他所有设置",
    "Not distinguishable from {others} within seed noise:": "在种子噪声之内与{others}无法区分：",
    "Better than {others}, beyond what seeds do.": "好于{others}，差别超出种子噪声。",
    "Not compared with {settings} of fewer scores.": "未与得分较少的 {settings}比较。",
    "With one seed no difference can be told from noise: use more.": "只有一个种子时，任何差别都无法与噪声区分：请用更多种子。",
    "Decided by a {test}; level {level}.": "所用检验：{test}；显著性水平 {level}。",
    "Best": "最佳",
    "Interrupted: {runs} missing.": "已中断：还缺 {runs}。",
}

FACTS = {
    "Data": "数据",
    "Loss": "损失",
    "Optimiser": "优化器",
    "Batch size": "批大小",
    "Epochs": "轮数",
    "{name}{trained:,} rows to train on, {held_out:,} held out, {columns} column": (
        "{name}{trained:,} 行用于训练，{held_out:,} 行留出，{columns} 列"
    ),
    "{name}{trained:,} rows to train on, {held_out:,} held out, {columns} columns": (
        "{name}{trained:,} 行用于训练，{held_out:,} 行留出，{columns} 列"
    ),
    "{solver} with momentum {momentum:g}": "{solver}，动量 {momentum:g}",
    "all rows": "全部行",
    "at most {epochs:,}": "最多 {epochs:,}",
    " or ": " 或 ",
    "1st principal component": "第一主成分",
    "2nd principal component": "第二主成分",
}

NOTES = {
    "A score is the mean over the seeds; behind ± stands their standard deviation. A run that diverged or failed has no score.": (
        "得分是各种子的平均，± 之后是标准差。发散或失败的训练没有得分。"
    ),
    "★ is the setting with the highest mean, ○ those whose difference from it lies within seed noise ({test}); p is corrected.": (
        "★ 是平均得分最高的设置，○ 是与它的差别在种子噪声之内的设置（{test}）；p 值已校正。"
    ),
    "The difference is one between trainings, judged on the same held-out rows; how scores would be on other rows, it does not say.": (
        "这里的差别是训练之间的差别，在同样的留出行上判断；换成别的行得分如何，它不说明。"
    ),
    "In brackets after a factor: the share of the scores' variance that lies between its values. The two largest make the grid at first.": (
        "参数后括号里的数：得分的方差中有多少来自它的不同取值。一开始以最大的两个参数为行和列。"
    ),
    "Bands in the charts reach from the lowest to the highest seed, lines are medians. A run that ended early keeps what it came to.": (
        "曲线的色带从最低的种子到最高的种子，线是中位数。提前结束的训练保持它最后的值。"
    ),
    ", {shown} of {rows}": "，{rows} 行中的 {shown} 行",
    "Maps are made at a few epochs of each run, close together at first. Points are rows held out{some}.": (
        "图取自每次训练的若干轮，开始时较密。点是留出的行{some}。"
    ),
}

WORDS = {
    "(not set)": "（未设置）",
    "{low:.3g} to {high:.3g}": "{low:.3g} 到 {high:.3g}",
    "best": "最佳",
    "within seed noise": "在种子噪声之内",
    "lower": "较低",
    "not compared": "未比较",
    "done": "完成",
    "diverged": "发散",
    "failed": "失败",
    "missing": "缺",
    "no score": "没有得分",
    "rank": "名次",
    "± std": "± 标准差",
    "scores": "得分数",
    "to the best": "与最佳之差",
    "verdict": "结论",
    "status": "状态",
    "train loss": "训练损失",
    "seconds": "秒",
    "updates": "更新次数",
    "epochs": "轮数",
    "parameters": "参数个数",
    "seed": "种子",
    "train": "训练",
    "loss": "损失",
    "epoch": "轮次",
    "all": "全部",
    "nothing": "无",
    " and ": " 和 ",
}

PICTURES = {
    "Select {label}": "选择 {label}",
    "training loss": "训练损失",
    "{score} on held-out rows": "留出行上的{score}",
    "The best setting": "最佳设置",
    "The first setting": "第一种设置",
    "The selected setting": "选中的设置",
    "Select no setting": "取消选择",
    "Seed {seed} {status}: {message}": "种子 {seed} {status}：{message}",
    "standard deviation {spread}": "标准差 {spread}",
    "half are outvoted": "半数与多数不同",
    "all agree": "全部一致",
    "The plane of the first two principal components of {count} standardised features.": ("{count} 个标准化特征的前两个主成分张成的平面。"),
    "any words": "任意文字",
    "Show all": "全部显示",
    "Text": "文字",
    "{shown} of {settings} shown.": "显示 {settings}中的 {shown} 种。",
    "Rows": "行",
    "Columns": "列",
    "not tried": "没有试过",
    "Up to {most} of them share a cell, as they {which}: the best of those shown stands for them, or the one you select.": (
        "一个格子最多有 {most} 种设置，{which}：格子里显示的是其中最佳的，或您选中的。"
    ),
    "differ in {names}": "它们的 {names} 不同",
    "lie in the same ranges": "它们在同样的范围内",
    "lowest to highest seed": "从最低的种子到最高的种子",
    "other settings": "其他设置",
    "at epoch {epoch}: {score}": "第 {epoch} 轮：{score}",
    "one of {count}: {names}": "{count} 种之一：{names}",
    "best of {count}: {names}": "{count} 种中最佳：{names}",
    "Loss on a logarithmic axis": "损失用对数轴",
    "Epochs on a logarithmic axis": "轮次用对数轴",
    "{title} over epochs; left and right arrow keys move the cursor": "{title}随轮次的变化；左右方向键移动游标",
    "Values at epoch {epoch}: the medians over the seeds.": "第 {epoch} 轮的值：各种子的中位数。",
    " Point at a chart to read another epoch; click to have the maps of it.": "把鼠标移到曲线上可读其他轮次，点击则显示那一轮的图。",
    "{label}, epoch {epoch}: {description}": "{label}，第 {epoch} 轮：{description}",
    "map of where {seeds} disagree": "{seeds}在哪里不一致",
    "map of the mean over {seeds}": "{seeds}的平均",
    "map of seed {seed}": "种子 {seed} 的图",
    "not looked at": "没有记录",
    "no run": "没有训练",
    "Pause": "暂停",
    "Play": "播放",
    "seed {seed} alone": "只看种子 {seed}",
    "mean over the seeds": "各种子的平均",
    "where the seeds disagree": "种子之间在哪里不一致",
    "{epoch} of {last}": "{epoch} / {last}",
    "epoch {text}": "轮次 {text}",
}

BODY = {
    "Epoch and map": "轮次和图",
    "Epoch": "轮次",
    "Map": "图",
    "Which settings to show": "显示哪些设置",
    "What the settings learned": "各种设置学到了什么",
    "One setting": "一种设置",
    "How they got there": "训练的过程",
    "All settings in numbers": "所有设置的数值",
    "How to read this": "怎样阅读",
    "This page draws its pictures with a script, which is switched off here.": "本页的图由脚本绘制，而脚本在这里被禁用了。",
}

say = Texts(COMPARISON | COUNTS | HEADLINE | FACTS | NOTES | WORDS | PICTURES | BODY)
"""Says a text; see :class:`halfmoon.base.language.Texts`."""
