"""What is said about a table, in Chinese."""

from __future__ import annotations

from halfmoon.base.language import Texts

COLUMNS = {
    "Classification, as asked.": "按要求作分类。",
    "Regression, as asked.": "按要求作回归。",
    "Classification, because {name} holds text.": "作分类，因为 {name} 是文字。",
    "Classification, because {name} holds truth values.": "作分类，因为 {name} 是真假值。",
    "Regression, because {name} holds numbers with fractions.": "作回归，因为 {name} 含有小数。",
    "Classification, because {name} holds only {distinct} different whole numbers in {rows} rows.": (
        "作分类，因为 {name} 在 {rows} 行中只有 {distinct} 个不同的整数。"
    ),
    "Classification, because {name} holds only {distinct} different whole numbers in {rows} rows; {regression} says otherwise.": (
        "作分类，因为 {name} 在 {rows} 行中只有 {distinct} 个不同的整数；可用 {regression} 另行指明。"
    ),
    "Regression, because {name} holds {distinct} different whole numbers in {rows} rows.": (
        "作回归，因为 {name} 在 {rows} 行中有 {distinct} 个不同的整数。"
    ),
    "Regression, because {name} holds {distinct} different whole numbers in {rows} rows; {classification} says otherwise.": (
        "作回归，因为 {name} 在 {rows} 行中有 {distinct} 个不同的整数；可用 {classification} 另行指明。"
    ),
    ", ": "、",
    "{missing} of {rows} rows miss the target {name} and are left out.": "{rows} 行中有 {missing} 行缺少目标列 {name}，已略去。",
    "Copies of others among the {rows:,} rows to train on: {again:,}; they count several times.": (
        "{rows:,} 行训练数据中有 {again:,} 行与其他行相同，因此重复计数。"
    ),
    "Copies of rows to train on among the {rows:,} rows to test on: {shared:,}; the test flatters the model.": (
        "{rows:,} 行测试数据中有 {shared:,} 行与训练行相同，因此测试结果偏乐观。"
    ),
    "{more} more": "另外 {more} 个",
    "{cell} in row {row}": "第 {row} 行的 {cell}",
    "The same holds for {names}.": "以下各列也是如此：{names}。",
    "Columns that training did not have are not used: {names}.": "训练时没有的列不会用到：{names}。",
    "{count:,} of {rows:,} cells of {name} count as missing: {shown}.": "{name} 的 {rows:,} 个单元格中有 {count:,} 个算作缺失值：{shown}。",
    "{count:,} of {rows:,} cells of {name} are no {kind} and count as missing: {shown}.": (
        "{name} 的 {rows:,} 个单元格中有 {count:,} 个不是{kind}，算作缺失值：{shown}。"
    ),
    "numbers": "数",
    "dates": "日期",
    "times": "时间",
    "truth values": "真假值",
    "{count:,} of {rows:,} cells of {name} name a bound, which is taken for the number itself: {shown}.": (
        "{name} 的 {rows:,} 个单元格中有 {count:,} 个写的是界限，按界限本身的数值读取：{shown}。"
    ),
    "{count:,} of {rows:,} cells of {name} are none of the {levels} levels that the model keeps, and count as another: {shown}{hint}.": (
        "{name} 的 {rows:,} 个单元格中有 {count:,} 个不在模型保留的 {levels} 个类别之中，算作其他类别：{shown}{hint}。"
    ),
    "{count:,} of {rows:,} cells of {name} are no level that training saw, and count as missing: {shown}{hint}.": (
        "{name} 的 {rows:,} 个单元格中有 {count:,} 个是训练时没有的类别，算作缺失值：{shown}{hint}。"
    ),
    "{cell} is not {level}": "{cell} 不同于 {level}",
    " ({hints})": "（{hints}）",
    "The column {name} stays text, though {count:,} of {rows:,} cells look like numbers; others do not: {shown}; "
    "{number} takes it for numbers.": (
        "列 {name} 仍作为文字，虽然 {rows:,} 个单元格中有 {count:,} 个像数；不像的有：{shown}；用 {number} 可作为数值列。"
    ),
    "The column {name} stays text, though {count:,} of {rows:,} cells look like dates; others do not: {shown}.": (
        "列 {name} 仍作为文字，虽然 {rows:,} 个单元格中有 {count:,} 个像日期；不像的有：{shown}。"
    ),
    "The column {name} is taken for codes, not for numbers, because of {why}: {shown}.": (
        "列 {name} 有{why}，所以作为编码而不作为数：{shown}。"
    ),
    "leading zeros": "前导零",
    "more digits than a number keeps": "超出数值精度的位数",
    "The column {name} stays text, though its cells are figures; as numbers or dates they are not known: {shown}.": (
        "列 {name} 保留为文本，其单元格虽由数字组成，却不是可识别的数或日期：{shown}。"
    ),
    "The column {name} has texts that differ in case or blanks only, and count as different: {shown}.": (
        "列 {name} 中有仅大小写或空白不同的文字，按不同类别处理：{shown}。"
    ),
    "The column {name} stays text, because its numbers are written in several ways or units; unlike most are {shown}.": (
        "列 {name} 仍作为文字，因为其中的数有几种写法或单位；与多数不同的有：{shown}。"
    ),
    "The column {name} writes its truth values in several ways, {true} and {false}; those of a side are the same.": (
        "列 {name} 的真假值有几种写法：真为 {true}，假为 {false}；同一方的各种写法视为相同。"
    ),
    "The column {name} is read as numbers, {cell} in row {row} as {number:.12g}.": (
        "列 {name} 按数读取，如第 {row} 行的 {cell} 读作 {number:.12g}。"
    ),
    "The column {name} is read as numbers, {cell} in row {row} as {number:.12g}, though the mark could {other} as well; "
    "{decimal} says which it is.": (
        "列 {name} 按数读取，如第 {row} 行的 {cell} 读作 {number:.12g}，不过其中的符号也可能是{other}；可用 {decimal} 指明。"
    ),
    "separate thousands": "千位分隔符",
    "be the decimal one": "小数点",
    "The column {name} is read as {kind}, {cell} in row {row} as {value}{short}{zoned}.": (
        "列 {name} 按{kind}读取，如第 {row} 行的 {cell} 读作 {value}{short}{zoned}。"
    ),
    ", years of two digits as 1969 to 2068": "，两位数的年份在 1969 到 2068 之间",
    ", times with a zone in UTC": "，带时区的时间换算成 UTC",
    "The column {name} writes its dates in {count} ways, as {shown}; all are read.": (
        "列 {name} 的日期有 {count} 种写法，如 {shown}；都已读取。"
    ),
    " and ": " 和 ",
    "all its values are missing": "它的值全部缺失",
    "The column {name} has no value in any of the {rows:,} rows; it counts as missing.": "列 {name} 的 {rows:,} 行都没有值；按缺失处理。",
    "The column {name} is read as numbers, though they look like {what}, {shown}; written as 2020-01-31 they are read as dates.": (
        "列 {name} 按数读取，虽然它们像{what}，如{shown}；写作 2020-01-31 则按日期读取。"
    ),
    "seconds since 1970": "自 1970 年起的秒数",
    "milliseconds since 1970": "自 1970 年起的毫秒数",
    "The column {name} is read as numbers, {shown}; {category} takes them for codes, each a level of its own.": (
        "列 {name} 按数读取，如{shown}；若是编码，可用 {category} 使每个数自成一类。"
    ),
    "The column {name} alone tells {target} almost perfectly; if it is known only when that is, {drop} leaves it out.": (
        "仅凭列 {name} 几乎就能完全得知 {target}；若它与目标同时才知道，可用 {drop} 略去。"
    ),
    "it is the same in all rows: {shown}": "它在每一行都相同：{shown}",
    "it is the same in all rows that have it: {shown}; {category} tells them from the others": (
        "它在所有有值的行都相同：{shown}；可用 {category} 与其他行区分"
    ),
    "it looks like an identifier: each row has another text": "它像是标识符：每一行的文字都不同",
    "it looks like an identifier or free text: it has {distinct:,} different texts in {rows:,} rows": (
        "它像是标识符或自由文本：在 {rows:,} 行中有 {distinct:,} 种不同的文字"
    ),
    "it looks like an identifier: each row has another number": "它像是标识符：每一行的数都不同",
    "it numbers the rows": "它是行号",
    "it numbers the rows, as an index that pandas writes": "它是行号，如同 pandas 写出的索引",
    "The column {name} is left out, because {reason}.": "列 {name} 已略去，因为{reason}。",
    "The column {name} is left out, because {reason}; {category} or {number} keeps it.": (
        "列 {name} 已略去，因为{reason}；用 {category} 或 {number} 可保留它。"
    ),
    "The column {name} is all there is to learn from, though {reason}.": "只有列 {name} 可供学习，虽然{reason}。",
    "The column {name} keeps the {kept} most frequent of its {levels:,} levels; {drop} leaves it out.": (
        "列 {name} 的 {levels:,} 种取值中保留最常见的 {kept} 种；可用 {drop} 略去此列。"
    ),
}

