"""Readers of outside facts: one file per source, each yielding the same rows."""
