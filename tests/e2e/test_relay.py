"""The call through coturn, which runs the file that we ship."""

from __future__ import annotations

from tests.support.browser import Stage
from tests.support.fixtures import Serve, SignIn
from tests.support.turn import Relay

# Gathers with relay alone: the candidates that came, and the error codes of those that did not.
GATHER = """
async (iceServer) => {
  const connection = new RTCPeerConnection({
    iceServers: [iceServer], iceTransportPolicy: "relay" });
  const relays = [], errors = [];
  const done = new Promise((resolve) => {
    connection.onicecandidate = ({ candidate }) =>
      candidate ? relays.push(candidate.type) : resolve();
    connection.onicecandidateerror = ({ errorCode }) => errors.push(errorCode);
  });
  connection.createDataChannel("probe");
  await connection.setLocalDescription();
  await done;
  connection.close();
  return { relays: [...new Set(relays)], errors: [...new Set(errors)] };
}
"""


async def test_a_call_goes_through_the_relay(
    stage: Stage, serve: Serve, relay: Relay, sign_in: SignIn
):
    server = serve(**relay.settings)
    alice, bob = sign_in(server, "alice"), sign_in(server, "bob")
    room = alice.make_room()
    alice.bring(bob, slug=room)
    tabs = [await stage.tab(server, person, relay_only=True) for person in (alice, bob)]
    for tab in tabs:
        await tab.join(room)
    for tab in tabs:
        (other,) = (await tab.everyone_moves(within=30)).values()
        assert "relay" in other["pair"], other


async def test_the_relay_takes_a_credential_of_ours_and_no_other(
    stage: Stage, relay: Relay, server
):
    tab = await stage.tab(server)
    await tab.open("/accounts/login/")

    good = await tab.page.evaluate(GATHER, relay.ice_server())
    forged = await tab.page.evaluate(GATHER, relay.ice_server(secret="a guess"))
    expired = await tab.page.evaluate(GATHER, relay.ice_server(expires_in=-60))

    assert good["relays"] == ["relay"], good
    assert forged == {"relays": [], "errors": [401]}
    assert expired == {"relays": [], "errors": [401]}
