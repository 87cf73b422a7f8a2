"""Measuring: what formats, hours and networks reward, and what social brought. Pure, and reading only."""
