// Holds what the page shows to the replay, whose digest the bundle states.

// What is to be known of a due day is beside it, and in no replay; nothing else may.
const BESIDE = /^ \((provisional|one source|provisional, one source|calendar gap|calendar not at hand)\)$/;

function plain(element) {
  if (!element) return "";
  const copy = element.cloneNode(true);
  copy.querySelectorAll(".beside").forEach((one) => { if (BESIDE.test(one.textContent)) one.remove(); });
  return copy.textContent.replace(/\s+/g, " ").trim();
}

const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Return a time as the page writes it, by the clock of a zone. */
function momentText(iso, timeZone) {
  const form = {
    day: "numeric", month: "long", year: "numeric",
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone,
  };
  const [day, month, year, hour, minute] = partsOf(iso, form, "day", "month", "year", "hour", "minute");
  return `${day} ${month} ${year}, ${hour}:${minute}`;
}

/** Yield where the page shows something else than the replay says, and what. */
function* notAsReplayed(replay, topics) {
  const shown = document.querySelectorAll(".timeline li").length;
  if (shown !== replay.timeline.length || shown + 1 !== topics.length) {
    yield ["the timeline", "it has more or fewer entries than the bundle"];
  }
  for (const { version, kind } of replay.timeline) {
    if (kind !== topics[version]) yield [`entry ${version}`, "its kind is not that of its leaf"];
  }
  for (const [where, what, element, text] of stated(replay)) {
    if (plain(element) !== text) yield [where, `${what}: not as the bundle states`];
  }
}

/** Yield, for each part that is compared, where and what it is, its element, and its text. */
function* stated(replay) {
  yield ["the page", "its case", document.querySelector("h1"), `Case file ${replay.case}`];
  const { id, digest, rule_set: ruleSet, rule_set_digest: ruleSetDigest } = replay.terms;
  yield ["the page", "its terms", byId("fact-terms"), `${id} (${digest})`];
  yield ["the page", "its rule set", byId("fact-national-rule-set"), `${ruleSet} (${ruleSetDigest})`];
  for (const line of replay.timeline) yield* entryStated(line, replay);
  const last = replay.days.at(-1);
  const later = readOn() > last.day ? readOn() : null;
  for (const clock of last.clocks) yield* (later && runs(clock) ? runningStated(clock, replay.titles, later) : clockStated(clock, replay.titles));
  const [inEntries, undone] = [true, false].map((one) => replay.findings.filter(({ version }) => (version !== null) === one));
  yield* listed("the findings", "found", inEntries.map(findingText));
  yield* duties(undone.map(findingText), later);
  yield ["the findings", "how much was asked", byId("asked"), askedText(replay.asked)];
  yield* listed("the changes of verdicts", "changed", replay.changes.map((one) => changeText(one, replay)));
  yield* listed("the documents", "named", replay.documents.map(
    (one) => `${one.reference}, entry ${one.version}, ${words(one.kind)} ${one.sha256 || "its digest is not known"}`));
}

function* entryStated(line, { timeline, time_zone: zone }) {
  const entry = byId(`entry-${line.version}`);
  const { standing, corrected_by: by } = line;
  const instead = standing === "stands" ? "" : `${words(standing)} see entry ${by}: ${timeline[by - 1].summary}`;
  const parts = [
    ["its kind", ".kind", words(line.kind)],
    ["what it says", ".says", line.summary],
    ["when it happened", ".at", momentText(line.at, zone)],
    ["when it was recorded", ".recorded", momentText(line.recorded_at, zone)],
    ["who recorded it", ".by", `${line.by}, ${line.role}, ${line.agency}`],
    ["its clause", ".clause", line.clause],
    ["what is in its place", ".instead", instead],
  ];
  for (const [what, selector, text] of parts) {
    yield [`entry ${line.version}`, what, entry && entry.querySelector(selector), text];
  }
}

