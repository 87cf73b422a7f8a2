"""What can stand in a journey, one file per kind of step."""
