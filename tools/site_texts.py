"""Keeps the catalogues of the site's Chinese, docs/locale/zh_CN/LC_MESSAGES, in step with the English pages.

    python tools/site_texts.py            # new texts come in with an empty translation, those that are gone go
    python tools/site_texts.py --check    # says which are missing, and changes nothing

Translated are the start page, installation, the tutorial with its glossary, and the exercise. What sphinx-gallery itself puts on
every page of the tutorial is translated here, once.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "docs" / "locale" / "zh_CN" / "LC_MESSAGES"

TRANSLATED = re.compile(r"(index|installation|exercise|glossary|tutorial/.*)\.po")
"""The pages, by their catalogues."""

THEME = "sphinx.po"
"""What the theme says and has no Chinese for; it is of no page."""

HEADER = b"""msgid ""
msgstr ""
"Language: zh_CN\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
"""That of a catalogue, without the dates that change whenever it is written."""

REPEATED = {
    r":ref:`Go to the end <(\w+)>` to download the full example code\.": r":ref:`跳到末尾 <\1>` 下载完整的示例代码。",
    r":download:`Download Jupyter notebook: (\S+) <(\S+)>`": r":download:`下载 Jupyter 笔记本：\1 <\2>`",
    r":download:`Download Python source code: (\S+) <(\S+)>`": r":download:`下载 Python 源代码：\1 <\2>`",
    r":download:`Download zipped: (\S+) <(\S+)>`": r":download:`下载压缩包：\1 <\2>`",
}
"""What sphinx-gallery says, as patterns, and how it is put in Chinese."""


def extracted() -> Iterator[tuple[str, Catalog]]:
    """Yield the texts that are there now, by page."""
    with tempfile.TemporaryDirectory(prefix="halfmoon-texts-") as name:
        options = ["-b", "gettext", "-q", "-t", "texts", "-D", "plot_gallery=False"]
        command = [sys.executable, "-m", "sphinx", *options, "-d", f"{name}/doctrees"]
        paths = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
        subprocess.run([*command, ROOT / "docs", f"{name}/texts"], env=os.environ | {"PYTHONPATH": paths}, check=True)
        for path in sorted(Path(name, "texts").rglob("*.pot")):
            page = str(path.relative_to(Path(name, "texts")).with_suffix(".po"))
            if TRANSLATED.fullmatch(page):
                yield page, read_po(path.open("rb"))


def updated(page: str, template: Catalog) -> Catalog:
    """Return the catalogue of a page with the texts of a template, and the translations that it has of them."""
    path = CATALOGUES / page
    old = read_po(path.open("rb"), locale="zh_CN") if path.exists() else Catalog(locale="zh_CN")
    new = Catalog(locale="zh_CN")
    for message in template:
        if message.id:
            before = old.get(message.id)
            known = before.string if before and not before.fuzzy else ""
            new.add(message.id, known or _repeated(str(message.id)))
    return new


def _repeated(text: str) -> str:
    for pattern, chinese in REPEATED.items():
        if found := re.fullmatch(pattern, text):
            return found.expand(chinese)
    return ""


def _messages(catalog: Catalog) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalog if isinstance(message, Message) and message.id}


def missing() -> Iterator[str]:
    """Yield what the catalogues lack, and what they have that is said nowhere, a sentence each."""
    templates = dict(extracted())
    for page, template in templates.items():
        path = CATALOGUES / page
        there = _messages(read_po(path.open("rb"))) if path.exists() else {}
        fuzzy = {str(message.id) for message in read_po(path.open("rb")) if message.fuzzy and message.id} if path.exists() else set()
        needed = _messages(template)
        yield from (f"{page}: without Chinese: {text}" for text in needed if not there.get(text))
        yield from (f"{page}: fuzzy: {text}" for text in fuzzy)
        yield from (f"{page}: said nowhere: {text}" for text in there if text not in needed)
    for path in sorted(CATALOGUES.rglob("*.po")):
        if str(path.relative_to(CATALOGUES)) not in {*templates, THEME}:
            yield f"{path.relative_to(CATALOGUES)}: of no page"


def update() -> None:
    """Write the catalogues anew."""
    for page, template in extracted():
        path = CATALOGUES / page
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = updated(page, template)
        with path.open("wb") as file:
            file.write(HEADER)
            write_po(file, catalog, width=120, omit_header=True)
        empty = sum(not text for text in _messages(catalog).values())
        print(f"{page}: {len(_messages(catalog))} texts, {empty} without Chinese")


def main() -> int:
    """Do what the arguments say, and return how the process should end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing")
    if not parser.parse_args().check:
        update()
        return 0
    found = list(missing())
    for line in found:
        print(line, file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
