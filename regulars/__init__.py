"""Regulars: relationship marketing for a shop, a hotel, a brand. The folder list is the product."""
