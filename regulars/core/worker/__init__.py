"""The background: one supervisor, and a process per lane that can be killed at any moment."""
