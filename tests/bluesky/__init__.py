"""Stories against a real Bluesky network on loopback; skipped, saying so, where its parts are not installed."""
