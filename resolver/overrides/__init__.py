"""Human decisions about names: kept as text, applied last, surviving rebuilds and merged ids.

row.py         one decision
collection.py  a set of them, free of contradictions; text and back
store.py       the file on disk, changed so that nothing is lost
apply.py       decisions over answers, inside a resolver
text.py        decisions in running text
check.py       what a person should look at again
show.py        decisions for a terminal
table.py       the table `decision` of a DuckDB database
"""

from __future__ import annotations

from resolver.overrides.collection import Overrides, contradict
from resolver.overrides.row import COLUMNS, Capitals, Decision, Override, capitals
from resolver.overrides.store import add_overrides, change_overrides, decide_now, read_default, remove_overrides

__all__ = [
    "COLUMNS",
    "Capitals",
    "Decision",
    "Override",
    "Overrides",
    "add_overrides",
    "capitals",
    "change_overrides",
    "contradict",
    "decide_now",
    "read_default",
    "remove_overrides",
]
