"""The running product in real Chromium: `pytest -m browser`, in a pytest process of its own."""
