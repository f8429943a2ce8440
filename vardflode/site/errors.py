"""What a user is told when no site can be made."""

from __future__ import annotations

from vardflode.publication.errors import PublicationError


class SiteError(PublicationError):
    """No site was made; the message says what was expected, what was found and what to do."""
