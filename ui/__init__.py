"""The web page: the only room that sees NiceGUI."""
