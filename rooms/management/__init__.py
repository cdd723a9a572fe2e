"""Commands for who runs Parley."""
