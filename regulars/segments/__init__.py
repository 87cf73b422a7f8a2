"""Live audiences: definitions, who is in, who entered and left, when and why."""
