"""The words of the report in Chinese."""

from __future__ import annotations

from halfmoon.base.language import Texts

say = Texts(
    {
        "{target} from {name}": "用 {name} 预测 {target}",
        "Predicts": "预测目标",
        "classes": "类别",
        "a number": "数值",
        "Rows": "行数",
        "{rows:,} to train on, {tested:,} to test on": "{rows:,} 行用于训练，{tested:,} 行用于测试",
        "Columns": "列",
        "{learned} learned from, {left_out} left out": "{learned} 列用于学习，{left_out} 列略去",
        "Effort": "投入",
        "Members": "成员",
        "{members} trained; {counting} of their networks are in the ensemble": "训练了 {members} 个；集成包含其中 {counting} 个网络",
        "Seconds of training": "训练秒数",
        "accuracy": "准确率",
        "balanced accuracy": "平衡准确率",
        "log-loss": "对数损失",
        "mean absolute error": "平均绝对误差",
        "error": "误差",
        "root mean squared error, in deviations of the target": "均方根误差，以目标的标准差为单位",
        "{more} others": "其他 {more} 类",
        "How good it is": "它有多好",
        "What was found in the table": "表中的发现",
        "Where it is wrong": "它错在哪里",
        "What it goes by": "它依据什么",
        "Its members": "它的成员",
        "A configuration is looked at after each cycle of its learning rate. The cost is that on held-out rows; weights are chosen by it.": (
            "每种配置在学习率的每个周期结束时评估一次。成本是留出行上的成本，权重按它选取。"
        ),
        "This page is drawn by a script, which is switched off here.": "本页由脚本绘制，而这里关闭了脚本。",
        "{low} to {high} over {folds} folds": "{folds} 折：{low} 至 {high}",
        "one fold": "只有一折",
        "rows to test on: {value}": "测试行：{value}",
        "always the same answer: {value}": "总是同一答案：{value}",
        "The large figure is of the rows that were held out from training.": "大数字取自训练时留出的行。",
        "The large figure is the mean over the folds, of rows that the members were not trained on, with a 95 % interval below it.": (
            "大数字是各折的均值，取自成员训练时没有用到的行，下面是它的 95 % 区间。"
        ),
        "Weights are chosen on the same rows, so the rows to test on are the stricter judge.": (
            "权重也在这些行上选取，所以测试行的评判更严格。"
        ),
        "Calibration: how often the likeliest class is right, by its probability; mean difference {error}": (
            "校准：最可能的类别按其概率有多常正确；平均差 {error}"
        ),
        "Calibration: how many rows are {label}, by the probability of it; mean difference {error}": (
            "校准：按 {label} 的概率，实际有多少行是 {label}；平均差 {error}"
        ),
        "predicted probability": "预测概率",
        "share of rows": "行的比例",
        "{count} rows": "{count} 行",
        "true ↓ predicted →": "真实 ↓ 预测 →",
        "Confusion of held-out rows: each row of the table is a true class": "留出行的混淆矩阵：表的每一行是一个真实类别",
        "true value": "真实值",
        "predicted value": "预测值",
        "Predictions of held-out rows beside the truth": "留出行的预测值与真实值",
        "predicted minus true": "预测值减真实值",
        "rows": "行数",
        "How far off predictions are, but for 1 % of the rows": "预测偏差的分布（不含 1 % 的行）",
        "How much worse {rows} rows to test on are predicted where the cells of a column are shuffled: {unit}.": (
            "打乱某列的单元格后，{rows} 行测试数据的预测变差多少：{unit}。"
        ),
        "It is the mean of {repeats} times.": "取 {repeats} 次的均值。",
        "{hidden} columns that matter less are not shown.": "另有 {hidden} 个较不重要的列没有显示。",
        "configuration": "配置",
        "epochs": "轮数",
        "members": "成员",
        "weight": "权重",
        "seconds": "秒",
        "The slowest member is that of {name} on fold {fold}: {seconds} s for {epochs} epochs.": (
            "最慢的成员是 {name} 的第 {fold} 折：{epochs} 轮用了 {seconds} 秒。"
        ),
    }
)
"""Says a text; see :class:`halfmoon.base.language.Texts`."""
