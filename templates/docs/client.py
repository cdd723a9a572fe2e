"""Signs in and lists your rooms. It wants `pip install cryptography httpx pyjwt`."""

import base64
import hashlib
import sys
import time
import uuid

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

ADDRESS, USERNAME, PASSWORD = sys.argv[1:]

# A real client makes it once and keeps it: whoever holds this key is this device.
key = ec.generate_private_key(ec.SECP256R1())
jwk = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
http = httpx.Client(base_url=ADDRESS)
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
    nonce = reply.headers["DPoP-Nonce"]
    if reply.status_code == 401 and reply.json()["code"] == "use_dpop_nonce":
        return call(method, path, body, access)
    return reply


tokens = call("POST", "/api/token/", {"username": USERNAME, "password": PASSWORD})
tokens.raise_for_status()
for room in call("GET", "/api/rooms/", access=tokens.json()["access"]).json():
    print(room["slug"], room["name"])
