"""Contact exports of mailing tools, with what people said and what bounced: one file per tool, of equal shape.

Each tool says by which columns its files are known (`marks`), what they mean (`columns`), which mean nothing here
(`ignored`), and in `standing` what a row says about consent. `reading.py` makes people of the rows; the import itself
is that of `csv`.
"""

from regulars.events.sources.contacts import klaviyo, listmonk, mailchimp, mautic
from regulars.events.sources.contacts.tools import Tool, folded

TOOLS = (mailchimp.TOOL, klaviyo.TOOL, listmonk.TOOL, mautic.TOOL)


def tool_of(names: list[str]) -> Tool | None:
    """Whose export has these columns; None when it is nobody's we know."""
    there = {folded(name) for name in names}
    return next((tool for tool in TOOLS if any(mark <= there for mark in tool.marks)), None)


def by_key(key: str) -> Tool:
    """The tool of this name. Raises KeyError."""
    return next(tool for tool in TOOLS if tool.key == key)
