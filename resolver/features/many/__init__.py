"""Evidence between many pairs of names at once, a column at a time.

Each file is the twin of one that judges a single pair and gives the same numbers to the last digit; tests hold them
equal. What is rare is left to the single way.
"""

from resolver.features.many.align import Aligned, aligned
from resolver.features.many.facts import Names
from resolver.features.many.vector import Measured, measured

__all__ = ["Aligned", "Measured", "Names", "aligned", "measured"]
