"""The language model: catalogue, worker process, fair scheduling."""
