"""The design system: base templates, components, charts, htmx helpers."""
