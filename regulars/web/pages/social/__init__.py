"""What social brought: engagement, links, orders, money, and people beside people alike."""
