"""How fast, measured beside a yardstick in the same run. Not tests: figures depend on the machine."""
