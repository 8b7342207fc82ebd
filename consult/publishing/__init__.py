"""The gate through which a draft reaches the public."""
