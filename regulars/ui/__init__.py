"""The design system: base pages, components, charts, formats, scripts.

It knows nothing of the domain. Words: a *place* is an entry of the rail, a *figure* a number with its meaning, a
*sheet* a white panel, a *chart* a Vega-Lite dict that becomes SVG with a table behind it.
"""
