"""Publishing: the rules of what may be said where and when, worked out without writing anything."""