function* clockStated(clock, titles) {
  const { deadline, state, counted_from: started, stopped_on: stopped, due } = clock;
  const [where, title] = [`clock ${deadline}`, titles[deadline]];
  const read = stateText(clock) + (started ? ` ${daysText(clock)}` : "");
  const days = (due ? dayText(due) : "none") + (stopped ? `stopped ${dayText(stopped)}` : "");
  yield [where, "its row", document.querySelector(`[data-clock="${deadline}"]`), `${title} ${read} ${days}`];
  if (started) yield [where, "its state", byId(`clock-${deadline}`), `${title} ${words(state)}`];
}

/** Return the day on which the page says that it read the clocks. */
const readOn = () => byId("as-of").querySelector("time").dateTime;
const runs = ({ state, stopped_on: stopped, due }) => due && !stopped && ["running", "overdue", "relaxed"].includes(state);

/**
 * Yield what is stated of a clock that still ran on the last day of the record, read on a later one:
 * its due day, and whether that has passed. How many days it took by then is not calculated here.
 */
function* runningStated(clock, titles, later) {
  const { deadline, state, due } = clock;
  const [where, title] = [`clock ${deadline}`, titles[deadline]];
  const uncounted = (element) => made("p", plain(element).replace(/ day (\d+|not known) of /, " day # of "));
  const [row, head] = [document.querySelector(`[data-clock="${deadline}"]`), byId(`clock-${deadline}`)];
  const states = state !== "running" ? [state] : due >= later ? ["running"] : ["overdue", "relaxed"];
  const texts = states.map((one) => `${title} ${words(one)} ${daysText({ ...clock, days_taken: "#" })} ${dayText(due)}`);
  yield [where, "its row", uncounted(row), texts.find((one) => one === plain(uncounted(row))) ?? texts[0]];
  const heads = states.map((one) => `${title} ${words(one)}`);
  yield [where, "its state", head, heads.find((one) => one === plain(head)) ?? heads[0]];
}

function findingText({ version, kind, finding }) {
  const { verdict, clause, because, way_on: way, kind: what, code, subject } = finding;
  const where = version === null ? "" : `, entry ${version}, ${words(kind)}`;
  const which = `${what} ${code}${subject ? ` (${subject})` : ""}`;
  return `${words(verdict)}${clause ? ` ${clause}` : ""}${where}: ${which} ${upper(because)}. ${way}`.trim();
}

function askedText({ entries, rules, duties: owed, dates, edition }) {
  const many = (number, one, several) => `${number} ${number === 1 ? one : several}`;
  return `Checked: ${many(rules, "rule", "rules")}, ${many(owed, "duty", "duties")} and ${many(dates, "date", "dates")} of ${many(entries, "entry", "entries")}, by edition ${edition} of the rules.`;
}

/** Yield the duties that were not done; read on a later day there may be more of them, and no fewer. */
function* duties(texts, later) {
  if (!later) {
    yield* listed("the duties", "undone", texts);
    return;
  }
  const items = byId("undone") ? [...byId("undone").children] : [];
  for (const text of texts) yield ["the duties", text, items.find((one) => plain(one) === text), text];
}

function changeText({ recorded_at: at, deadline, before, after, entries }, { titles, time_zone: zone }) {
  const due = (clock) => (clock.due ? ` due ${dayText(clock.due)}` : "");
  const believed = (clock) => (clock ? words(clock.state) + due(clock) : "no clock of these terms");
  const by = entries.map((version) => `entry ${version}`).join(", ");
  return `${titles[deadline]}, recorded ${momentText(at, zone)} ${believed(before)}; from then on ${believed(after)}, by ${by}.`;
}

/** Yield the items of a list, and that there are no more of them. */
function* listed(where, id, texts) {
  const items = byId(id) ? [...byId(id).children] : [];
  yield [where, "their number", made("p", `${items.length}`), `${texts.length}`];
  for (const [at, text] of texts.entries()) yield [where, `number ${at + 1}`, items[at], text];
}
