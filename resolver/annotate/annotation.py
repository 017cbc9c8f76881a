"""A mention found in a text, with its resolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resolver.model import Resolution


@dataclass(frozen=True, slots=True)
class Annotation:
    """One mention in a text.

    Attributes:
        start: Its first code point in the raw text.
        end: The code point after its last.
        surface: The raw text between them.
        resolution: What it means, as everywhere else; the same words may mean different entities in one text.
    """

    start: int
    end: int
    surface: str
    resolution: Resolution

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for `json.dumps`."""
        return {
            "start": self.start,
            "end": self.end,
            "surface": self.surface,
            "resolution": self.resolution.to_dict(),
        }
