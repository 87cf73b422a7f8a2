"""Every periodic job on one page: (job name, cron expression in the business's time zone)."""

PERIODIC: list[tuple[str, str]] = []
