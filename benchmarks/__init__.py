"""Measured beside a yardstick in the same run. Each module has a `main()` that prints one table."""
