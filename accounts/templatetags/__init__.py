"""What the pages' templates need."""
