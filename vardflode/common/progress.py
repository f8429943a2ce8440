"""What a person sees while something works: one line a step, through the ordinary logging."""

from __future__ import annotations

import logging

progress = logging.getLogger("vardflode")
