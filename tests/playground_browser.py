"""The playground's page in a real browser, on a real server with real sessions."""

from __future__ import annotations

import json
from contextlib import contextmanager


class Playground:
    """A page that is open, and how its controls are operated.

    Attributes
    ----------
    page : playwright.sync_api.Page
    wrong : list of str
        Errors of the page, and requests that left the machine.
    """

    def __init__(self, page, server):
        self.page, self.server, self.wrong = page, server, []
        base = server.base
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda message: self.wrong.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("request", lambda request: None if request.url.startswith((base, "data:", "blob:")) else self.wrong.append(request.url))

    def open(self, query="", fragment=""):
        """Open the page, as it is from the first."""
        if self.page.url != "about:blank":
            self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
            self.page.goto("about:blank")  # another fragment alone would load nothing
        self.wrong.clear()
        self.page.goto(f"{self.server.base}/{query}#token={self.server.token}{fragment}")
        self.page.wait_for_selector('body:not([data-loss=""])')
        self.page.evaluate("import('/base/store.js').then(module => { window.m = module; })")  # the page's own, as it is

    # ---- reading ------------------------------------------------------------------------------------------------------

    def data(self, name):
        """Return what the body says of the moment, such as ``"loss"``."""
        return self.page.locator("body").get_attribute(f"data-{name}")

    @property
    def epoch(self):
        return int(self.data("epoch"))

    @property
    def loss(self):
        return float(self.data("loss"))

    def store(self, what):
        """Return what the page's store has: an expression of its module, ``m``."""
        return json.loads(self.page.evaluate(f"JSON.stringify({what})"))

    def until_store(self, condition):
        """Wait until a condition on the page's store holds; its module is ``m``."""
        self.page.wait_for_function(f"() => {condition}")

    def setting(self, path):
        tree = self.store("m.settings()")
        for key in path.split("."):
            tree = tree[int(key)] if isinstance(tree, list) else tree[key]
        return tree

    def until(self, condition):
        """Wait until a condition on the body's data holds, such as ``"Number(d.epoch) > 3"``."""
        self.page.wait_for_function(f"() => {{ const d = document.body.dataset; return {condition}; }}")

    def until_setting(self, path, value):
        """Wait until the server has taken a setting, and the newest state and frame with it are there."""
        self.page.wait_for_function(
            "([path, wanted]) => !m.store.changing"
            " && JSON.stringify(path.split('.').reduce((part, key) => part?.[key], m.settings())) === wanted",
            arg=[path, json.dumps(value, separators=(",", ":"))],
        )

    # ---- operating ----------------------------------------------------------------------------------------------------

    def open_all(self):
        """Open everything behind "more"."""
        if not self.page.locator("#more").is_visible():
            self.page.click("#more-button")
        self.page.evaluate("document.querySelectorAll('#more details').forEach(each => { each.open = true; })")

    def control(self, path, within="#more"):
        """Return the control of a setting."""
        field = self.page.locator(f'{within} [data-path="{path}"]')
        return field.locator("select, input:not([type=range])").first

    def set(self, path, value, within="#more"):
        """Set a setting by its control, as a person does, and wait for the server."""
        control = self.control(path, within)
        kind = control.evaluate("each => each.type")
        if kind == "select-one":
            control.select_option(json.dumps(value, separators=(",", ":")))
        elif kind == "checkbox":
            control.set_checked(value)
        else:
            control.fill("" if value is None else str(value))
            control.press("Enter")
        self.until_setting(path, value)

    def step(self):
        """Train an epoch."""
        wanted = self.epoch + 1
        self.page.click("#step")
        self.until(f"d.epoch === '{wanted}'")

    def play_to(self, epoch):
        """Train to an epoch, exactly."""
        self.open_all()
        self.page.fill("#stop-epoch", str(epoch))
        self.page.press("#stop-epoch", "Enter")
        self.page.click("#play")
        self.until(f"d.epoch === '{epoch}' && d.state === 'stopped'")


@contextmanager
def opened(chromium, server, *, width=1440, height=900, scheme="light", query="", fragment=""):
    """Open the page; no error may come of it, and no request may leave the machine."""
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", locale="en-GB"
    )
    playground = Playground(context.new_page(), server)
    playground.open(query, fragment)
    yield playground
    context.close()
    assert playground.wrong == []
