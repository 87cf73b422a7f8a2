"""What the programme brought: its sums, and members beside people who were alike before they joined."""
