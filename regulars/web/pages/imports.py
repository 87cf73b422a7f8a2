"""Imports: upload a file, say what its columns mean, try it without effect, then let it run."""

from types import SimpleNamespace

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.events.models import Import
from regulars.events.sources import csv
from regulars.events.sources.csv.mapping import FIELDS, WHAT
from regulars.events.sources.csv.values import ORDERS
from regulars.team.permissions import allowed
from regulars.ui import formats, toasts
from regulars.web import uploads
from regulars.web.pages.sources import tabbed

KINDS = [
    ("purchases", gettext_lazy("Purchases: one line per order or per product of an order")),
    ("people", gettext_lazy("People: one line per customer")),
    ("consents", gettext_lazy("Consents: one line per yes or no, with its proof")),
    ("contacts", gettext_lazy("Contacts: an export of Mailchimp, Klaviyo, Mautic or listmonk, with their consents")),
]
OF = [
    ("", gettext_lazy("nobody knows: no consent is taken from it")),
    ("subscribed", gettext_lazy("people who are subscribed: they agreed to e-mail")),
    ("unsubscribed", gettext_lazy("people who unsubscribed")),
    ("cleaned", gettext_lazy("addresses that bounced")),
    ("nonsubscribed", gettext_lazy("people who never subscribed")),
]
OWN = ("dates", "birthdays", "decimal", "timezone")
WRONG = (csv.FileError, csv.MappingError)


class UploadForm(forms.Form):
    """A file and what is in it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is in it"), choices=KINDS, initial="purchases", widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("A table as text: CSV, TSV, or columns of fixed width.")
    )


@allowed("sources.view")
def imports(request: HttpRequest) -> HttpResponse:
    """All imports, newest first."""
    return tabbed(request, "files", imports=Import.objects.order_by("-id")[:100])


@allowed("imports.run")
def new(request: HttpRequest) -> HttpResponse:
    """Upload a file. Nothing is taken in yet."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        token = uploads.keep(request.session, form.cleaned_data["file"], form.cleaned_data["kind"])
        try:
            upload = uploads.find(request.session, token)
            kind = csv.kind_of_file(upload.path, upload.kind)
            uploads.call_it(request.session, token, kind)
            csv.guess_columns(upload.path, kind)
        except WRONG as error:
            uploads.drop(request.session, token)
            form.add_error("file", str(error))
        else:
            return redirect("web:import_columns", token)
    return render(request, "web/import_new.html", {"here": "sources", "form": form})


@allowed("imports.run")
def columns(request: HttpRequest, token: str) -> HttpResponse:
    """What the columns mean and how the first rows are read; tries or starts the import."""
    upload = uploads.find(request.session, token)
    guess = csv.guess_columns(upload.path, upload.kind, file_name=upload.name)
    mapping, problem = guess.mapping, ""
    if request.method == "POST":
        mapping = _said(request, guess)
        try:
            if request.POST.get("act") in ("dry", "run"):
                return _start(request, token, upload, mapping)
        except WRONG as error:
            problem = str(error)
    context = _columns_page(upload, guess, mapping, warn=request.method != "POST")
    context["problem"] = problem or context["problem"]
    return render(request, "web/import_columns.html", {"here": "sources", "upload": upload, **context})


def _said(request: HttpRequest, guess) -> dict:
    """The mapping that the form holds: field -> column."""
    chosen = {request.POST.get(f"column-{n}", ""): column.name for n, column in enumerate(guess.columns)}
    chosen.pop("", None)
    own = {name: request.POST.get(name, guess.mapping[name]) for name in OWN}
    currency = request.POST.get("currency", guess.mapping["currency"]).strip().upper()
    options = guess.mapping["options"]
    if options:
        options = options | {"of": request.POST.get("of", options.get("of", ""))}
    return {**guess.mapping, **own, "currency": currency, "columns": chosen, "options": options}


def _columns_page(upload: uploads.Upload, guess, mapping: dict, *, warn: bool) -> dict:
    meant = {column: field for field, column in mapping["columns"].items()}
    lines = [(n, c, meant.get(c.name, "")) for n, c in enumerate(guess.columns)]
    context = {"columns": lines, "mapping": mapping, "orders": ORDERS, "problem": "", "preview": None,
               "choices": _choices(upload.kind, meant.values()), "of": OF}  # fmt: skip
    try:
        found = csv.preview(upload.path, upload.kind, mapping, at=now_us())
    except WRONG as error:
        return {**context, "problem": str(error), "warnings": guess.warnings if warn else ()}
    rows = [(row, [row.values.get(name, "") for name, _label in found.fields]) for row in found.rows]
    warnings = dict.fromkeys([*(guess.warnings if warn else ()), *found.warnings, *_run_on(found.rows)])
    return {**context, "preview": found, "rows": rows, "warnings": list(warnings)}


