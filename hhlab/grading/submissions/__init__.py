"""Take what students handed in: read it with suspicion, rebuild it from the master."""
