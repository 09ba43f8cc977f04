"""The comparison lab: settings times seeds, trained many at a time, kept run by run, compared with an eye on the seeds' own noise."""

from halfmoon.lab.compare import compare
from halfmoon.lab.dispatch import LostWorkersError
from halfmoon.lab.results import Comparison
from halfmoon.lab.run import RunResult, Watcher
from halfmoon.lab.search import Search, search

__all__ = ["Comparison", "LostWorkersError", "RunResult", "Search", "Watcher", "compare", "search"]
