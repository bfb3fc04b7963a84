"""What prepares material and publishes it. It sees of the appliance only `curriculum` and `errors`."""
