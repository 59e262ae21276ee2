// The list of questions with its filters, and what the tables can do with a script. A question is
// drawn when it is opened.

// Questions listed before more are asked for.
const AT_ONCE = 200;

const fragment = (question) => `q-${encodeURIComponent(question.id)}`;

function badge(run, place) {
  const letter = several ? `${runs[place].letter} ` : "";
  const flags = run.flags.map((flag) => make("small", null, outcomeOf.get(flag).label));
  return make("span", { class: `badge o-${run.outcome}` }, letter + outcomeOf.get(run.outcome).label, ...flags);
}

function entry(question) {
  const words = make(
    "span", { class: "words" }, foreign(question.question),
    make("span", { class: "tags" }, foreign(question.id), ...question.tags.flatMap((tag) => [" · ", foreign(tag)]))
  );
  const badges = make("span", { class: "badges" }, ...question.runs.map(badge));
  const made = make("details", { class: "question", id: `q-${question.id}` }, make("summary", null, badges, words));
  made.addEventListener(
    "toggle",
    () => made.append(
      make(
        "div", { class: "inside" }, wanted(question),
        ...question.runs.map((run, place) => drawnRun(question, run, place)),
        make("p", { class: "quiet" }, make("a", { href: `#${fragment(question)}` }, "Link to this question"))
      )
    ),
    { once: true }
  );
  return made;
}

const unset = { value: "", label: "any" };
const lowered = (question) =>
  [question.id, question.question, ...question.answers, ...question.tags].join("\n").toLowerCase();
const searched = questions.map(lowered);
const confidenceOf = (question) =>
  Math.min(...question.runs.map((run) => (run.answer ? run.answer.confidence : Infinity)));
const outcomesOf = (question) => question.runs.map((run) => [run.outcome, ...run.flags].join());
const spread = (question) => {
  const orders = question.runs.map((run) => outcomeOf.get(run.outcome).order);
  return Math.max(...orders) - Math.min(...orders);
};
const ORDERS = {
  worst: ["worst first", () => 0],
  set: ["as in the set", (a, b) => a.place - b.place],
  confidence: ["least confidence first", (a, b) => confidenceOf(a) - confidenceOf(b)],
  ...(several ? { spread: ["most different first", (a, b) => spread(b) - spread(a)] } : {}),
};

function field(label, control, kind) {
  control.id = `filter-${label.split(" ")[0].toLowerCase()}`;
  return make("div", { class: kind }, make("label", { for: control.id }, label), control);
}

function select(options) {
  const made = make("select", null);
  for (const { value, label } of options) made.append(make("option", { value }, label));
  return made;
}

function tagCounts() {
  const counts = new Map();
  for (const question of questions) {
    for (const tag of question.tags) counts.set(tag, (counts.get(tag) || 0) + 1);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

function drawList(place) {
  const search = make("input", { type: "search" });
  const tag = select([
    unset, ...tagCounts().map(([value, n]) => ({ value, label: `${value} (${n})` })),
  ]);
  const outcome = select([
    unset, ...(several ? [{ value: " differs", label: "differs between the runs" }] : []),
    ...outcomes.map((one) => ({ value: one.name, label: one.label })),
  ]);
  const run = select([
    unset, ...runs.map((one, at) => ({ value: String(at), label: one.letter })),
  ]);
  const order = select(Object.entries(ORDERS).map(([value, [label]]) => ({ value, label })));
  const form = make(
    "div", { class: "filters", role: "search", "aria-label": "Questions" },
    field("Words of the question, its answers, tags or id", search, "long"),
    field("Tag", tag), field("Outcome", outcome), several ? field("In run", run) : null,
    field("Order", order)
  );
  const count = make("p", { class: "count", role: "status" });
  const held = make("div", { class: "list" });
  const more = make("button", { class: "more", type: "button" });
  place.append(form, count, held, more);

  const entries = questions.map(() => null);
  let chosen = [];
  let drawn = 0;

  function passes(question, at) {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.every((word) => searched[at].includes(word))) return false;
    if (tag.value && !question.tags.includes(tag.value)) return false;
    if (!outcome.value) return true;
    if (outcome.value === " differs") return new Set(outcomesOf(question)).size > 1;
    const asked = run.value === "" ? question.runs : [question.runs[Number(run.value)]];
    return asked.some((one) => one.outcome === outcome.value || one.flags.includes(outcome.value));
  }

  function drawMore() {
    const until = Math.min(chosen.length, drawn + AT_ONCE);
    for (; drawn < until; drawn += 1) {
      const at = chosen[drawn];
      entries[at] = entries[at] || entry(questions[at]);
      held.append(entries[at]);
    }
    more.hidden = drawn === chosen.length;
    more.textContent = `Show ${Math.min(AT_ONCE, chosen.length - drawn)} more`;
  }

  function redraw() {
    const compare = ORDERS[order.value][1];
    chosen = questions.map((_, at) => at).filter((at) => passes(questions[at], at));
    chosen.sort((a, b) => compare(questions[a], questions[b]) || a - b);
    held.replaceChildren();
    drawn = 0;
    drawMore();
    count.textContent = `${chosen.length} of ${questions.length} questions`;
  }

  for (const input of [search, tag, outcome, run, order]) input.addEventListener("input", redraw);
  more.addEventListener("click", drawMore);
  redraw();

  function open() {
    let id;
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const at = questions.findIndex((question) => `q-${question.id}` === id);
    if (at < 0) return;
    if (!chosen.includes(at)) {
      search.value = tag.value = outcome.value = run.value = "";
      redraw();
    }
    while (drawn < chosen.length && !(entries[at] && entries[at].isConnected)) drawMore();
    entries[at].open = true;
    entries[at].scrollIntoView();
  }
  addEventListener("hashchange", open);
  open();

  return (name) => {
    outcome.value = name;
    redraw();
    document.getElementById("questions").scrollIntoView();
    outcome.focus({ preventScroll: true });
  };
}

function sortable(made) {
  const body = made.tBodies[0];
  const heads = [...made.tHead.rows[0].cells];
  const key = (row, column) => (column ? row.cells[column] : row).getAttribute("data-value");
  heads.forEach((head, column) => {
    const button = make("button", { type: "button" }, ...head.childNodes);
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const sign = (column ? now === "descending" : now !== "ascending") ? 1 : -1;
      const rows = [...body.rows];
      rows.sort((a, b) => {
        const [one, other] = [key(a, column), key(b, column)];
        if (one === null || other === null) return (one === null) - (other === null);
        if (!column) return sign * (one < other ? -1 : one > other ? 1 : 0);
        return sign * (Number(one) - Number(other));
      });
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", sign < 0 ? "descending" : "ascending");
      body.append(...rows);
    });
  });
}

document.getElementById("how").hidden = false;
const choose = drawList(document.getElementById("list"));
for (const row of document.querySelectorAll("tr[data-outcome]")) {
  const name = row.getAttribute("data-outcome");
  if (!outcomeOf.has(name)) continue;
  const label = row.cells[0].lastElementChild || row.cells[0];
  const link = make("a", { href: "#questions" }, ...label.childNodes);
  label.append(link);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    choose(name);
  });
}
document.querySelectorAll("table.sortable").forEach(sortable);
