"""What we can do about listening and publishing."""
