"""Checks a built site: links and anchors lead somewhere, pictures say what they show, nothing comes from the network.

python tools/check_site.py site
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {("script", "src"), ("link", "href"), ("img", "src"), ("img", "srcset"), ("source", "src"), ("video", "src"), ("iframe", "src")}
"""What a browser loads by itself."""

KEPT = {"canonical", "next", "prev", "index", "search", "alternate"}
"""The kinds of ``link`` that it does not."""

ABSOLUTE = {"404.html"}
"""Pages that are shown at any address, and so link from the root of the host."""

STYLE_URL = re.compile(r"url\(\s*['\"]?(https?:)?//|@import\s+['\"]https?:")


@dataclass
class Page(HTMLParser):
    """The links of a page, its anchors, and what is wrong with it by itself."""

    path: Path
    links: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag links to, loads and is called."""
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "img" and "alt" not in given:  # an empty one says that the picture is decoration
            self.wrong.append(f"a picture without words: {given.get('src')}")
        for name, value in given.items():
            loaded = (tag, name) in LOADED and given.get("rel") not in KEPT
            if loaded and re.match(r"(https?:)?//", value):
                self.wrong.append(f"comes from the network: {value}")
            if (tag, name) in {*LOADED, ("a", "href")} and name != "srcset":
                self.links.append(value)


def problems(folder: Path) -> Iterator[str]:
    """Yield what is wrong, a sentence each."""
    pages = {path: Page(path) for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts}
    for path, page in pages.items():
        where = path.relative_to(folder)
        yield from (f"{where}: {each}" for each in page.wrong)
        if path.name not in ABSOLUTE:
            yield from (f"{where}: leads nowhere: {link}" for link in page.links if not _leads(link, path, pages))
    for path in folder.rglob("*.css"):
        if STYLE_URL.search(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(folder)}: a style from the network"


def _leads(link: str, path: Path, pages: dict[Path, Page]) -> bool:
    """Tell whether a link leads to a file, and its anchor to a place in it; of other hosts nothing is asked."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or not link:
        return True
    target = Path(path.parent, unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return False
    if parts.fragment and target in pages:
        return unquote(parts.fragment) in pages[target].anchors
    return True


def main(folder: Path) -> int:
    """Print what is wrong, and return how the process should end."""
    found = sorted(set(problems(folder.resolve())))
    for line in found:
        print(line, file=sys.stderr)
    if not found:
        print(f"{folder}: every link leads somewhere, and nothing comes from the network.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
