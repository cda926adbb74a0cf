"""What an administrator does outside the browser: set up, back up, restore, upgrade, serve, demo. No models, no pages."""
