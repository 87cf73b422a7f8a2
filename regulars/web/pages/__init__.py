"""The staff pages, one module each: what a page asks, and what it does when a form is sent."""
