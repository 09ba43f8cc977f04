"""The texts of the X-ray in Chinese: of its cards, its chains, and its page."""

from __future__ import annotations

from halfmoon.base.language import Texts

CARDS = {
    "Inputs": "输入",
    "   of {feature}": "   属于 {feature}",
    "Forward: {label}": "前向：{label}",
    "Loss: {kind}": "损失：{kind}",
    "Backward: the loss's slopes": "反向：损失的导数",
    "Backward: {label}": "反向：{label}",
    "Update: {label}": "更新：{label}",
    "layer {path}, {kind}": "第 {path} 层，{kind}",
    "residual branch {path}, {kind}": "残差分支 {path}，{kind}",
    "a training pass: dropout drops, batch normalisation uses this batch": "按训练方式：dropout 随机失活，批归一化用这一批的统计量",
    "an inference pass: no dropout, running statistics": "按推断方式：没有 dropout，归一化用滑动统计量",
    "{rows:,} row of {columns:,} numbers goes in, as {dtype}; {passing}.": "送入 {rows:,} 行，每行 {columns:,} 个数，{dtype}；{passing}。",
    "{rows:,} rows of {columns:,} numbers go in, as {dtype}; {passing}.": "送入 {rows:,} 行，每行 {columns:,} 个数，{dtype}；{passing}。",
    "The columns stay as many.": "列数不变。",
    "Y = X, and X is kept for the add": "Y = X，并把 X 留给 add",
    "dX = dY + dY of the add": "dX = dY + add 的 dY",
    "Y = X + the kept X": "Y = X + 留下的 X",
    "dX = dY, and dY goes to the keep too": "dX = dY，dY 也传给 keep",
    "{layer} turns its {n_in:,} columns x into {n_out:,} columns y.": "{layer} 把 {n_in:,} 列 x 变成 {n_out:,} 列 y。",
    "   with {shapes}": "   参数 {shapes}",
    "The loss of each row, and their mean: {loss}": "每一行的损失，以及它们的平均：{loss}",
    "The loss of each row, and their weighted mean: {loss}": "每一行的损失，以及它们的加权平均：{loss}",
    " with the penalty.": "，含惩罚项。",
    ".": "。",
    "loss of each row": "每一行的损失",
    "{shapes} → one number": "{shapes} → 一个数",
    "How much the loss grows with each score, dscores, which is {name}: here the way back begins.": (
        "每个得分增大时损失增大多少，即 dscores，也就是 {name}：反向传播从这里开始。"
    ),
    "the penalty's slope is added to the gradient of each decayed array": "每个受惩罚的数组，其梯度再加上惩罚项的导数",
    "{name}.dy, the slope of the loss by what came out, makes {name}.dx, the slope by what went in.": (
        "由 {name}.dy（损失对输出的导数）得到 {name}.dx（对输入的导数）。"
    ),
    "{name}.dy, the slope of the loss by what came out, makes {name}.dx, the slope by what went in, and {parameters}, by the parameters.": (
        "由 {name}.dy（损失对输出的导数）得到 {name}.dx（对输入的导数）以及 {parameters}（对参数的导数）。"
    ),
    " and ": " 和 ",
    "The first update of {optimizer}, at a rate of {rate:g}.": "{optimizer} 的第一次更新，学习率 {rate:g}。",
    "nothing is trained here": "这里没有要训练的参数",
    "before: g ← g min(1, {clip_norm:g} / |g|)": "之前：g ← g min(1, {clip_norm:g} / |g|)",
    "before, where decayed: θ ← θ (1 - rate · {weight_decay:g})": "之前，对受衰减的参数：θ ← θ (1 - rate · {weight_decay:g})",
    "card {number} of 0 to {last}": "卡片 {number}（0 到 {last}）",
    "{sentence}.": "{sentence}。",
    "WRONG: {fault}": "错误：{fault}",
    "Mind: {spoiled}": "注意：{spoiled}",
    "These numbers are wrong because of card {index}, {title}.": "这些数是错的，起因是卡片 {index}（{title}）。",
    "Shapes: {shapes}": "形状：{shapes}",
    ", its first {rows} × {columns}": "，前 {rows} × {columns} 个",
    "{lost:,} not finite   ": "{lost:,} 个不是有限数   ",
    "  central differences: largest error {error:.1e} at {entry}; of each entry shown:": (
        "  中心差分：最大误差 {error:.1e}，在 {entry}；每个所示元素的误差："
    ),
    "  along a random direction: {direction}": "  沿一个随机方向：{direction}",
}

