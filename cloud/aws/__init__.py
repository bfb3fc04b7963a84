"""The only room that sees AWS: its clients behind the small protocols of `cloud`."""
