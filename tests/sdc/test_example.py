"""The worked example of the documentation is what the code does."""

from __future__ import annotations

import contextlib
import io
import re

from vardflode.settings import PROJECT

PAGE = (PROJECT / "docs" / "audit.md").read_text(encoding="utf-8")


def test_the_worked_example_prints_what_the_page_says() -> None:
    code, says = re.search(r"```python\n(.*?)```\n+```text\n(.*?)```", PAGE, re.DOTALL).groups()  # type: ignore[union-attr]
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    assert out.getvalue() == says


def test_the_page_names_every_constant_that_was_tuned() -> None:
    text = (PROJECT / "vardflode" / "sdc" / "tuning.py").read_text(encoding="utf-8")
    names = set(re.findall(r"^([A-Z_]+)\b", text, re.MULTILINE))
    assert names - {"SLACK"} <= set(re.findall(r"`([A-Z_]+)`", PAGE))
