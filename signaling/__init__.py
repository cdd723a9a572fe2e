"""How two browsers find each other: tickets, the socket, and the peers of a call."""
