"""The review screen: one name at a time, one key a decision."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from resolver.errors import InputError, OverrideConflict, ResolverError
from resolver.explain import printable
from resolver.overrides import Override
from resolver.review import screen
from resolver.review.items import Row, read_rows
from resolver.review.session import SHOWN, Session


class ReviewApp(App[None]):
    """Walks a session's names.

    Args:
        session: What to review.
        database: Where the names come from, to show rows.
    """

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = ""
    TITLE = "resolver review"
    CSS = """
    Screen { background: ansi_default; color: ansi_default; overflow: hidden; }
    #top { height: 1; text-style: reverse; }
    #heading { height: 2; margin: 0 1; }
    .title { height: 1; margin: 0 1; text-style: dim; }
    #rows { height: auto; max-height: 3; margin: 0 1; }
    #choices { height: auto; max-height: 9; margin: 0 1; }
    #scroll { height: 1fr; margin: 0 1; scrollbar-size-vertical: 1; background: ansi_default;
              scrollbar-color: ansi_white; scrollbar-color-hover: ansi_white; scrollbar-color-active: ansi_white;
              scrollbar-background: ansi_black; scrollbar-background-hover: ansi_black;
              scrollbar-background-active: ansi_black; }
    #reasons { height: auto; }
    #told { height: auto; min-height: 1; max-height: 4; margin: 0 1; text-style: bold; }
    #ask { height: 1; border: none; padding: 0 1; display: none; background: ansi_default; color: ansi_default; }
    #keys { height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a,enter", "accept", priority=False),
        *(Binding(str(n), f"choose({n - 1})") for n in range(1, SHOWN + 1)),
        Binding("down,j", "mark(1)"),
        Binding("up,k", "mark(-1)"),
        Binding("s,slash", "ask('search')"),
        Binding("w", "ask('why')"),
        Binding("n", "none"),
        Binding("x", "never"),
        Binding("space,right", "move(1)"),
        Binding("b,left", "move(-1)"),
        Binding("u", "undo"),
        Binding("g", "general"),
        Binding("pagedown", "read(1)"),
        Binding("pageup", "read(-1)"),
        Binding("question_mark", "help"),
        Binding("escape", "cancel"),
        Binding("q,ctrl+c", "quit"),
    ]

    def __init__(self, session: Session, database: Path) -> None:
        super().__init__(ansi_color=True)
        self.session = session
        self.database = database
        self.marked = 0
        self.asked = ""
        self.helping = False
        self._rows: list[Row] = []
        self._rows_note = ""

    def compose(self) -> ComposeResult:
        """The parts of the screen from top to bottom."""
        yield Static(id="top")
        yield Static(id="heading")
        yield Static(id="rows_title", classes="title")
        yield Static(id="rows")
        yield Static(id="choices_title", classes="title")
        yield Static(id="choices")
        yield Static(id="reasons_title", classes="title")
        with VerticalScroll(id="scroll", can_focus=False):
            yield Static(id="reasons")
        yield Static(id="told")
        yield Input(id="ask", disabled=True)
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Show the first name."""
        self._read_rows()
        self._show()

    def on_resize(self, _event: events.Resize) -> None:
        """Lines are as wide as the terminal."""
        self._show()

    # -- showing

    def _read_rows(self) -> None:
        item = self.session.item
        self._rows, self._rows_note = [], ""
        if item is None:
            return
        try:
            self._rows = read_rows(self.database, item)
            self._rows_note = "" if self._rows else "the rows themselves are not in this database"
        except InputError as error:
            self._rows_note = str(error).removeprefix(f"{self.database}: ")

    def _show(self) -> None:
        session, width = self.session, self.size.width - 2
        item = session.item
        put = self._put
        put("top", screen.progress(session, self.database.name, self.size.width))
        put("keys", screen.keys(self.size.width))
        for part in ("rows_title", "choices_title", "reasons_title"):
            self.query_one(f"#{part}").display = item is not None
        if item is None:
            done = f"That was the last name. {session.decided:,} decisions are in {session.path}"
            put("heading", Text(screen.clipped(done if session.items else "Nothing is left to review.", width) + "\n"))
            for part in ("rows", "choices", "reasons"):
                put(part, Text())
            return
        self.marked = max(0, min(self.marked, len(session.candidates) - 1))
        put("heading", screen.heading(session, item, width))
        put("rows_title", _rule(f"in {self._rows[0].place}" if self._rows else "rows", width))
        put("rows", screen.surroundings(self._rows, width, self._rows_note))
        put("choices_title", _rule(f"found for {session.sought}" if session.sought else "candidates", width))
        put("choices", screen.choices(session.candidates, self.marked, width, session.sought))
        chosen = session.candidates[self.marked] if session.candidates else None
        if self.helping:
            put("reasons_title", _rule("keys", width))
            put("reasons", screen.help_text(width))
        else:
            put("reasons_title", _rule(f"{chosen.entity.label}, {chosen.entity.qid}" if chosen else "", width))
            put("reasons", screen.reasons(chosen, session.countries(chosen.entity) if chosen else (), width))
        for part in ("rows_title", "rows", "choices_title", "choices"):
            self.query_one(f"#{part}").display = not self.helping
        self.query_one("#scroll", VerticalScroll).scroll_home(animate=False)

    def _put(self, part: str, text: Text) -> None:
        self.query_one(f"#{part}", Static).update(text)

    def _tell(self, words: str, *, wrong: bool = False) -> None:
        words = printable(" ".join(words.split()))
        # What went wrong may take several lines; what went right fits on one.
        shown = words if wrong else screen.clipped(words, self.size.width - 2)
        self._put("told", Text(shown, style="red" if wrong else "green"))

    def _onward(self, row: Override | None = None) -> None:
        self.marked = 0
        self.helping = False
        self._read_rows()
        self._show()
        if row is not None:
            self._tell(f"saved: {row.shown_name()} = {row.verdict()}")

    # -- keys

    def action_accept(self) -> None:
        """The name means the marked candidate."""
        self._decide("choose", self.marked)

    def action_choose(self, number: int) -> None:
        """The name means candidate `number`."""
        self._decide("choose", number)

    def action_none(self) -> None:
        """The name means no entity."""
        self._decide("none")

    def action_never(self) -> None:
        """The name never means the marked candidate."""
        self._decide("never", self.marked)

    def _decide(self, how: str, *number: int) -> None:
        try:
            row: Override = getattr(self.session, how)(*number)
        except OverrideConflict as error:
            self._tell(str(error).removeprefix(f"{self.session.path}: "), wrong=True)
        except ResolverError as error:
            self._tell(str(error), wrong=True)
        else:
            self._onward(row)

    def action_move(self, by: int) -> None:
        """Go on or back without deciding."""
        self.session.move(by)
        self._onward()
        self._tell("skipped" if by > 0 else "")

    def action_undo(self) -> None:
        """Take the last decision back."""
        try:
            row = self.session.undo()
        except ResolverError as error:
            self._tell(str(error), wrong=True)
            return
        self._onward()
        self._tell(f"taken back: {row.shown_name()} = {row.verdict()}" if row else "nothing to undo")

    def action_mark(self, by: int) -> None:
        """Look at another candidate."""
        self.marked += by
        self._show()

    def action_general(self) -> None:
        """Switch between a decision for the hints that stood with the name and one for all."""
        self.session.general = not self.session.general
        self._show()

    def action_read(self, by: int) -> None:
        """Read on in the evidence, or back."""
        self.query_one("#scroll", VerticalScroll).scroll_relative(y=4 * by, animate=False)

    def action_help(self) -> None:
        """Show what every key does in the place of the candidates, or put them back."""
        self.helping = not self.helping
        self._show()

    def action_ask(self, what: str) -> None:
        """Ask for a name to search, or for a reason."""
        self.asked = what
        field = self.query_one("#ask", Input)
        field.placeholder = {
            "search": "another name, or an id such as Q43; Enter searches, Escape leaves it",
            "why": "the reason for this and the next decisions; Enter keeps it, Escape leaves it",
        }[what]
        field.value = self.session.why if what == "why" else ""
        self.query_one("#told").display = False
        field.display = True
        field.disabled = False
        self.set_focus(field)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Search, or keep the reason."""
        text = event.value.strip()
        asked = self.asked
        self._leave()
        if asked == "why":
            self.session.why = text
            self._tell(f"reason: {text}" if text else "no reason of your own")
        elif self.session.search(text):
            self.marked = 0
            self._show()
            self._tell("")
        else:
            self._tell(f"nothing found for {text}", wrong=True)

    def action_cancel(self) -> None:
        """Leave the search and what it found."""
        if self.asked:
            self._leave()
        elif self.helping:
            self.action_help()
        elif self.session.sought:
            self.session.look()
            self.marked = 0
            self._show()

    def _leave(self) -> None:
        self.asked = ""
        field = self.query_one("#ask", Input)
        field.display = False
        field.disabled = True
        self.query_one("#told").display = True
        self.set_focus(None)


def _rule(title: str, width: int) -> Text:
    words = screen.clipped(printable(title), width - 6)
    return Text(f"── {words} ".ljust(width, "─") if words else "─" * width)
