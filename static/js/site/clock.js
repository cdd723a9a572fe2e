/** Moments in words: the one way in which pages and calls say when something was. No DOM. */

/**
 * The names that accounts/templatetags/times.py and rooms/timeline.py use.
 * @satisfies {Record<string, Intl.DateTimeFormatOptions>}
 */
const FORMS = {
  time: { timeStyle: "short" },
  seconds: { timeStyle: "medium" },
  date: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  day: { dateStyle: "long" },
  weekday: { dateStyle: "full" },
  brief: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  moment: { dateStyle: "medium", timeStyle: "short" },
  whole: { dateStyle: "full", timeStyle: "long" },
};

/** @typedef {keyof typeof FORMS} Form */

export class Clock {
  #locale;
  #place;
  /** @type {Map<string, Intl.DateTimeFormat>} */
  #formats = new Map();

  /**
   * @param {string} [locale] the browser's own where it is left out, and so its time zone
   * @param {string} [timeZone]
   */
  constructor(locale, timeZone) {
    this.#locale = locale;
    this.#place = timeZone === undefined ? {} : { timeZone };
  }

  /** In which language it speaks: the browser's, which need not be that of the page. */
  get language() {
    return this.#in("whole").resolvedOptions().locale;
  }

  /**
   * @param {Date} when
   * @param {Form} form
   */
  say(when, form) {
    return this.#in(form).format(when);
  }

  /** @param {Form} form */
  #in(form) {
    let format = this.#formats.get(form);
    if (!format) {
      format = new Intl.DateTimeFormat(this.#locale, { ...FORMS[form], ...this.#place });
      this.#formats.set(form, format);
    }
    return format;
  }
}