CHAINS = {
    "  {rest:+.5g} = the sum of {others:,} smaller ones": "  {rest:+.5g} = 其余 {others:,} 个较小的积之和",
    "∂loss/∂score of the row": "这一行的 ∂损失/∂得分",
    "the penalty's slope by {entry}": "惩罚项对 {entry} 的导数",
    "dx[n,i] = dy[n,i] + dy[n,i] of the add": "dx[n,i] = dy[n,i] + add 的 dy[n,i]",
    "through the branch": "经过分支",
    "around the branch": "绕过分支",
    "slope of {name} at {x}": "{name} 在 {x} 处的导数",
    "∂y/∂x at {x}": "{x} 处的 ∂y/∂x",
}

PAGE = {
    "X-ray: loss {loss}": "X 光：损失 {loss}",
    "{error:.1e} at {entry}": "{error:.1e}，在 {entry}",
    "Cards": "卡片",
    "Card": "卡片",
    "Previous card": "上一张卡片",
    "Previous card (left arrow)": "上一张卡片（左方向键）",
    "Next card": "下一张卡片",
    "Next card (right arrow)": "下一张卡片（右方向键）",
    "Entry": "元素",
    "Trace": "追踪",
    "0.dW[0,0]": "如 0.dW[0,0]",
    "wrong": "错误",
    "Chain of factors": "因子链",
    "This page draws its cards with a script, which is switched off here.": "本页的卡片由脚本绘制，而脚本在这里被禁用了。",
    "histogram: {counts}": "直方图：{counts}",
    "{lost} not finite": "{lost} 个不是有限数",
    "central difference {numeric}, error {error}": "中心差分 {numeric}，误差 {error}",
    "whole": "全部",
    "its first {rows} × {columns}": "前 {rows} × {columns} 个",
    "Central differences: largest error {worst}; that of each entry: hover over it, or click it.": (
        "中心差分：最大误差 {worst}；每个元素的误差：把鼠标移到它上面，或点击它。"
    ),
    "Along a random direction: {direction}.": "沿一个随机方向：{direction}。",
    "Close (Esc)": "关闭（Esc）",
    "{rest} is the sum of {others} smaller ones": "{rest} 是其余 {others} 个较小的积之和",
    'The page holds no more of this chain; ask xray.entry("{missing}").': '本页没有这条链的其余部分；请用 xray.entry("{missing}")。',
    "Here the loss itself is differentiated.": "在这里对损失本身求导。",
    "Where {node} comes from": "{node} 从何而来",
    "A sum of products; the framed one, the largest unless you choose another, is followed back to the loss.": (
        "它是若干乘积之和；沿着加框的那一个（默认是最大的，也可另选）一直追到损失。"
    ),
    'This page holds the chains of the entries that it shows; ask xray.entry("{name}").': (
        '本页只有所示元素的因子链；请用 xray.entry("{name}")。'
    ),
    "There is no array of that name: write 1.dW[2,5], W[2,5] of layer 1, X[0,1] or scores[0,0].": (
        "没有这个名字的数组：请写成 1.dW[2,5]、W[2,5] of layer 1、X[0,1] 或 scores[0,0]。"
    ),
    "{text} must have {count} whole numbers in its brackets, as {array} is of shape {size}.": (
        "{text} 的方括号里必须有 {count} 个整数，因为 {array} 的形状是 {size}。"
    ),
    "{text} must lie within {array}, which is of shape {size} and counted from 0.": (
        "{text} 必须在 {array} 之内：它的形状是 {size}，从 0 数起。"
    ),
}

say = Texts(CARDS | CHAINS | PAGE)
"""Says a text; see :class:`halfmoon.base.language.Texts`."""
