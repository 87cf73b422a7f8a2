"""What upper rooms bring into a message, as Liquid over their context: see docs/architecture.md, content."""

SUPPLIED = ("recommendations", "points", "voucher")
DEFAULT_TITLES = {"points": "Your points", "voucher": "Your voucher"}
ROW = (
    "{{% for p in {what} limit: {most} %}}<tr>"
    '{{% if p.image %}}<td width="96" style="padding:8px 12px 8px 0;width:96px"><img src="{{{{ p.image }}}}" alt=""'
    ' width="84" style="display:block;border-radius:6px" /></td>{{% endif %}}'
    '<td style="padding:8px 0;vertical-align:middle">'
    '{{% if p.url %}}<a style="color:{accent};font-weight:600" href="{{{{ p.url }}}}">'
    '{{{{ p.name | default: "" }}}}</a>'
    '{{% else %}}<b>{{{{ p.name | default: "" }}}}</b>{{% endif %}}'
    "{{% if p.price %}}<br />{{{{ p.price }}}}{{% endif %}}</td></tr>{{% endfor %}}"
)
POINTS = (
    '<div style="border:1px solid #c9c2b5;border-radius:8px;padding:14px"><b>{title}</b><br />'
    '<span style="font-size:26px;font-weight:700;color:{accent}">{{{{ points.balance | default: "0" }}}}</span>'
    "{{% if points.until %}}<br />{{{{ points.until }}}}{{% endif %}}</div>"
)
VOUCHER = (
    '<div style="border:2px dashed {accent};border-radius:8px;padding:14px"><b>{title}</b>'
    "{{% if voucher.worth %}}<br />{{{{ voucher.worth }}}}{{% endif %}}"
    '<br /><span style="font-size:22px;font-family:Menlo, Consolas, monospace">'
    '{{{{ voucher.code | default: "" }}}}</span>'
    "{{% if voucher.until %}}<br />{{{{ voucher.until }}}}{{% endif %}}</div>"
)
