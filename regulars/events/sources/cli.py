"""`regulars import purchases FILE`, and people, consents, contacts likewise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from regulars.events.models import Import

app = typer.Typer(no_args_is_help=True, help="Bring in a file of purchases, people or consents.")

File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, TSV or text table; .gz too")
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", "-c", help="field=COLUMN, for example date=InvoiceDate; may be repeated"),
]
Dry = Annotated[bool, typer.Option("--dry-run", help="read everything, tell the totals, write nothing")]
SourceName = Annotated[str, typer.Option("--source", help="files of one source share customer and order numbers")]
Currency = Annotated[str, typer.Option(help="of amounts without a currency column; default: the business's")]
Zone = Annotated[str, typer.Option("--timezone", help="of dates without a zone; default: the business's")]
Dates = Annotated[str, typer.Option(help="how dates are written, for example day-month-year")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="do not ask")]


@app.command()
def purchases(
    file: File,
    column: Columns = None,
    dry_run: Dry = False,
    source: SourceName = "Files",
    currency: Currency = "",
    timezone: Zone = "",
    dates: Dates = "",
    yes: Yes = False,
) -> None:
    """Import purchases: one row per order or per order line."""
    _import("purchases", file, column, dry_run, source, currency, timezone, dates, yes)


@app.command()
def people(
    file: File,
    column: Columns = None,
    dry_run: Dry = False,
    source: SourceName = "Files",
    timezone: Zone = "",
    dates: Dates = "",
    yes: Yes = False,
) -> None:
    """Import people: one row per person, with consents if you have them."""
    _import("people", file, column, dry_run, source, "", timezone, dates, yes)


@app.command()
def consents(
    file: File,
    column: Columns = None,
    dry_run: Dry = False,
    source: SourceName = "Files",
    timezone: Zone = "",
    dates: Dates = "",
    yes: Yes = False,
) -> None:
    """Import consents with their evidence: one row per yes or no."""
    _import("consents", file, column, dry_run, source, "", timezone, dates, yes)


@app.command()
def contacts(
    file: File,
    column: Columns = None,
    dry_run: Dry = False,
    source: SourceName = "",
    of: Annotated[str, typer.Option(help="subscribed, unsubscribed, cleaned or nonsubscribed: what is in it")] = "",
    yes: Yes = False,
) -> None:
    """Import the contact export of Mailchimp, Klaviyo, Mautic or listmonk, with consents and bounces."""
    _import("contacts", file, column, dry_run, source, "", "", "", yes, of=of)


@app.command("continue")
def continue_(number: Annotated[int, typer.Argument(help="the number of the import")]) -> None:
    """Go on with an import that was stopped or interrupted."""
    _django()
    from regulars.core.clock import now_us
    from regulars.events.sources import csv

    try:
        job = csv.continue_import(import_id=number, by="system", at=now_us(), background=False)
    except csv.NotPossible as why:
        raise _sorry(str(why)) from None
    _run(job)


def _import(
    kind: str, file: Path, column, dry: bool, source: str, currency, timezone, dates, yes: bool, *, of=""
) -> None:
    _django()
    from regulars.core.clock import now_us
    from regulars.events.sources import csv

    try:
        if csv.kind_of_file(file, kind) != kind:
            typer.secho(
                "This is a mailing tool's export: `regulars import contacts` keeps its consents.", fg="yellow"
            )
        guess = csv.guess_columns(file, kind, currency=currency, timezone=timezone)
        mapping = {**guess.mapping, "columns": _changed(guess.mapping["columns"], column or [])}
        if of:
            mapping["options"] = {**mapping["options"], "of": of}
        if kind == "contacts":
            source = source or f"Contacts of {mapping['options']['tool']}"
        if dates:
            mapping["dates"] = mapping["birthdays"] = dates
        names = [column.name for column in guess.columns]
        _show(csv.preview(file, kind, mapping, at=now_us(), limit=5), names, guess.warnings)
        if not (dry or yes) and not typer.confirm("Import the file like this?", default=True):
            raise typer.Exit(1)
        job = csv.start_import(
            path=file, kind=kind, mapping=mapping, dry=dry, by="system", at=now_us(), source=source, background=False
        )
    except csv.MappingError as why:
        raise _sorry(f"{why} Columns are named with --column field=COLUMN, for example date=InvoiceDate.") from None
    except csv.FileError as why:
        raise _sorry(str(why)) from None
    _run(job)


def _changed(columns: dict[str, str], changes: list[str]) -> dict[str, str]:
    wanted = dict(columns)
    for change in changes:
        field, sign, name = change.partition("=")
        if not sign:
            raise _sorry(f"--column {change}: write it as field=COLUMN, for example date=InvoiceDate.")
        taken = [other for other, column in wanted.items() if column == name and other != field]
        for other in taken:  # a column means one thing; who says so by hand is right
            del wanted[other]
        wanted[field] = name
    return {field: name for field, name in wanted.items() if name}


def _run(job: Import) -> None:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from regulars.core.clock import now_us
    from regulars.events.sources import csv

    bar = Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
                   TextColumn("{task.fields[rows]:,} rows"), TimeRemainingColumn(), transient=True)  # fmt: skip
    with bar:
        task = bar.add_task(job.file_name, total=max(job.size, 1), rows=0)
        try:
            job = csv.run(
                job.id, at=now_us(), progress=lambda now: bar.update(task, completed=now.offset, rows=now.lines)
            )
        except KeyboardInterrupt:
            job = csv.stop_import(import_id=job.id, by="system", at=now_us())
    _tell(job)


def _show(shown: Any, names: list[str], warnings: tuple[str, ...]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("read as", "column", *(f"line {row.line}" for row in shown.rows))
    for field, _label in shown.fields:
        table.add_row(field, shown.mapping["columns"][field], *(row.values[field] for row in shown.rows))
    console = Console()
    console.print(table)
    if unused := [name for name in names if name not in shown.mapping["columns"].values()]:
        console.print(f"Columns that are not used: {', '.join(unused)}. Use one with --column field=COLUMN.")
    for warning in dict.fromkeys((*warnings, *shown.warnings)):
        console.print(f"[yellow]! {warning}[/]")


def _tell(job: Import) -> None:
    from rich.console import Console

    from regulars.events.sources import csv

    say = Console(highlight=False).print
    if job.state == "failed":
        raise _sorry(f"{job.error} `regulars import continue {job.id}` goes on once that is mended.")
    if job.state != "done":
        say(f"Stopped after {job.lines:,} rows; `regulars import continue {job.id}` goes on.")
        return
    verb = "would go in" if job.dry else "went in"
    say(f"{_many(job.taken, 'row')} {verb}, {job.known:,} known already, {job.refused:,} refused.")
    for line in _totals(job.summary, job.kind):
        say(line)
    if left_out := job.summary.get("left_out"):
        say(f"{_many(left_out, 'birthday')} could not be read and {'is' if left_out == 1 else 'are'} left out.")
    if path := csv.errors_file(job.id):
        say(f"Rows with a problem, with the reason: {path}")
    if not job.dry:
        say("Orders and profiles appear as the worker (`regulars serve`) takes them up.")


def _totals(found: dict[str, Any], kind: str) -> list[str]:
    from regulars.core.money import to_major

    if kind != "purchases":
        said = [f"{number:,} {what}" for what, number in found.get("said", {}).items()]
        return [f"{_many(found['customers'], 'person', 'people')} in the file.", *said]
    lines = [
        f"{_many(found['orders'], 'order')} and {_many(found['returns'], 'return')} of"
        f" {_many(found['customers'], 'customer')} in the file; {found['nobodys']:,} without a customer,"
        f" {_many(found['charges'], 'line')} for postage, fees and the like."
    ]
    for code in sorted({*found["gross"], *found["returned"]}):
        gross, back = found["gross"].get(code, 0), found["returned"].get(code, 0)
        lines.append(f"{code}: {to_major(gross, code):,} sold, {to_major(back, code):,} returned.")
    return lines


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _sorry(reason: str) -> typer.Exit:
    typer.secho(reason, err=True, fg="red")
    return typer.Exit(2)


def _django() -> None:
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    from regulars.core.models import Business

    if not Business.objects.exists():  # else amounts and dates would be read in a currency and a zone nobody chose
        raise _sorry("The business is not set up yet. First run: regulars init")
