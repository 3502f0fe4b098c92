// Says what has passed between the day on which the clocks were read and the reader's own day.

/** Return a reader's own day in a zone, as the days of the page are written. */
function todayIn(timeZone) {
  const form = { year: "numeric", month: "2-digit", day: "2-digit", timeZone };
  return partsOf(new Date().toISOString(), form, "year", "month", "day").join("-");
}

function showSince(here) {
  const { day: read, zone } = here.dataset;
  const today = todayIn(zone);
  const days = Math.round((Date.parse(today) - Date.parse(read)) / 86_400_000);
  if (days <= 0) return;
  const passed = [...document.querySelectorAll("[data-clock]")].filter((row) => {
    const due = row.querySelector("td:last-child time");
    return row.querySelector(".tag").textContent === "Running" && due && due.dateTime < today;
  });
  const names = passed.map((row) => row.querySelector("th").textContent.trim());
  const what = names.length
    ? `These clocks were running then, and their due days have passed since. This page does not know whether they were met: ${names.join("; ")}.`
    : "No clock that was running then has passed its due day since.";
  here.replaceWith(made("p.note", `Today is ${dayText(today)}: ${days} ${days === 1 ? "day has" : "days have"} passed since then. ${what}`, { id: "since" }));
}

if (byId("since-here")) showSince(byId("since-here"));
