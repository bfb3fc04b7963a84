"""What keeps the appliance running: jobs, checks, logs, the local channel."""
