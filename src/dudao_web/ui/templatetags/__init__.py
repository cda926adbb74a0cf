"""Template tags and filters of the platform."""
