"""The texts of the command in Chinese: what it says while it works, and its help."""

from __future__ import annotations

from halfmoon.base.language import Texts

TRAINING = {
    ", {rows:,} for validation": "、{rows:,} 行用于验证",
    "{name}: {rows:,} rows to train on{validation}, {tested:,} to test": "{name}：{rows:,} 行用于训练{validation}、{tested:,} 行用于测试",
    "{name}: {rows:,} rows to train on{validation}, {tested:,} fresh ones to test": (
        "{name}：{rows:,} 行用于训练{validation}、{tested:,} 行新数据用于测试"
    ),
    "Ended after {epochs:,} epochs: {why}.": "训练了 {epochs:,} 轮后结束：{why}。",
    "Training": "训练集",
    "Training and validation": "训练集和验证集",
    "{rows:,} rows, {held_out:,} of them for validation": "{rows:,} 行，其中 {held_out:,} 行用于验证",
    "{folder} has an earlier model, which this one will replace; --output says another.": (
        "{folder} 中有以前的模型，将被这次的取代；可用 --output 指定另一个文件夹。"
    ),
    "next": "下一步",
    "Test": "测试集",
    "loss": "损失",
    "boundary": "决策边界",
    "model": "模型",
    "epoch": "轮次",
    "training": "训练",
    "loss {loss:.4g}": "损失 {loss:.4g}",
    "  validation {loss:.4g}": "  验证 {loss:.4g}",
    "configurations {candidates} × folds {folds} = members {members}": "{candidates} 种配置 × {folds} 折 = {members} 个成员",
    "{done} of {total} members": "{total} 个成员已完成 {done} 个",
    "reading {file}": "正在读取 {file}",
    "looking at the columns of {name}": "正在分析 {name} 的各列",
    "predicting": "正在预测",
    "writing the report": "正在写报告",
    "configuration": "配置",
    "members": "成员",
    "done": "完成",
    "log-loss": "对数损失",
    "error": "误差",
    "epochs": "轮数",
    "Members trained: {members}; networks of theirs in the ensemble, each kept at the end of a cycle: {counting}.": "训练了 {members} 个成员；集成包含其中 {counting} 个网络。",
    "The time is up. Members trained: {members}; networks of theirs in the ensemble: {counting}.": "时间已到：训练了 {members} 个成员；集成包含其中 {counting} 个网络。",
    "Interrupted. Members trained: {members}; networks of theirs in the ensemble: {counting}.": "已中断：训练了 {members} 个成员；集成包含其中 {counting} 个网络。",
    "Folds": "各折留出行",
    "compiling": "正在编译",
    "compiled {total} kernels in {seconds:.0f} s": "编译了 {total} 个内核函数，用时 {seconds:.0f} 秒",
    "all kernels are compiled already": "所有内核函数都已编译",
}

OTHERS = {
    "{count:,} predictions in {output}": "{count:,} 个预测值存入 {output}",
    "against the table's own {target}: {text}": "与表中的 {target} 相比：{text}",
    "not compared with the table's own {target}: {error}": "未与表中的 {target} 比较：{error}",
    "The table has no column {name}, so the loss is taken on the model's own predictions.": (
        "表中没有列 {name}，所以损失按模型自己的预测值计算。"
    ),
    "{gaps:,} of {rows:,} rows miss the target {name}; there the loss is taken on the model's own predictions.": (
        "{rows:,} 行中有 {gaps:,} 行缺少目标列 {name}，这些行的损失按模型自己的预测值计算。"
    ),
    "{count} cards in {page}": "{count} 张卡片存入 {page}",
    "{count:,} bytes in {output}": "{count:,} 字节存入 {output}",
    "model card in {output}": "模型卡存入 {output}",
}

