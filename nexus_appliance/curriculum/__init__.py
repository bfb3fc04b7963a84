"""PDF to knowledge pack: extract, clean, chunk, encode, pack. Pure: the cloud runs the same code."""
