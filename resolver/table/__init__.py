"""Whole tables: every row keeps its place, and every distinct name with its hints is resolved once.

names.py        names in SQL
columns.py      answers as typed columns
hints.py        what is known beside the names: fixed, or from columns of the table
batches.py      record batches in, record batches out: the core that everything else is a skin of
settled.py      settled answers, a column at a time
dates.py        one answer for all the days on which it is the same
read.py         files, frames and tables -> a table of the database
store.py        the tables and views that hold the answers
summary.py      what a run did, counted
incremental.py  which stored answers are still good
workers.py      several processes
run.py          one run: what is new is resolved, what is still good stays
partial.py      the file beside the target, put in its place when it is complete
publish.py      files in, files out
open.py, show.py  opening and telling, for the command line
worklist.py     what did not resolve, most frequent first
diff.py         which stored answers would differ today
udf.py          the SQL function `resolve`
"""

from __future__ import annotations

from resolver.table.run import resolve_table
from resolver.table.udf import register

__all__ = ["register", "resolve_table"]
