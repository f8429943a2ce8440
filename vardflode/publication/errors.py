"""What a user is told when no edition can be made."""

from __future__ import annotations


class PublicationError(Exception):
    """No edition was made; the message says what was expected, what was found and what to do."""
