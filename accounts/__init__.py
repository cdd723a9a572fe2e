"""Who someone is: users, the devices they use, and what ends a sign-in."""