COMPARISON = {
    "{name}: {rows:,} rows to train on, {tested:,} to take scores on": "{name}：{rows:,} 行用于训练、{tested:,} 行用于评分",
    "{settings} configurations × {seeds} seeds = {runs} runs": "{settings} 种设置 × {seeds} 个种子 = {runs} 次训练",
    "{done} of {total} runs{kept}": "{total} 次训练已完成 {done} 次{kept}",
    ", {seconds:,.0f} s": "，已用 {seconds:,.0f} 秒",
    ", {rate:.1f} runs/s": "，每秒 {rate:.1f} 次",
    ", {seconds:,.1f} s a run": "，每次 {seconds:,.1f} 秒",
    " ({kept} from before)": "（其中 {kept} 次是以前的）",
    ", {seconds:,.0f} s left": "，还需 {seconds:,.0f} 秒",
    "{name}: {score} {scores}{notes}, {seconds:.1f} s; {pace}": "{name}：{score} {scores}{notes}，{seconds:.1f} 秒；{pace}",
    ", {lost} diverged or failed": "，{lost} 次发散或失败",
    "and {hidden} more": "另有 {hidden} 种",
    "the best": "最佳",
    "not distinguishable from it within the seeds' noise": "与最佳的差别在种子噪声之内，无法区分",
    "seeds": "种子",
    "seconds": "秒",
    "{score} ± spread": "{score} ± 标准差",
    "score": "得分",
    "accuracy": "准确率",
    "r2": "R²",
    "diverged": "发散",
    "failed": "失败",
    "Interrupted: {missing} runs are missing; the same command goes on from there.": "已中断：还缺 {missing} 次训练；同样的命令会从那里接着做。",
    "{folder} has the report of another comparison, which stays; this one's is in {own}.": (
        "{folder} 中已有另一次比较的报告，予以保留；这次的在 {own}。"
    ),
    "results": "结果",
    "report": "报告",
    "runs": "训练记录",
}

LAYOUT = {"Usage: ": "用法：", "Options": "选项", "Commands": "命令"}

