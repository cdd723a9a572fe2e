import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { WakeLock } from "../../static/js/call/lifecycle.js";
import { settle } from "./settle.js";

/** @type {(EventTarget & {released: boolean})[]} */
let locks;
let refuses = false;

beforeEach(() => {
  locks = [];
  refuses = false;
  const wakeLock = {
    async request() {
      if (refuses) throw new DOMException("low battery", "NotAllowedError");
      const lock = Object.assign(new EventTarget(), {
        released: false,
        release() {
          lock.released = true;
          lock.dispatchEvent(new Event("release"));
        },
      });
      locks.push(lock);
      return lock;
    },
  };
  Object.defineProperty(globalThis, "navigator", { value: { wakeLock }, configurable: true });
});

test("the screen stays on once, for as long as it is wanted", async () => {
  const wakeLock = new WakeLock();
  wakeLock.follow(true);
  wakeLock.follow(true);
  await settle();
  assert.equal(locks.length, 1);
  wakeLock.follow(false);
  await settle();
  assert.equal(locks[0]?.released, true);
});

test("a lock that the browser let go of is taken again", async () => {
  const wakeLock = new WakeLock();
  wakeLock.follow(true);
  await settle();
  locks[0]?.dispatchEvent(new Event("release"));
  wakeLock.follow(true);
  await settle();
  assert.equal(locks.length, 2);
});

test("a lock that is refused is not asked for again and again", async () => {
  const wakeLock = new WakeLock();
  refuses = true;
  wakeLock.follow(true);
  await settle();
  refuses = false;
  wakeLock.follow(true);
  await settle();
  assert.equal(locks.length, 0);
});
