"use strict";
// Nothing is calculated here: the replay is in the page as Python made it.

const byId = (id) => document.getElementById(id);
const data = (id) => (byId(id) ? JSON.parse(byId(id).textContent) : null);

/** Return the name of an event, a command or a code in words: "Met late". */
function words(name) {
  const apart = name.replace(/(?<=[a-z])[A-Z]/g, " $&").replaceAll("-", " ").toLowerCase();
  return apart.charAt(0).toUpperCase() + apart.slice(1);
}

/** Return a new element: its classes after dots, its text or its children. */
function made(kind, content = "", attributes = {}) {
  const [name, ...classes] = kind.split(".");
  const element = document.createElement(name);
  element.className = classes.join(" ");
  element.append(...[content].flat());
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** Return some parts of a time, in English whatever the reader's own language. */
function partsOf(iso, form, ...kinds) {
  const parts = new Intl.DateTimeFormat("en-GB", form).formatToParts(new Date(iso));
  return kinds.map((kind) => parts.find((one) => one.type === kind).value);
}

function dayText(iso) {
  const form = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return partsOf(iso, form, "weekday", "day", "month", "year").join(" ");
}

/** Return the state of a clock in words; where it cannot be read, why. */
function stateText({ state, reason }) {
  return words(state) + (reason ? ` ${reason.replaceAll("-", " ")}` : "");
}

function daysText({ days_taken: taken, days_allowed: allowed }) {
  return allowed === null ? "day not counted" : `day ${taken ?? "not known"} of ${allowed}`;
}

// What is to be known of a due day, by its clock and the day; of most there is nothing.
const MARKS = data("marks-data") ?? {};
const markOf = ({ deadline, due }) => {
  const mark = MARKS[`${deadline.replace(/-round-\d+$/, "")} ${due}`];
  return mark ? ` (${mark})` : "";
};

// What a day is: one of recording, or of happening where all was recorded at once.
const BY_RECORDING = {
  intro: "What the record said at the end of each day. Entries and corrections that were recorded later are not included.",
  label: "Day of the record",
  log: "Entries recorded by then, the latest first",
  sum: "recorded",
  versions: ({ entries }, timeline) => timeline.map(({ version }) => version).filter((version) => version <= entries),
};
const BY_HAPPENING = {
  intro: "What had happened by the end of each day on which something happened, after corrections. Everything was recorded on one day, so you cannot step through the days of the record.",
  label: "Day of the case",
  log: "What had happened by then, the latest first",
  sum: "had happened",
  versions: ({ versions }) => versions,
};

function showReplay({ days, timeline, titles }, by) {
  const last = days.length - 1;
  const slider = made("input", "", { type: "range", min: 0, max: last, step: 1, id: "replay-day" });
  const earlier = made("button", "Day before", { type: "button" });
  const later = made("button", "Day after", { type: "button" });
  const then = made("p.then");
  const sums = made("p");
  const clocks = made("tbody");
  const log = made("ol.log", "", { tabindex: 0, "aria-label": by.log });
  const said = made("p.hidden", "", { role: "status" });
  let waiting;

  const clockRow = (one) => {
    const row = made("tr", [
      made("th", titles[one.deadline], { scope: "row" }),
      made("td", [
        made(`strong.tag.${TAGS[one.state]}`, words(one.state)), " ",
        made("span.reason", one.reason ? `${one.reason.replaceAll("-", " ")} ` : ""),
        made("span.days", one.counted_from ? daysText(one) : ""),
      ]),
      made("td", one.due ? dayText(one.due) + markOf(one) : "none"),
    ]);
    row.dataset.then = one.deadline;
    return row;
  };
  const entryItem = (line, before, superseded) => {
    const text = `${line.version}. ${words(line.kind)}: `;
    const summary = made(superseded.includes(line.version) ? "s" : "span", line.summary);
    return made(before.has(line.version) ? "li" : "li.new", [text, summary]);
  };

  function show() {
    const at = Number(slider.value);
    const { day, superseded = [], stage, clocks: read } = days[at];
    const versions = new Set(by.versions(days[at], timeline));
    const before = new Set(at ? by.versions(days[at - 1], timeline) : []);
    const known = timeline.filter(({ version }) => versions.has(version)).reverse();
    then.textContent = dayText(day);
    sums.textContent = `Stage: ${words(stage)}. ${versions.size} of ${timeline.length} entries ${by.sum}, `
      + `${versions.size - before.size} of them on this day.`;
    clocks.replaceChildren(...read.map(clockRow));
    log.replaceChildren(...known.map((line) => entryItem(line, before, superseded)));
    log.scrollTop = 0;
    slider.setAttribute("aria-valuetext", dayText(day));
    // A reader who drags the slider hears where it rests, not every day on the way.
    clearTimeout(waiting);
    waiting = setTimeout(() => { said.textContent = `${dayText(day)}. ${sums.textContent}`; }, 500);
  }
  const move = (by) => () => { slider.value = Number(slider.value) + by; show(); };
  earlier.addEventListener("click", move(-1));
  later.addEventListener("click", move(1));
  slider.addEventListener("input", show);
  slider.value = last;

  const head = made("tr", ["Clock", "State", "Due"].map((one) => made("th", one, { scope: "col" })));
  const table = made("table.clocks", [made("caption", "The clocks, as they were then"), made("thead", head), clocks]);
  byId("replay-here").replaceWith(made("section.replay", [
    made("h2", "Replay, day by day", { id: "replay" }),
    made("p", by.intro),
    made("label", by.label, { for: slider.id }),
    made("div.controls", [earlier, slider, later]),
    then, sums, made("div.scroll", table, { role: "region", tabindex: 0, "aria-label": "The clocks then" }), log, said,
  ], { "aria-labelledby": "replay" }));
  show();
}

const TAGS = data("tags-data");
const replayed = data("replay-data");
const happened = data("happened-data");
if (replayed && replayed.days.length > 1) showReplay(replayed, BY_RECORDING);
else if (happened && happened.days.length > 1) showReplay(happened, BY_HAPPENING);
