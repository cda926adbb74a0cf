"""What every page shares: base template, tags, style, icons. No models, no rule of any app."""
