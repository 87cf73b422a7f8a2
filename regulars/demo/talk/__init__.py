"""The demo's Talk floor: what Northgate writes, when, and how its customers answer, all by the engine's own way."""
