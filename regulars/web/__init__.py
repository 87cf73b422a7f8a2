"""The staff pages: Today, people, segments, learning, sources, settings."""
