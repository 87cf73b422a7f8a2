"""Staff: who may do what, sign-in, audit, API keys."""
