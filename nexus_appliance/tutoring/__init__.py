"""One question: retrieve, decide, prompt, stream, record."""
