"""How the list stays good: suggestions, link health, and what people missed."""