HELP = {
    "Neural networks you can see through.": "看得透的神经网络。",
    "Show the version and exit.": "显示版本。",
    "Show this message and exit.": "显示这段帮助。",
    "Of what is said and written; by default the locale's, or HALFMOON_LANG.": "输出和文件所用的语言；默认由系统区域设置或 HALFMOON_LANG 决定。",
    # ---- train
    "Train a network or an ensemble on a table: a saved model, how good it is, and a report or plots.": (
        "用一张表训练一个网络或一个集成模型：给出保存的模型、它有多好，以及报告或图。"
    ),
    "SOURCE is a built-in set (moons, circles, blobs, xor, spirals, iris, wine, breast-cancer, digits, diabetes), or a file: text with any "
    "separator, JSON lines, Parquet or a workbook, packed or not.": (
        "SOURCE 是内置数据集（moons、circles、blobs、xor、spirals、iris、wine、breast-cancer、digits、diabetes），或文件：任何分隔符的文本、"
        "JSON lines、Parquet 或工作簿，压缩与否均可。"
    ),
    "A file gets an ensemble, as TabularClassifier and TabularRegressor train it, and a report; --effort and --max-seconds say how much is "
    "trained. Options of the network and its training, such as --hidden, ask for one plain network with these settings; they have the names "
    "of the parameters of MLPClassifier and MLPRegressor, and defaults that suit tables. Built-in sets get such a network, and "
    '"halfmoon train moons" is the course exercise with its own settings.': (
        "文件用集成模型训练，与 TabularClassifier 和 TabularRegressor 相同，并给出报告；--effort 和 --max-seconds 决定训练多少。"
        "网络和训练的选项（如 --hidden）表示用这些设置训练一个普通网络；它们以 MLPClassifier 和 MLPRegressor 的参数为名，默认值适合表格。"
        "内置数据集用这样的普通网络，而“halfmoon train moons”是那道课程习题，用它自己的设置。"
    ),
    "low, medium or high: one network, a bag or a portfolio; medium by default for a file.": (
        "low、medium 或 high：一个网络、一组装袋的网络，或多种配置的组合；文件默认为 medium。"
    ),
    "Between the columns of a text file: a character, or tab; found out by default.": "文本文件各列之间的分隔符：一个字符，或 tab；默认自动判断。",
    "Of a text file, such as cp1252 or gbk; found out by default.": "文本文件的编码，如 cp1252 或 gbk；默认自动判断。",
    "Whether the first line has the names of the columns; found out by default.": "第一行是否为列名；默认自动判断。",
    "Sheet of a workbook, by its name or its number from 1 on.": "工作簿中的工作表：名称，或从 1 数起的序号。",
    "Columns to leave out, with commas between.": "要略去的列，用逗号隔开。",
    "The only columns to learn from, with commas between.": "只用这些列来学习，用逗号隔开。",
    "Columns that are categories, whatever they look like.": "无论看起来像什么都作为类别的列。",
    "Columns of numbers, with commas between; cells that are none count as missing.": "数值列，用逗号隔开；不是数的单元格算作缺失值。",
    "Whether 01.02.2020 and 01/02/2020 are in February.": "01.02.2020 和 01/02/2020 是否在二月。",
    "Decimal mark of numbers: . or , (found out by default).": "数的小数点：. 或 ,（默认自动判断）。",
    "balanced, or how much the rows of a class count, as rare=10.": "balanced，或某一类别的行各算多少，如 rare=10。",
    "The column to be predicted; needed for a file.": "要预测的列；文件必须指明。",
    "classification or regression; by default the target shows which.": "classification（分类）或 regression（回归）；默认由目标列判断。",
    "Folder for all that is written; a folder in runs by default.": "存放所有输出的文件夹；默认是 runs 里的一个文件夹。",
    "Share of the rows that is held out for testing.": "留出多少比例的行用于测试。",
    "Whether numbers are brought to mean 0 and deviation 1.": "是否把数值标准化为均值 0、标准差 1。",
    "Widths of the hidden layers, as 64,32; none for a linear model.": "各隐藏层的宽度，如 64,32；none 表示线性模型。",
    "One name for all hidden layers, or in brackets one for each, as [relu,sigmoid].": (
        "所有隐藏层的激活函数，或在方括号里逐层给出，如 [relu,sigmoid]。"
    ),
    "Learning rate.": "学习率。",
    "One of sgd, momentum, adam, adamw, rmsprop, adagrad, lion, lbfgs.": "sgd、momentum、adam、adamw、rmsprop、adagrad、lion、lbfgs 之一。",
    "Rows an update; 0 for the full batch.": "每次更新用多少行；0 表示全部。",
    "Share that is dropped after each hidden layer.": "每个隐藏层之后随机失活（dropout）的比例。",
    "How the weights start: normal, glorot_uniform, he_normal, ...": "权重的初始化：normal、glorot_uniform、he_normal 等。",
    "Name of the loss; by default the target decides.": "损失函数的名称；默认由目标列决定。",
    "Decoupled weight decay.": "解耦的权重衰减。",
    "At most so many epochs.": "最多训练多少轮。",
    "Epochs without a better validation loss before it stops; 0 for never.": "验证损失多少轮没有改善就停止；0 表示从不。",
    "Share of the rows that is set aside for stopping; 0 for none.": "留出多少比例的行来决定何时停止；0 表示不留。",
    "Time limit of a training.": "一次训练的时间限制。",
    "float32 or float64.": "float32 或 float64。",
    "For weights, shuffling and splits.": "用于权重、打乱和划分的随机种子。",
    # ---- compare
    "Train every combination of some settings with several seeds, and compare them: a table, and a report to look at.": (
        "把几组设置的所有组合各用几个种子训练，作比较：给出表格和可以细看的报告。"
    ),
    'SOURCE is what "halfmoon train" takes, and what is not compared is as it trains. Values of an option stand with commas between. A '
    "comparison that was interrupted goes on where it stopped when the same command is given again; runs that are there already are not "
    "made anew.": (
        "SOURCE 与 “halfmoon train” 的相同，不作比较的设置也与它相同。一个选项的多个值用逗号隔开。比较被中断后，再给出同样的命令就接着做；"
        "已有的训练不会重做。"
    ),
    "The folder, runs/NAME-compare by default, then holds report.html, a page that opens without a network, and its numbers as results.csv "
    "and results.parquet. Where it has those of another comparison, the new ones go to a folder beside it, as runs/NAME-compare-2; runs that "
    "both need are made once.": (
        "之后文件夹（默认是 runs/NAME-compare）里有 report.html，一个可离线打开的网页，以及它的数据 results.csv 和 results.parquet。"
        "其中已有另一次比较的结果时，新的结果存入旁边的文件夹，如 runs/NAME-compare-2；两者都需要的训练只做一次。"
    ),
    "Widths of the hidden layers, as 64,32; none for a linear model. Give it once for each choice.": (
        "各隐藏层的宽度，如 64,32；none 表示线性模型。每种选择给出一次。"
    ),
    "Any parameter of the estimator and its values, as alpha=0,0.1.": "估计器的任何参数及其取值，如 alpha=0,0.1。",
    "Trainings of each configuration.": "每种设置训练几次。",
    "Trainings at a time; by default one for each core.": "同时训练几个；默认每个核心一个。",
    "Address of a Dask scheduler whose workers train, as tcp://10.0.0.1:8786.": (
        "Dask 调度器的地址，由它的工作进程训练，如 tcp://10.0.0.1:8786。"
    ),
    # ---- predict
    "Predict each row of a table; where it holds the target too, say how good that is.": "预测表中的每一行；表里也有目标列时，说明预测得有多好。",
    'MODEL is a file that "halfmoon train" saved, TABLE a file such as it was trained on, with the same columns, or a built-in set.': (
        "MODEL 是 “halfmoon train” 保存的文件，TABLE 是与训练时同类的文件，含有相同的列，或内置数据集。"
    ),
    "A CSV or Parquet file; by default CSV on standard output.": "CSV 或 Parquet 文件；默认以 CSV 写到标准输出。",
    # ---- xray
    "Look at every number of one training step: forward, loss, backward and update, a card a step.": (
        "查看一步训练中的每一个数：前向、损失、反向、更新，每步一张卡片。"
    ),
    'MODEL is a file that "halfmoon train" saved, TABLE a file such as it was trained on, or a built-in set; it may be left out where the '
    'model lies in the folder that "halfmoon train" named by a built-in set. A terminal shows the cards in its pager.': (
        "MODEL 是 “halfmoon train” 保存的文件，TABLE 是与训练时同类的文件，或内置数据集；模型在 “halfmoon train” "
        "以内置数据集命名的文件夹里时可以省略。终端用分页器显示卡片。"
    ),
    "Rows of the table, from 1 on, as sentences about it count: 17, several as 3,17 or 1:32, or all.": (
        "表中的行，从 1 数起，与提示中的行号相同：17，几行如 3,17 或 1:32，或 all（全部）。"
    ),
    'One number, such as "1.dW[2,5]": print its chain of factors back to the loss.': "一个数，如 “1.dW[2,5]”：显示它一路追到损失的因子链。",
    "Write the cards as one HTML page into this file.": "把卡片写成一个 HTML 网页，存入这个文件。",
    "Print the cards without a pager.": "不用分页器，直接显示卡片。",
    "Every digit of each number, instead of five.": "显示每个数的所有位，而不是五位。",
    "Whose first update is made: sgd, momentum, adam, ...; adam by default.": "用哪个优化器作第一次更新：sgd、momentum、adam 等；默认 adam。",
    "Learning rate; the optimiser's own by default.": "学习率；默认用优化器自己的。",
    "Forward as in inference: no dropout, running statistics.": "按推断方式前向：没有 dropout，归一化用滑动统计量。",
    # ---- export
    "Write a model as a file that predicts without Halfmoon, with its table's preparation and its labels.": (
        "把模型写成不需要 Halfmoon 就能预测的文件，连同表的预处理和类别标签。"
    ),
    'MODEL is a file that "halfmoon train" saved, or that an estimator or a network was saved in.': (
        "MODEL 是 “halfmoon train” 保存的文件，或保存了估计器或网络的文件。"
    ),
    "numpy (a Python file), js (a JavaScript module), json, onnx or c; by default the ending of --output decides.": (
        "numpy（Python 文件）、js（JavaScript 模块）、json、onnx 或 c；默认由 --output 的后缀决定。"
    ),
    "onnx: the version of its operators, from 18 on; 18 by default.": "onnx：算子集版本，从 18 起；默认 18。",
    "c: what all names in the file begin with; by default the name of the file.": "c：文件中所有名称的前缀；默认是文件名。",
    "c: compute with whole numbers alone, for small processors; says what that costs.": "c：只用整数计算，适合小型处理器；并报告精度损失。",
    "--int8: rows as the model is used on, with the target or without.": "--int8：与使用时相似的若干行，可带目标列，也可不带。",
    "A file; by default MODEL's name with the ending of what is written.": "输出文件；默认是 MODEL 的名称，换成相应的后缀。",
    # ---- describe
    "Describe a saved model: its network, the data it was trained on, scores, history and versions.": (
        "描述一个已保存的模型：网络结构、训练数据、得分、训练历史和版本。"
    ),
    'MODEL is any file that halfmoon saved, by "halfmoon train" or from Python. Markdown has the fields of Hugging Face\'s model cards.': (
        "MODEL 是 halfmoon 保存的任何文件，来自 “halfmoon train” 或 Python。Markdown 带有 Hugging Face 模型卡的字段。"
    ),
    "text, json, markdown or html; by default as the ending of --output says, else text.": (
        "text、json、markdown 或 html；默认由 --output 的扩展名决定，否则是 text。"
    ),
    "A file; by default standard output.": "文件；默认写到标准输出。",
    # ---- playground
    "Build a network in the browser, train it, and watch everything move.": "在浏览器中搭建网络、训练它，并看着一切变化。",
    "The page is served to this machine alone, until Ctrl-C, and asks nothing of the internet. What trains is this library. With --serve a "
    "class opens it from other machines, too.": (
        "网页只供本机使用，直到按下 Ctrl-C，不访问互联网。训练用的就是本程序库。用 --serve 时，全班可以从其他机器打开。"
    ),
    "By default 8421, or the next that is free; 0 for any.": "默认 8421，或其后第一个空闲的端口；0 表示任意端口。",
    "Print the address only.": "只显示地址，不打开浏览器。",
    "For a class: many people at once, each with an own session, behind a password.": "供全班使用：多人同时，各有自己的会话，凭密码进入。",
    "Address to listen at, with --serve: 0.0.0.0 for all of this machine's; by default 127.0.0.1, itself alone.": (
        "与 --serve 一起用的监听地址：0.0.0.0 表示本机的所有地址；默认 127.0.0.1，只供本机。"
    ),
    "Of the class; better set HALFMOON_PASSWORD or type it when asked, since others on this machine see options.": (
        "班级密码；最好设置 HALFMOON_PASSWORD 或在询问时输入，因为本机的其他用户能看到命令选项。"
    ),
    "Another address by which pupils reach it, as https://class.example.org, where a proxy stands before it.": (
        "学生使用的另一个地址，如 https://class.example.org，用于前面有代理的情形。"
    ),
    # ---- warmup
    "Compile ahead what training needs, so that no training waits for it.": "提前编译训练所需的部分，训练时就不必等待。",
    "Once an installation; without it, each training compiles what is not there yet. HALFMOON_CACHE names another folder for it than the "
    "user's cache.": "每次安装只需一次；不做的话，每次训练会编译还没有的部分。HALFMOON_CACHE 可指定用户缓存以外的文件夹。",
}
"""Paragraphs of help, each without line breaks."""

say = Texts(TRAINING | OTHERS | COMPARISON | LAYOUT)
"""Says a text; see :class:`halfmoon.base.language.Texts`."""
