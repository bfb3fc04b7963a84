"""New material from a channel: found, verified, fetched, and let in while students go on asking."""
