"""Signs in, lists your rooms, signs out. It wants `pip install cryptography httpx pyjwt`."""

import base64
import getpass
import hashlib
import os
import sys
import time
import uuid

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

ADDRESS, USERNAME = sys.argv[1:]
PASSWORD = os.environ.get("PARLEY_PASSWORD") or getpass.getpass()

# A real client makes it once and keeps it: whoever holds this key is this device.
key = ec.generate_private_key(ec.SECP256R1())
jwk = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
# The device is called after it.
http = httpx.Client(base_url=ADDRESS, headers={"User-Agent": "kitchen-clock/1.0"})
nonce = ""


def call(method, path, body=None, access=None):
    """One request with its proof; a second one where the server has a newer nonce."""
    global nonce
    claims = {"jti": str(uuid.uuid4()), "htm": method, "htu": ADDRESS + path}
    claims |= {"iat": int(time.time()), "nonce": nonce}
    headers = {}
    if access:
        digest = hashlib.sha256(access.encode()).digest()
        claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        headers["Authorization"] = f"DPoP {access}"
    kind = {"typ": "dpop+jwt", "jwk": jwk}
    headers["DPoP"] = jwt.encode(claims, key, algorithm="ES256", headers=kind)
    reply = http.request(method, path, json=body, headers=headers)
    nonce = reply.headers.get("DPoP-Nonce", nonce)
    if reply.is_success:
        return reply.json() if reply.content else None
    error = reply.json()
    if error["code"] == "use_dpop_nonce":
        return call(method, path, body, access)
    sys.exit(f"{error['code']}: {error['detail']}")


tokens = call("POST", "/api/token/", {"username": USERNAME, "password": PASSWORD})
for room in call("GET", "/api/rooms/", access=tokens["access"]):
    print(room["slug"], room["name"])
call("POST", "/api/token/revoke/", {"refresh": tokens["refresh"]})
