"""Connect, Accounts: where we read and speak, how each place does, and what it allows."""
