"""Who loses the right to be in a room is out of it within two seconds, on the live socket."""

from __future__ import annotations

import asyncio
import re
import secrets

import pytest

from tests.signaling.conftest import Enter
from tests.support.fixtures import SignIn
from tests.support.people import Person
from tests.support.server import PASSWORD, Server

pytestmark = pytest.mark.alone

AT_ONCE = 2


async def test_a_removed_member_is_out_and_the_others_hang_up(
    enter: Enter, alice: Person, bob: Person, room: str
):
    first, second = await enter(alice, room), await enter(bob, room)
    await first.join()
    await second.join()
    preview = await enter(bob, room)
    await asyncio.to_thread(alice.api, "DELETE", f"rooms/{room}/members/{bob.user_id}/")
    assert await second.closed(AT_ONCE) == 4403
    assert second.kept[-1]["code"] == "removed"
    assert await preview.closed(AT_ONCE) == 4403
    left = await first.receive("peer-left", within=AT_ONCE)
    assert (left["peer"], left["reason"]) == (second.peer, "removed")
    answer = bob.call_api("POST", f"rooms/{room}/tickets/", {"resume": second.peer})
    assert answer.status_code == 404


async def test_a_member_removed_in_django_admin_is_out(
    enter: Enter, server: Server, alice: Person, bob: Person, sign_in: SignIn
):
    name = f"Kitchen {secrets.token_hex(4)}"
    slug = alice.make_room(name)
    alice.bring(bob, slug=slug)
    first, second = await enter(alice, slug), await enter(bob, slug)
    await first.join()
    await second.join()
    admin = await asyncio.to_thread(sign_in, server, "admin")
    listed = await asyncio.to_thread(
        admin.http.get, "/admin/rooms/membership/", params={"q": f"{name} bob"}
    )
    [membership] = re.findall(r'name="_selected_action" value="(\d+)"', listed.text)
    form = {"action": "remove", "_selected_action": membership, "sure": "Remove"}
    answer = await asyncio.to_thread(admin.post_form, "/admin/rooms/membership/", form)
    assert answer.status_code == 302
    assert await second.closed(AT_ONCE) == 4403
    assert (await first.receive("peer-left", within=AT_ONCE))["reason"] == "removed"


async def test_who_signs_out_is_out_here_and_stays_in_elsewhere(
    enter: Enter, server: Server, alice: Person, bob: Person, room: str, sign_in: SignIn
):
    first = await enter(alice, room)
    await first.join()
    laptop = await asyncio.to_thread(sign_in, server, "bob")
    there, here = await enter(laptop, room), await enter(bob, room)
    await there.join()
    await asyncio.to_thread(laptop.sign_out)
    assert await there.closed(AT_ONCE) == 4401
    left = await first.receive("peer-left", within=AT_ONCE)
    assert (left["peer"], left["reason"]) == (there.peer, "signed_out")
    await here.join()


async def test_a_changed_password_ends_the_other_sign_ins_alone(
    enter: Enter, server: Server, alice: Person, room: str, sign_in: SignIn
):
    dave, elsewhere = [await asyncio.to_thread(sign_in, server, "dave") for _ in range(2)]
    alice.bring(dave, slug=room)
    here, there = await enter(dave, room), await enter(elsewhere, room)
    form = {"oldpassword": PASSWORD, "password1": PASSWORD + "!", "password2": PASSWORD + "!"}
    changed = await asyncio.to_thread(dave.post_form, "/accounts/password/change/", form)
    assert changed.status_code == 302
    assert await there.closed(AT_ONCE) == 4401
    await here.join()
    back = form | {"oldpassword": PASSWORD + "!", "password1": PASSWORD, "password2": PASSWORD}
    await asyncio.to_thread(dave.post_form, "/accounts/password/change/", back)


async def test_a_closed_room_is_gone_for_everyone(enter: Enter, alice: Person, bob: Person):
    slug = alice.make_room()
    alice.bring(bob, slug=slug)
    inside, preview = await enter(alice, slug), await enter(bob, slug)
    await inside.join()
    closed = await asyncio.to_thread(alice.post_form, f"/rooms/{slug}/close/", {})
    assert closed.status_code == 302
    assert await inside.closed(AT_ONCE) == 4404
    assert inside.kept[-1]["code"] == "not_found"
    assert await preview.closed(AT_ONCE) == 4404
