"""What the tests stand on: real servers, a real relay, real browsers, and people who use them."""
