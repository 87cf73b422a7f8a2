"""Addresses of these pages, in the namespace `web`."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.content import blocks, calendar, editor, library, pictures, preview, versions, voice

urlpatterns: list[URLPattern] = [
    path("library", library.library, name="library"),
    path("library/new", library.new, name="template_new"),
    path("library/somebody", preview.somebody, name="template_somebody"),
    path("library/<int:template_id>", versions.template, name="template"),
    path("library/<int:template_id>/change", library.change, name="template_change"),
    path("library/<int:template_id>/edit", editor.edit, name="template_edit"),
    path("library/<int:template_id>/save", editor.save, name="template_save"),
    path("library/<int:template_id>/preview", preview.preview, name="template_preview"),
    path("library/<int:template_id>/envelope", preview.envelope, name="template_envelope"),
    path("library/<int:template_id>/test", preview.test, name="template_test"),
    path("library/<int:template_id>/restore/<int:number>", versions.restore, name="template_restore"),
    path("library/blocks", blocks.blocks, name="blocks"),
    path("library/blocks/new", blocks.block, name="block_new"),
    path("library/blocks/<int:block_id>", blocks.block, name="block"),
    path("library/blocks/<int:block_id>/archive", blocks.archive, name="block_archive"),
    path("library/pictures", pictures.pictures, name="pictures"),
    path("library/pictures/add", pictures.add, name="picture_add"),
    path("library/pictures/<int:picture_id>", pictures.describe, name="picture_describe"),
    path("library/voice", voice.voice, name="voice"),
    path("library/calendar", calendar.calendar, name="calendar"),
    path("library/calendar/note", calendar.note, name="calendar_note"),
    path("media/<str:name>", pictures.media, name="media"),
]
