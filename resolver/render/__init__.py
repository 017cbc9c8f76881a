"""What people see of an annotated text: files read, and mentions as table, JSON, page and DuckDB tables.

    text.py       a file's bytes -> text, or one line that says what it is instead
    document.py   a text with its mentions; which of them to keep, which lie inside others
    files.py      many files in turn; a file written whole or not at all
    formats.py    table for a terminal, JSON, JSON lines
    page.py       a page for a browser that needs nothing else; page.css and kinds.py are its look
    marks.py      the mentions of one text as HTML
    visible.py    characters that hide or turn text, made visible
    store.py      tables `document` and `mention` and the view `mention_resolved` in a DuckDB file

Nothing here finds or resolves: what is shown is in the mentions.
"""

from __future__ import annotations

from resolver.render.document import Document, Mention, of_kinds
from resolver.render.files import annotate_files, expand
from resolver.render.formats import write_json, write_jsonl, write_table
from resolver.render.page import write_html
from resolver.render.text import decode_text, read_text

__all__ = [
    "Document",
    "Mention",
    "annotate_files",
    "decode_text",
    "expand",
    "of_kinds",
    "read_text",
    "write_html",
    "write_json",
    "write_jsonl",
    "write_table",
]
