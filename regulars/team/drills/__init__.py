"""Practice: conversations with people who do not exist. Nothing of it can be sent; nothing here knows how to send."""
