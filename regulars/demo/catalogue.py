"""What Northgate sells: eight categories, forty products each, on a fine grid of prices."""

from dataclasses import dataclass

import numpy as np

CATEGORIES = ("soccer", "running", "tennis", "bike", "outdoor", "swimming", "fitness", "kids")
# how much of the year's demand falls into each month, relative to the category's mean
MONTHS = {
    "soccer": (0.8, 0.8, 0.9, 0.9, 0.8, 0.9, 1.1, 1.6, 1.2, 1.0, 0.9, 1.1),
    "running": (1.5, 1.2, 1.3, 1.3, 1.1, 0.9, 0.8, 0.8, 1.0, 0.8, 0.6, 0.7),
    "tennis": (0.4, 0.5, 0.8, 1.1, 1.5, 2.0, 1.9, 1.3, 0.9, 0.6, 0.4, 0.6),
    "bike": (0.5, 0.6, 1.0, 1.4, 1.6, 1.4, 1.3, 1.2, 0.9, 0.7, 0.6, 0.8),
    "outdoor": (0.7, 0.7, 0.9, 1.1, 1.2, 1.1, 1.2, 1.1, 1.1, 1.0, 0.9, 1.0),
    "swimming": (0.8, 0.7, 0.8, 0.9, 1.2, 1.6, 1.8, 1.2, 0.8, 0.7, 0.7, 0.8),
    "fitness": (2.0, 1.4, 1.1, 0.9, 0.8, 0.7, 0.7, 0.8, 1.0, 0.9, 0.9, 0.8),
    "kids": (0.7, 0.7, 0.8, 0.9, 0.9, 1.0, 1.1, 1.3, 1.0, 0.9, 1.1, 1.6),
}
BASICS = {
    "soccer": "Shin Pads|Match Socks|Training Cone Set|Football|Club Scarf|Keeper Gloves|Home Shirt|Studded Boots",
    "running": "Running Socks|Energy Gels|Hand Bottle|Headlamp|Tempo Shorts|Wind Shirt|GPS Watch Strap|Road Shoes",
    "tennis": "Overgrips|Ball Tube|Wristbands|String Set|Court Skirt|Racket Bag|Court Shoes|Graphite Racket",
    "bike": "Puncture Kit|Bar Tape|Bottle Cage|Rear Light|Bib Shorts|Helmet|Track Pump|Hybrid Wheelset",
    "outdoor": "Trail Mix Box|Walking Socks|Dry Bag|Trekking Poles|Fleece|Rain Jacket|Rucksack|Two-Person Tent",
    "swimming": "Swim Cap|Nose Clip|Goggles|Pull Buoy|Swim Shorts|Swimsuit|Fins|Open-Water Wetsuit",
    "fitness": "Skipping Rope|Resistance Band|Yoga Mat|Foam Roller|Kettlebell|Gym Leggings|Weights Set|Rowing Bench",
    "kids": "Skate Wax|Mini Ball|Swim Armbands|Junior Shin Pads|Junior Kit|Scooter|Junior Boots|Kids' Bike",
}
LINES = ("Aire", "Calder", "Nidd", "Swale", "Wharfe")
PER_CATEGORY = 40


@dataclass(frozen=True, slots=True)
class Product:
    """One thing on the shelf; price in pence."""

    id: str
    name: str
    category: str
    price: int


def products() -> list[Product]:
    """The whole range: within a category in order of price, so that a product can be found for an amount."""
    prices = np.round(2 * 2.99 * 1.13 ** np.arange(PER_CATEGORY)) * 50 - 1
    made = []
    for number, category in enumerate(CATEGORIES):
        basics = BASICS[category].split("|")
        for rank in range(PER_CATEGORY):
            name = f"{LINES[rank % len(LINES)]} {basics[rank * len(basics) // PER_CATEGORY]}"
            code = f"N{number + 1}{rank + 1:03d}"
            made.append(Product(code, name, category, int(prices[rank])))
    return made


def month_weights() -> np.ndarray:
    """Demand by month (row) and category (column)."""
    return np.array([MONTHS[category] for category in CATEGORIES]).T
