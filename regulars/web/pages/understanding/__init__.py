"""How texts are read: judging them quickly, and how good the reader is."""
