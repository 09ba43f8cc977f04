"""Every text that is marked to be said has its Chinese, with the same values in it, and no table has one that nobody says."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from string import Formatter
from types import ModuleType

import click
import pytest

import halfmoon
from halfmoon.base.language import Texts
from halfmoon.cli.app import app
from halfmoon.cli.translations import HELP
from halfmoon.web.page import READ_TEXT

PACKAGE = Path(halfmoon.__file__).parent
ROOT = Path(__file__).parent.parent
CHINESE_PAGES = sorted([*ROOT.glob("*.zh-CN.md"), *(ROOT / "docs").rglob("*.zh-CN.md"), *(ROOT / "docs").glob("zh*/**/*.md")])

WRONG_WORDS = {
    r"(?<!随机)失活": "死亡单元 (失活 is dropout's)",
    "看到里面": "看进内部",
    "分不开": "无法区分",
    "斜率": "导数",
    "所有的核|(?<!内)核(?!心|对)": "核心",
}
"""Of words that mean something else, or are nobody's, the right ones."""


def speakers():
    """Yield each module that has texts, its name and its file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if re.search(r"\bsay\(", path.read_text("utf-8")) or "Texts(" in path.read_text("utf-8"):
            parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def marked(name):
    """Return the texts that a file marks: those in the first argument of ``say``, and of names that are given to it."""
    tree = ast.parse(SPEAKERS[name].read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"]
    first = [call.args[0] for call in calls if call.args]
    names = {node.id for each in first for node in worded(each) if isinstance(node, ast.Name)}
    values = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and {part.id for each in node.targets for part in ast.walk(each) if isinstance(part, ast.Name)} & names
    ]
    elsewhere = [(each.value.id, each.attr) for each in first if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name)]
    modules = [(vars(import_module(name)).get(owner), constant) for owner, constant in elsewhere]
    constants = {getattr(module, constant) for module, constant in modules if isinstance(module, ModuleType)}
    return {text for each in [*first, *values] for text in literals(each)} | constants


def literals(node):
    """Yield the texts that an expression may be."""
    yield from (part.value for part in worded(node) if isinstance(part, ast.Constant) and isinstance(part.value, str))


def worded(node):
    """Yield the parts of an expression but for conditions, the keys of dicts and of subscripts, and what calls are given."""
    yield node
    parts = ast.iter_child_nodes(node)
    if isinstance(node, ast.Dict):
        parts = node.values
    elif isinstance(node, ast.Subscript):
        parts = [node.value]
    elif isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    elif isinstance(node, ast.Call):
        parts = []
    for part in parts:
        yield from worded(part)


def first_argument(script, start):
    """Return the text from ``start`` to the comma or bracket that ends the first argument of a call in JavaScript."""
    depth, quote, at = 0, "", start
    while depth >= 0 and not (depth == 0 and not quote and script[at] == ","):
        if quote:
            quote = "" if script[at] == quote else quote
        elif script[at] in "\"'`":
            quote = script[at]
        else:
            depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(script[at], 0)
        at += 1
    return script[start:at]


def marked_in_pages(package):
    """Return the texts that the page of a package marks in its scripts, and what stands in its body."""
    found = set()
    for path in sorted(package.glob("page/*.js")):
        script = path.read_text("utf-8")
        calls = [first_argument(script, call.end()) for call in re.finditer(r"(?<!function )\bsay\(", script)]
        found |= {text for call in calls for _, text in re.findall(r"""(["'])(.*?)\1""", call)}
        assert not any("`" in call for call in calls), f"a template cannot be translated: {path.name}"
    for path in package.glob("page/body.html"):
        found |= {text for _, text in READ_TEXT.findall(path.read_text("utf-8")) if re.search(r"[A-Za-z]", text)}
    return found


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


SPEAKERS = dict(speakers())
TABLES = {id(table): (name, table) for name in SPEAKERS if isinstance(table := getattr(import_module(name), "say", None), Texts)}


def test_there_are_texts():
    assert len(TABLES) > 0


@pytest.mark.parametrize("name", SPEAKERS)
def test_every_marked_text_has_its_chinese(name):
    table = getattr(import_module(name), "say", None)
    page = marked_in_pages(SPEAKERS[name].parent) if name.endswith(".translations") else set()
    missing = (marked(name) | page) - set(table.chinese if table else ())
    assert not missing, f"add the Chinese of these to the table of {name}: {missing}"


@pytest.mark.parametrize(("name", "table"), TABLES.values(), ids=[name for name, _ in TABLES.values()])
def test_both_have_the_same_values(name, table):
    for english, chinese in table.chinese.items():
        assert fields(chinese) == fields(english), english
        assert chinese != english, english


def test_every_entry_is_said_somewhere():
    for _, table in TABLES.values():
        users = [name for name in SPEAKERS if getattr(import_module(name), "say", None) is table]
        said = set().union(*map(marked, users), *(marked_in_pages(SPEAKERS[name].parent) for name in users))
        unsaid = set(table.chinese) - said
        assert not unsaid


def chinese():
    """Yield every Chinese text, by where it stands."""
    for page in CHINESE_PAGES:
        yield str(page.relative_to(ROOT)), page.read_text("utf-8")
    for path in sorted(PACKAGE.rglob("translations.py")):
        yield str(path.relative_to(PACKAGE)), path.read_text("utf-8")


@pytest.mark.parametrize(("where", "text"), list(chinese()), ids=[where for where, _ in chinese()])
def test_chinese_words_are_the_fields(where, text):
    for wrong, right in WRONG_WORDS.items():
        assert not re.search(wrong, text), f"{right} instead of {re.search(wrong, text)[0]} in {where}"


@pytest.mark.parametrize("page", CHINESE_PAGES, ids=lambda page: page.name)
def test_links_to_english_pages_say_so(page):
    """But for the link to the same page in English, which says "English"."""
    text = page.read_text("utf-8")
    for link in re.finditer(r"\[(?!English\])[^\]]*\]\(([\w./-]+\.md)(#[\w-]+)?\)", text):
        if "zh" not in link[1]:
            assert text[link.end() :].startswith("（英文"), f"（英文） behind {link[0]}"


def helps():
    """Yield every paragraph of the command's help."""
    for command in (app, *app.commands.values()):
        options = [each.help for each in command.get_params(click.Context(command)) if isinstance(each, click.Option)]
        for text in (command.help, *options):
            for paragraph in re.split(r"\n\s*\n", (text or "").strip()):
                yield " ".join(paragraph.split())


def test_every_paragraph_of_help_has_its_chinese():
    assert {text for text in helps() if text} == set(HELP)
