"""A client of Parley: bound tokens, tickets, the signaling socket, and calls with aiortc."""

from parley_client.api import ApiError, NotParley, Parley, reach
from parley_client.auth import Proofs, TokenAuth, Tokens
from parley_client.keys import DeviceKey
from parley_client.signaling import Closed, Signaling

__all__ = [
    "ApiError",
    "Closed",
    "DeviceKey",
    "NotParley",
    "Parley",
    "Proofs",
    "Signaling",
    "TokenAuth",
    "Tokens",
    "reach",
]
