"""Write: templates, blocks, pictures, the brand's voice, the calendar."""
