"""The dudao platform on Django: stores, asks, shows and records; holds no rule of any standard."""