FILES = {
    "a comma": "逗号",
    "a semicolon": "分号",
    "a tab": "制表符",
    "a bar": "竖线",
    "blanks": "空格",
    "{separator} separates its columns; --separator says another": "各列以{separator}分隔；可用 --separator 另行指明",
    "runs of blanks separate its columns; --separator says another": "各列以连续的空格分隔；可用 --separator 另行指明",
    "a backslash before a quote is left out, and the quote taken as a character": "引号前的反斜杠已略去，引号按普通字符读取",
    "left out: blank lines between the rows ({count:,})": "已略去：各行之间的 {count:,} 个空行",
    "left out: rows without any value at the end ({count:,})": "已略去：末尾没有任何值的 {count:,} 行",
    "left out: the header once more ({count:,}), first in line {line}": "已略去：再次出现的表头（{count:,} 处），最先在第 {line} 行",
    "left out: lines that begin with # above the table ({count:,})": "已略去：表格上方以 # 开头的 {count:,} 行",
    "left out: lines of a title above the table ({count:,}), the first of them {text}": "已略去：表格上方的 {count:,} 行标题，首行是 {text}",
    "left out: the last row, a total, which begins with {cell}": "已略去：最后一行是合计，开头是 {cell}",
    "the first column has no name, since the header has one name less than the rows have values": "第一列没有列名，因为表头比各行少一个名称",
    "blanks behind separators are left out": "分隔符后面的空格已略去",
    "{encoding} is guessed as its encoding, since every other byte is zero; --encoding says another": (
        "推测编码为 {encoding}，因为每隔一个字节是零；可用 --encoding 另行指明"
    ),
    "{encoding} is guessed as its encoding, in which it has such words as {words}; --encoding says another": (
        "推测编码为 {encoding}，按此编码其中有 {words} 这样的文字；可用 --encoding 另行指明"
    ),
    "no header is found, since its first line looks like values, so columns are called column_1 and so on; --header says otherwise": (
        "没有找到表头，因为第一行看起来是数据，所以各列叫 column_1 等；可用 --header 另行指明"
    ),
    "its first line is taken for the names of the columns, though some look like values; --no-header says otherwise": (
        "第一行作为列名，虽然其中有些看起来是数据；可用 --no-header 另行指明"
    ),
    "blanks around names of columns are left out, as in {name}": "列名前后的空格已略去，如 {name}",
    "left out: columns without name or value, at place {places}": "已略去：没有列名也没有值的列，第 {places} 列",
    "named here, since the header has no name for them: {names}": "表头中没有列名的列，命名为：{names}",
    "left out: rows without any value ({count:,})": "已略去：没有任何值的 {count:,} 行",
    "the sheet {name} is the only one that holds cells": "工作表 {name} 是唯一有内容的一张",
}

say = Texts(COLUMNS | FILES)
"""Says a text; see :class:`halfmoon.base.language.Texts`."""
