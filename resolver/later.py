"""Values some fields of which are worked out when first looked at: most answers are never looked at closely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self


class Maker(Protocol):
    """Works out what is not known yet of a candidate or an answer."""

    @property
    def probability(self) -> float:
        """Of the best candidate."""

    @property
    def qid(self) -> str:
        """Of the best candidate."""

    def make(self, held: Any, field: str) -> Any:
        """The field of a candidate or an answer."""


class MadeLater:
    """Base of a frozen data class with slots whose instances may leave fields to a maker."""

    __slots__ = ("_maker",)
    _maker: Maker

    def leave(self, maker: Maker, *fields: str) -> Self:
        """Forget some fields, to be made anew; only for a value that nobody else has seen."""
        for name in fields:
            object.__delattr__(self, name)
        object.__setattr__(self, "_maker", maker)
        return self

    @property
    def maker(self) -> Maker | None:
        """What works out the fields that were left; None where all are given."""
        try:
            return self._maker
        except AttributeError:
            return None

    if not TYPE_CHECKING:  # an attribute that is misspelt is found by the type checker

        def __getattr__(self, name: str) -> Any:
            if name not in self.__dataclass_fields__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            value = self._maker.make(self, name)
            object.__setattr__(self, name, value)
            return value
