"""What all SMS providers share: words that stop and start, and how long a text is."""
