"""Tiers and thresholds: functions of what somebody bought, the rules and the time. Pure: no database, no clock."""
