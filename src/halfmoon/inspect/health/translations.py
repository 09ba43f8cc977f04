"""The sentences of health in Chinese."""

from __future__ import annotations

from halfmoon.base.language import Texts

say = Texts(
    {
        "try a lower rate": "试试更小的学习率",
        "try {rate:g}": "试试 {rate:g}",
        "diverged at epoch {epoch}; {advice}": "在第 {epoch} 轮发散；{advice}",
        "diverged at epoch {epoch}: the loss is {times:,.0f} times that of the first; {advice}": (
            "在第 {epoch} 轮发散：损失是第一轮的 {times:,.0f} 倍；{advice}"
        ),
        "not yet converged: {share:.0%} of the fall of the loss came in the last {late} epochs; train longer, or raise the rate": (
            "尚未收敛：损失的下降有 {share:.0%} 发生在最后 {late} 轮；请训练更久，或提高学习率"
        ),
        "overfits since epoch {epoch}: the validation loss rose from {least:.3g} to {end:.3g} while the training loss fell; "
        "stop there, or try dropout or weight decay": (
            "从第 {epoch} 轮起过拟合：验证损失从 {least:.3g} 升到 {end:.3g}，而训练损失仍在下降；"
            "请在那里停止，或试试随机失活（dropout）或权重衰减"
        ),
        "{count:,} of {size:,} numbers of {name} are not finite: train again with a lower rate": (
            "{name} 的 {size:,} 个数中有 {count:,} 个不是有限数：请用更小的学习率重新训练"
        ),
        "the loss ({name})": "损失（{name}）里",
        "probability": "概率",
        "predicted mean": "预测均值",
        "below {least:.2g}": "低于 {least:.2g}",
        "above {most:.2g}": "高于 {most:.2g}",
        " or ": "，或",
        "{name} is applied twice, by layer {path} and by {behind}: no {mean} can be {limits}; leave layer {path} out": (
            "{name} 用了两次，一次在第 {path} 层，一次在{behind}：{mean}不可能{limits}；请去掉第 {path} 层"
        ),
        "layer {path} ({name}) bounds the scores of {behind}: no {mean} can be {limits}; leave layer {path} out": (
            "第 {path} 层（{name}）限制了{behind}的得分：{mean}不可能{limits}；请去掉第 {path} 层"
        ),
        "{count} Dense layers without an activation between them can learn no more than one: put, say, ReLU() after each but the last": (
            "{count} 个 Dense 层之间没有激活函数，合起来学到的不比一个层多：请在除最后一层以外的每层之后放一个激活函数，如 ReLU()"
        ),
        "{count} of {total} units of layer {path} are dead: they output 0 for every row": (
            "第 {path} 层的 {total} 个单元中有 {count} 个死亡单元：对每一行都输出 0"
        ),
        "{count} of {total} units of layer {path} are dead: their slope is 0 for every row": (
            "第 {path} 层的 {total} 个单元中有 {count} 个死亡单元：对每一行导数都是 0"
        ),
        "layer {path} ({name}) saturated: mean slope {mean:.2g} of at most {steepest:.2g}": (
            "第 {path} 层（{name}）饱和：导数平均为 {mean:.2g}，最大可达 {steepest:.2g}"
        ),
        "no gradient reaches the first layer: its units, or those of a layer behind it, are all dead": (
            "没有梯度到达第一层：它的单元，或后面某一层的单元，全部死亡"
        ),
        "He weights or ReLU": "He 初始化或 ReLU",
        "He weights, a normalisation, or residual branches": "He 初始化、归一化层或残差分支",
        "gradient shrinks {times:,.0f}-fold from the last layer to the first: try {advice}": (
            "从最后一层到第一层，梯度缩小到 1/{times:,.0f}：试试{advice}"
        ),
        "smaller weights, a normalisation, or clip_norm": "更小的权重、归一化层或 clip_norm",
        "gradient grows {times:,.0f}-fold from the last layer to the first: try {advice}": (
            "从最后一层到第一层，梯度增大到 {times:,.0f} 倍：试试{advice}"
        ),
        "column {column} of X is {value:g} in every row: it tells nothing, leave it out": (
            "X 的第 {column} 列在每一行都是 {value:g}：它不含任何信息，请去掉"
        ),
        "{count} columns of X are the same in every row ({some}): they tell nothing, leave them out": (
            "X 有 {count} 列在每一行都相同（{some}）：它们不含任何信息，请去掉"
        ),
        "column {wide} of X spreads {ratio:,.0f} times as widely as column {narrow}: standardise X": (
            "X 的第 {wide} 列的范围是第 {narrow} 列的 {ratio:,.0f} 倍：请把 X 标准化"
        ),
        "column {far} of X lies {distance:,.0f} times its range from 0: standardise X": (
            "X 的第 {far} 列到 0 的距离是其范围的 {distance:,.0f} 倍：请把 X 标准化"
        ),
        "the numbers of X reach {largest:,.4g}: standardise X": "X 中的数大到 {largest:,.4g}：请把 X 标准化",
        "y is the same in every row: there is nothing to learn": "y 在每一行都相同：没有什么可学",
        "every row is predicted as class {first}, though {share:.1%} of the rows are of it": (
            "每一行都被预测为类别 {first}，而实际只有 {share:.1%} 的行属于它"
        ),
        "every row is predicted as class {first} in output {column}, though {share:.1%} of the rows are of it": (
            "第 {column} 个输出把每一行都预测为类别 {first}，而实际只有 {share:.1%} 的行属于它"
        ),
        "the loss, {loss:.4g}, is no better than the {base:.4g} of always giving the same answer": (
            "损失为 {loss:.4g}，并不好于始终给出同一答案的 {base:.4g}"
        ),
    }
)
"""Says a text; see :class:`halfmoon.base.language.Texts`."""
