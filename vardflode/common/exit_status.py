"""What the commands' exit statuses mean: shown in each command's help, README and operations.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum


class Exit(IntEnum):
    """Exit statuses, the same for every command."""

    OK = 0
    FAILED = 1
    UNUSABLE = 2
    REJECTED = 3
    BUSY = 4
    INTERRUPTED = 130
    TERMINATED = 143


MEANS: Mapping[Exit, str] = {
    Exit.OK: "all went well",
    Exit.FAILED: "it was not done, or what was looked at is not right; what is in force is untouched",
    Exit.UNUSABLE: "the command, a setting, or what it should read cannot be used; nothing was done",
    Exit.REJECTED: "a warehouse is in force, but a delivery was rejected or a folder in `raw/` is unknown",
    Exit.BUSY: "another `vardflode` works in the same folder; nothing was done",
    Exit.INTERRUPTED: "stopped by Ctrl-C",
    Exit.TERMINATED: "stopped by SIGTERM",
}
_BUSY = MEANS[Exit.BUSY]
# Of each command what it may end with besides being stopped, and what that means there.
COMMANDS: Mapping[str, Mapping[Exit, str]] = {
    "build": {
        Exit.OK: "the warehouse is built, or nothing was new",
        Exit.FAILED: "no new warehouse: a critical check or a step failed; the one in force is untouched",
        Exit.UNUSABLE: "the command, a setting, contract or suite cannot be used, or there are no deliveries",
        Exit.REJECTED: "the warehouse is built, but a delivery was rejected or a folder in `raw/` is unknown",
        Exit.BUSY: _BUSY,
    },
    "status": {
        Exit.OK: "a warehouse is in force and nothing was rejected",
        Exit.FAILED: "there is no warehouse, or it is damaged",
        Exit.UNUSABLE: "the command, a setting or the contract cannot be used",
        Exit.REJECTED: MEANS[Exit.REJECTED],
    },
    "scenario": {
        Exit.OK: "the scenarios were computed",
        Exit.FAILED: "the page could not be written, or the warehouse is damaged",
        Exit.UNUSABLE: "the file, group or area cannot be used, or there is no forecast in the warehouse",
    },
    "disclose": {
        Exit.OK: "the tables are published",
        Exit.FAILED: "nothing was published: the warehouse cannot be used, or a count cannot be protected",
        Exit.UNUSABLE: "the command or a setting cannot be used, or there is no warehouse",
        Exit.BUSY: _BUSY,
    },
    "publish": {
        Exit.OK: "the edition is released",
        Exit.FAILED: "the screening found errors: it lies in OUT/.candidate with the findings",
        Exit.UNUSABLE: "the command, edition file, published tables or edition before cannot be used",
        Exit.BUSY: _BUSY,
    },
    "site": {
        Exit.OK: "the site is in its folder",
        Exit.FAILED: "it could not be made; what lay in the folder is untouched",
        Exit.UNUSABLE: "the command, a setting, published tables or edition cannot be used, or something "
        "else lies in the folder",
        Exit.BUSY: _BUSY,
    },
    "verify": {
        Exit.OK: "the edition is as it was released",
        Exit.FAILED: "a file of it was changed, is missing or was added",
        Exit.UNUSABLE: "the folder holds no edition, or cannot be read",
    },
    "attack": {
        Exit.OK: "no count that may be small could be proved to within less than 4",
        Exit.FAILED: "holes, with their intervals and what gives them away; or figures that contradict",
        Exit.UNUSABLE: "the folder holds no published tables, or what it holds cannot be read",
    },
    "sql": {
        Exit.OK: "the query ran",
        Exit.FAILED: "the query failed, or the file could not be read",
        Exit.UNUSABLE: "the command or a setting cannot be used, or there is no warehouse",
    },
    "synth": {
        Exit.OK: "the registers are written",
        Exit.FAILED: "they could not be written",
        Exit.UNUSABLE: "a value cannot be used, or something else lies in the way; nothing was written",
    },
    "ui": {
        Exit.OK: "it was stopped with Ctrl-C",
        Exit.FAILED: "it could not start",
        Exit.UNUSABLE: "the command or a setting cannot be used, or the port is taken",
    },
}


def epilog(command: str | None = None) -> str:
    """The end of a command's help; without a command of the help of all."""
    meanings = {**(COMMANDS[command] if command else MEANS)}
    for stop in (Exit.INTERRUPTED, Exit.TERMINATED):
        if command != "ui":
            meanings.setdefault(stop, MEANS[stop])
    lines = (f"  {status:<3}  {means.replace('`', '')}" for status, means in meanings.items())
    return "\n".join(["\b", "Exit status:", *lines])


def table(*commands: str) -> Iterator[str]:
    """A table in Markdown: a row a status; a column a command, or what it means everywhere."""
    yield "| exit status | " + " | ".join(f"`{name}`" for name in commands or ("meaning",)) + " |"
    yield "|---|" + "---|" * max(len(commands), 1)
    columns = [COMMANDS[name] for name in commands] or [MEANS]
    for status in Exit:
        cells = [column.get(status, "–") for column in columns]
        if set(cells) != {"–"}:
            yield f"| {status} | " + " | ".join(cells) + " |"
