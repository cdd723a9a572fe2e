import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../static/js/site/clock.js";

/** @import { Form } from "../../static/js/site/clock.js" */

// Half an hour before midnight in UTC.
const LATE = new Date("2026-01-06T23:30:15Z");

/** @type {[string, string, Record<Form, string>][]} */
const PLACES = [
  [
    "en-GB",
    "Europe/Berlin",
    {
      time: "00:30",
      seconds: "00:30:15",
      date: "7 Jan, 00:30",
      day: "7 January 2026",
      weekday: "Wednesday, 7 January 2026",
      brief: "Wed, 7 Jan 2026",
      moment: "7 Jan 2026, 00:30",
      whole: "Wednesday, 7 January 2026 at 00:30:15 CET",
    },
  ],
  [
    "en-US",
    "America/New_York",
    {
      time: "6:30 PM",
      seconds: "6:30:15 PM",
      date: "Jan 6, 06:30 PM",
      day: "January 6, 2026",
      weekday: "Tuesday, January 6, 2026",
      brief: "Tue, Jan 6, 2026",
      moment: "Jan 6, 2026, 6:30 PM",
      whole: "Tuesday, January 6, 2026 at 6:30:15 PM EST",
    },
  ],
  [
    "de",
    "Asia/Kolkata",
    {
      time: "05:00",
      seconds: "05:00:15",
      date: "7. Jan., 05:00",
      day: "7. Januar 2026",
      weekday: "Mittwoch, 7. Januar 2026",
      brief: "Mi., 7. Jan. 2026",
      moment: "07.01.2026, 05:00",
      whole: "Mittwoch, 7. Januar 2026 um 05:00:15 GMT+5:30",
    },
  ],
];

/** Which kind of space stands before PM is the business of ICU's version. @param {string} said */
const spaced = (said) => said.replace(/\s/gu, " ");

for (const [locale, zone, expected] of PLACES)
  test(`a moment is said as in ${zone}, on the day that it is there`, () => {
    const clock = new Clock(locale, zone);
    const forms = /** @type {Form[]} */ (Object.keys(expected));
    const said = forms.map((form) => [form, spaced(clock.say(LATE, form))]);
    assert.deepEqual(Object.fromEntries(said), expected);
  });

test("midnight in UTC is said as the hour that it is there, not as a whole day", () => {
  const clock = new Clock("en-GB", "America/New_York");
  assert.equal(clock.say(new Date("2026-01-07T00:00:00Z"), "date"), "6 Jan, 19:00");
});

test("it says in which language it speaks, where the page speaks another", () => {
  const { locale } = new Intl.DateTimeFormat().resolvedOptions();
  assert.deepEqual(
    ["de", "ar-EG", undefined].map((asked) => new Clock(asked).language),
    ["de", "ar-EG", locale],
  );
});

test("without a place it is the browser's own", () => {
  const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  assert.equal(new Clock().say(LATE, "whole"), new Clock(locale, timeZone).say(LATE, "whole"));
});
