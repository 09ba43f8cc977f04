"""The report of an ensemble for a table: an HTML page with everything in it, to be written to a file and opened."""

from __future__ import annotations

from typing import Any

from halfmoon.base.language import speaking
from halfmoon.tabular.ensemble_fit import PreparedEnsemble
from halfmoon.tabular.ensembles.watcher import TrainingLog
from halfmoon.tabular.report.content import content, short
from halfmoon.tabular.report.translations import say
from halfmoon.tabular.table_ensemble import TableEnsemble
from halfmoon.web.page import page

SCRIPTS = ("elements.js", "numbers.js", "charts.js", "page.js")


def html(model: TableEnsemble, table: PreparedEnsemble, log: TrainingLog, *, name: str = "", lang: str | None = None) -> str:
    """Return the report of an ensemble: how good it is, what it goes by, and what was found in its table.

    Parameters
    ----------
    model : TableEnsemble
        As :func:`halfmoon.tabular.fit_ensemble` returned it.
    table : PreparedEnsemble
        What it was trained on.
    log : TrainingLog
        That was its watcher.
    name : str
        Of the table.
    lang : {"en", "zh"}, optional
        Of its words; by default the language that is spoken.

    Returns
    -------
    str
        HTML.
    """
    with speaking(lang):
        title = say("{target} from {name}", target=short(table.target.name), name=name) if name else short(table.target.name)
        data: dict[str, Any] = content(model, table, log) | {"title": title}
        return page("halfmoon.tabular.report.page", title, data, scripts=SCRIPTS, texts=say)
