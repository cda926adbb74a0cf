"""Pages that join several apps: the start page, and the demo. No models."""
