"""What we say: templates and blocks in versions, brand voice, media; rendering is pure and looks nothing up."""
