"""Where people meet: rooms, their members, invitations, and the calls in them."""
