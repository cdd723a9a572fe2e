"""What one runs by hand or by `make`."""
