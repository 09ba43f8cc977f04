"""The comparison lab: settings times seeds, trained many at a time, kept run by run, compared with an eye on the seeds' own noise."""

from halfmoon.lab.comparing import compare
from halfmoon.lab.executing import LostWorkersError
from halfmoon.lab.results import Comparison
from halfmoon.lab.runs import Run
from halfmoon.lab.searching import Search, search
from halfmoon.lab.watching import Watcher

__all__ = ["Comparison", "LostWorkersError", "Run", "Search", "Watcher", "compare", "search"]