def _choices(kind: str, meant) -> list[tuple[str, str]]:
    """What a column can mean; of contact exports also what the shop noted itself, under its own name."""
    own = [(name, _("noted as “%s”") % name[6:]) for name in meant if name.startswith("trait:")]
    return [*((name, WHAT[name]) for name in FIELDS[kind]), *own]


def _run_on(rows) -> list[str]:
    """A refused row that swallowed others: somebody opened a quotation mark and never closed it."""
    said = _('Line %d goes on over the lines after it. Is a quotation mark (") there that is never closed?')
    return [said % row.line for row in rows if row.problem and any("\n" in str(v) for v in row.values.values())]


def _start(request: HttpRequest, token: str, upload: uploads.Upload, mapping: dict) -> HttpResponse:
    job = csv.start_import(
        path=upload.path,
        kind=upload.kind,
        mapping=mapping,
        dry=request.POST["act"] == "dry",
        by=request.user.by,
        at=now_us(),
        file_name=upload.name,
        **({"source": f"Contacts of {mapping['options']['tool']}"} if upload.kind == "contacts" else {}),
    )
    uploads.drop(request.session, token)
    return redirect("web:import", job.id)


@allowed("sources.view")
def one(request: HttpRequest, import_id: int) -> HttpResponse:
    """One import: how far it is, what came of it. It goes on whether anybody looks or not."""
    return render(request, "web/import.html", _one(import_id))


@allowed("sources.view")
def progress(request: HttpRequest, import_id: int) -> HttpResponse:
    """The part of the page that changes, asked for once a second while it runs."""
    return render(request, "web/_import.html", _one(import_id))


def _one(import_id: int) -> dict:
    job = get_object_or_404(Import, id=import_id)
    running = job.state in ("new", "running")
    work = SimpleNamespace(
        id="import-progress",
        url="",
        done=min(job.offset, job.size),
        total=job.size,
        shown=formats.percent(min(1, job.offset / max(job.size, 1)), 0),
        label=_("Trying %s") % job.file_name if job.dry else _("Importing %s") % job.file_name,
        note="" if running else " ",
        ended=True,
    )
    return {"here": "sources", "job": job, "running": running, "work": work, "summary": list(_summary(job))}


COUNTS = {
    "customers": gettext_lazy("People in the file"), "orders": gettext_lazy("Orders"),
    "returns": gettext_lazy("Returns"), "lines": gettext_lazy("Lines"),
    "nobodys": gettext_lazy("Orders of nobody"), "free": gettext_lazy("Lines that cost nothing"),
    "charges": gettext_lazy("Lines for postage and fees"),
}  # fmt: skip
AMOUNTS = {"gross": gettext_lazy("Bought for"), "returned": gettext_lazy("Returned for")}


def _summary(job: Import):
    """The totals of the file, as lines of label and value."""
    zone = Business.load().timezone
    for name, label in COUNTS.items():
        if job.summary.get(name):
            yield label, formats.number(job.summary[name])
    for name, label in AMOUNTS.items():
        for currency, minor in job.summary.get(name, {}).items():
            yield label, formats.money(minor, currency, cents=True)
    if job.summary.get("first_us"):
        yield _("From"), formats.day(job.summary["first_us"], zone)
        yield _("To"), formats.day(job.summary["last_us"], zone)


@require_POST
@allowed("imports.run")
def change(request: HttpRequest, import_id: int) -> HttpResponse:
    """Stop, go on, or run for real after a trial."""
    acts = {"stop": csv.stop_import, "continue": csv.continue_import, "run": csv.run_for_real}
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise Http404(_("An import can be stopped, continued, or run after a trial."))
    try:
        act(import_id=import_id, by=request.user.by, at=now_us())
    except csv.NotPossible as error:
        toasts.warn(request, str(error))
    return redirect("web:import", import_id)


@allowed("people.export")
def errors(request: HttpRequest, import_id: int) -> HttpResponse:
    """The rows that could not be read, each with its reason."""
    get_object_or_404(Import, id=import_id)
    path = csv.errors_file(import_id)
    if path is None:
        raise Http404(_("No row of this file was refused."))
    name = f"refused-rows-{import_id}.csv"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
