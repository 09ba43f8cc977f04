"""Whether an installed playground serves its page whole; ``make package`` runs it where the wheel and its extra are, and nothing else.

It starts ``halfmoon playground``, for one person and for a class, and follows the page from ``/``: every style, icon, script and import
must come, with its type, and every file of the installed page must be met on the way. It exits 1 with a sentence where that is not so.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
NAMED = {
    "text/html": r'(?:href|src)="([^"#]+)"',
    "text/css": r'url\("?([^")]+)"?\)',
    "text/javascript": r'(?:^import|^export|\bfrom|\bimport\()\s*"([^"]+)"',
}
"""How a file names others, by its type."""


@contextmanager
def playground(*options: str) -> Iterator[str]:
    """Run the installed command, and yield its address."""
    command = [sys.executable, "-P", "-m", "halfmoon", "playground", "--no-browser", "--lang", "en", "--port", "0", *options]
    environment = os.environ | {"HALFMOON_PASSWORD": "half a moon"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        for line in process.stdout or []:
            if found := re.search(r"http://[\w.]+:\d+", line):
                yield found[0]
                return
        sys.exit("the playground did not start")
    finally:
        process.terminate()
        process.wait(10)


def crawl(base: str) -> set[str]:
    """Fetch the page and all that it names; return the paths."""
    waiting, met = ["/"], set[str]()
    while waiting:
        path = waiting.pop()
        if path in met:
            continue
        met.add(path)
        try:
            with urlopen(f"{base}{path}") as answer:  # noqa: S310 - the playground, by http
                kind, text = answer.headers.get_content_type(), answer.read().decode("utf-8")
        except HTTPError as error:
            sys.exit(f"{path} must be served, the answer is {error.code}")
        expected = TYPES["." + path.rpartition(".")[2]] if "." in path else "text/html"
        if kind != expected or not text:
            sys.exit(f"{path} must come as {expected}, it is {kind} of {len(text)} characters")
        for name in re.findall(NAMED.get(kind, "(?!)"), text, re.MULTILINE):
            target = urljoin(f"{base}{path}", name)
            if not target.startswith(f"{base}/"):
                sys.exit(f"{path} must name files of the playground's own, it names {name}")
            waiting.append(urlsplit(target).path)
    return met


def installed(folder: Traversable, at: str = "/") -> Iterator[str]:
    """Yield the paths of a page's files, but for Python's."""
    for each in folder.iterdir():
        if each.is_dir() and each.name != "__pycache__":
            yield from installed(each, f"{at}{each.name}/")
        elif each.is_file() and not each.name.endswith(".py"):
            yield f"{at}{each.name}"


def main() -> None:
    """Check both playgrounds."""
    with playground() as base:
        met = crawl(base)
    if missed := set(installed(files("halfmoon.playground.page"))) - met - {"/index.html"}:
        sys.exit(f"every file of the page must be used, {', '.join(sorted(missed))} are not")
    with playground("--serve") as base:
        password = crawl(base)
    if len(password) < 2:  # noqa: PLR2004 - the page that asks for the password, and its style
        sys.exit("the page that asks for the password must have its style")
    sys.stdout.write(f"the playground serves all {len(met) + len(password)} files of its two pages\n")


if __name__ == "__main__":
    main()
