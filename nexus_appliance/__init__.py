"""The Nexus Appliance: everything that runs at the school. Importing it loads nothing heavy."""

__version__ = "0.1.0"
