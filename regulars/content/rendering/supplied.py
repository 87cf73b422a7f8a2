"""What upper rooms bring into a message, as Liquid over their context: see docs/architecture.md, content."""

SHAPES = {
    "products": "products",
    "bought": "products",
    "recommendations": "products",
    "points": "points",
    "voucher": "voucher",
}  # of the names that texts may read although no room of this house brings them: a caller of the API may
MOST = 12  # products a message can list
DEFAULT_TITLES = {"points": "Your points", "voucher": "Your voucher"}
IF_NOTHING = ("leave_out", "skip")
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
BOXES = {
    "points": (
        '<div style="border:1px solid #c9c2b5;border-radius:8px;padding:14px"><b>{title}</b><br />'
        '<span style="font-size:26px;font-weight:700;color:{accent}">{{{{ {what}.balance | default: "0" }}}}</span>'
        "{{% if {what}.until %}}<br />{{{{ {what}.until }}}}{{% endif %}}</div>"
    ),
    "voucher": (
        '<div style="border:2px dashed {accent};border-radius:8px;padding:14px"><b>{title}</b>'
        "{{% if {what}.worth %}}<br />{{{{ {what}.worth }}}}{{% endif %}}"
        '<br /><span style="font-size:22px;font-family:Menlo, Consolas, monospace">'
        '{{{{ {what}.code | default: "" }}}}</span>'
        "{{% if {what}.until %}}<br />{{{{ {what}.until }}}}{{% endif %}}</div>"
    ),
    "card": (
        '<div style="border:1px solid #c9c2b5;border-radius:8px;padding:14px"><b>{title}</b>'
        '<br /><span style="font-size:20px;font-weight:600">{{{{ {what}.title | default: "" }}}}</span>'
        "{{% if {what}.text %}}<br />{{{{ {what}.text }}}}{{% endif %}}"
        '{{% if {what}.url %}}<br /><a style="color:{accent}" href="{{{{ {what}.url }}}}">'
        "{{{{ {what}.label | default: {what}.url }}}}</a>{{% endif %}}</div>"
    ),
}
