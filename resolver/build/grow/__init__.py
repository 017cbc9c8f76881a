"""Grow gazetteers from Wikidata: pull, refresh, search, verify.

seedfile.py    a list of ids or a SPARQL query, with what it should find
responses.py   every answer of the service, kept on disk: the checkpoint of an interrupted run
fetch.py       items in batches, with redirects and deletions told apart
kinds.py       classes of an item, walked upward to one of our kinds
rows.py        facts of an item -> rows of the source tables
theme.py       a folder of source tables: read, merged with new rows, replaced as a whole
pull.py, refresh.py, verify.py, search.py    the commands
"""
