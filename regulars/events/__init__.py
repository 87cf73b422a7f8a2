"""The log of what people did: the raw inbox, ingestion, sources, consumers, dead letters."""
