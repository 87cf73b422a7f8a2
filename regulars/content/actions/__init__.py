"""What can be done with texts: the only writer of this room's tables."""

from regulars.content.actions.blocks import archive_block, create_block, save_block
from regulars.content.actions.calendar import add_note, remove_note
from regulars.content.actions.pictures import add_media, add_picture, describe_picture
from regulars.content.actions.publishing import compile_draft, publish, version_for_test
from regulars.content.actions.templates import (
    Overtaken,
    archive_template,
    copy_template,
    create_template,
    remove_language,
    rename_template,
    restore_version,
    save_draft,
    set_aside,
    undo_draft,
)
from regulars.content.actions.voice import save_voice
from regulars.content.rendering import ContentError

__all__ = [
    "ContentError", "Overtaken", "add_media", "add_note", "add_picture", "archive_block", "archive_template",
    "compile_draft", "copy_template", "create_block", "create_template", "describe_picture", "publish",
    "remove_language", "remove_note", "rename_template", "restore_version", "save_block", "save_draft", "save_voice",
    "set_aside", "undo_draft", "version_for_test",
]  # fmt: skip
