"""The columnar replica: declared tables, the copy loop, read-only queries. Never the truth."""
