"use strict";
// Draws the questions. Whatever comes from a document, a question or a file name becomes a text
// node: no markup is made from it. A question is drawn when it is opened.
(() => {
  const values = JSON.parse(document.getElementById("values").textContent);
  const { runs, questions, documents, measures, outcomes } = values;
  const several = runs.length > 1;
  const outcomeOf = new Map(outcomes.map((one) => [one.name, one]));
  const AT_ONCE = 200;
  const CUT_CHARS = 40;

  // -- elements ---------------------------------------------------------------------------------

  function make(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) {
        made.setAttribute(key, value === true ? "" : value);
      }
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  // Text of somebody else, in a direction of its own.
  const foreign = (text) => make("bdi", { dir: "auto" }, String(text));

  const RIGHT_TO_LEFT = /^[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

  function direction(text) {
    const letter = text.match(/\p{L}/u);
    return letter && RIGHT_TO_LEFT.test(letter[0]) ? "rtl" : "ltr";
  }

  const figure = (value) => {
    if (value === null || value === undefined) return "–";
    const digits = Math.abs(value) < 10 ? 3 : Math.abs(value) < 100 ? 1 : 0;
    return value.toFixed(digits).replace("-", "−");
  };

  function table(head, rows, attributes) {
    const cells = head.map((name) => make("th", { scope: "col" }, name));
    const inner = make(
      "table", attributes, make("thead", null, make("tr", null, ...cells)), make("tbody", null, ...rows)
    );
    return make("div", { class: "scroll" }, inner);
  }

  const list = (items, attributes) =>
    make("ul", { class: "plain", ...attributes }, ...items.map((item) => make("li", null, item)));

  function later(title, draw) {
    const made = make("details", null, make("summary", null, title));
    made.addEventListener("toggle", () => made.append(...draw()), { once: true });
    return made;
  }

  // -- documents --------------------------------------------------------------------------------

  // Offsets count code points, as Python does; JavaScript counts a rare character as two.
  const split = new Map();
  function characters(piece) {
    if (!split.has(piece)) {
      split.set(piece, /[\ud800-\udfff]/.test(piece[1]) ? Array.from(piece[1]) : piece[1]);
    }
    return split.get(piece);
  }

  function cut(held, start, end) {
    const part = held.slice(start, end);
    return typeof part === "string" ? part : part.join("");
  }

  function pieceAround(place, start, end) {
    for (const piece of documents[place].pieces) {
      const held = characters(piece);
      if (piece[0] <= start && end <= piece[0] + held.length) return { from: piece[0], held };
    }
    return null;
  }

  function afterSpace(held, first, stop) {
    for (let at = first; at < Math.min(stop, first + CUT_CHARS); at += 1) {
      if (/\s/.test(held[at - 1])) return at;
    }
    return first;
  }

  function beforeSpace(held, stop, last) {
    for (let at = last; at > Math.max(stop, last - CUT_CHARS); at -= 1) {
      if (/\s/.test(held[at])) return at;
    }
    return last;
  }

  // The quote in a mark, with its surroundings, each piece isolated from the others.
  function excerpt(item, kind) {
    const found = item.why === 0 ? pieceAround(item.document, item.start, item.end) : null;
    if (found === null) return alone(item, kind);
    const { from, held } = found;
    const start = item.start - from;
    const end = item.end - from;
    let first = Math.max(0, start - values.around);
    let last = Math.min(held.length, end + values.around);
    const before = from + first > 0;
    const after = from + last < documents[item.document].chars;
    if (before && first > 0) first = afterSpace(held, first, start);
    if (after && last < held.length) last = beforeSpace(held, end, last);
    const dir = direction(cut(held, first, last));
    const piece = (a, b) => make("bdi", { dir }, cut(held, a, b));
    return make(
      "blockquote", { class: "text", dir },
      before ? make("span", { "aria-hidden": "true" }, "… ") : null,
      piece(first, start), make("mark", { class: kind }, piece(start, end)), piece(end, last),
      after ? make("span", { "aria-hidden": "true" }, " …") : null
    );
  }

  const WHY_ALONE = [
    "", null,
    "The quote is not at its place in the document as it is read now.",
    "The document could not be read.",
  ];

  function alone(item, kind) {
    const parts = [];
    if (item.quote) {
      const dir = direction(item.quote);
      const words = make("bdi", { dir }, item.quote);
      parts.push(make("blockquote", { class: "text", dir }, make("mark", { class: kind }, words)));
    }
    if (WHY_ALONE[item.why]) parts.push(make("p", { class: "warn held" }, WHY_ALONE[item.why]));
    return make("div", null, ...parts);
  }

  // -- what was wanted --------------------------------------------------------------------------

  function evidence(item) {
    const held = documents[item.document];
    const where = [held.title ? held.name : null, item.pages, item.grade > 1 ? `grade ${item.grade}` : null];
    const parts = [make("div", { class: "title" }, foreign(held.title || held.name)), line(where)];
    if (item.start === null || item.start === undefined) {
      const words = item.quote ? "Its place in the text that was asked is not known." : "The whole document.";
      parts.push(alone(item, "gold"), make("p", { class: "held" }, words));
    } else {
      parts.push(excerpt(item, "gold"));
    }
    return make("div", { class: "source" }, ...parts);
  }

  function line(parts) {
    const known = parts.filter((part) => part);
    const spaced = known.flatMap((part, place) => (place ? [" · ", foreign(part)] : [foreign(part)]));
    return known.length ? make("div", { class: "where" }, ...spaced) : null;
  }

  function wanted(question) {
    const left = [];
    if (!question.answerable) {
      left.push(make("p", null, "The documents hold no answer: it should abstain."));
    }
    const asked = [
      ["Accepted answers", question.answers.map((text) => [text])],
      ["Must say", question.must_contain],
      ["Should say", question.should_contain],
      ["Must not say", question.must_not.map((text) => [text])],
    ];
    for (const [title, items] of asked) {
      if (items.length) left.push(make("h4", null, title), list(items.map(either)));
    }
    if (question.as_of) left.push(make("p", { class: "quiet" }, `As of ${question.as_of}.`));
    if (question.without.length) {
      left.push(make("h4", null, "Hidden from this question"), list(question.without.map(foreign)));
    }
    const right = question.evidence.map(evidence);
    if (right.length) right.unshift(make("h4", null, "Gold evidence"));
    return make("div", { class: "two part" }, make("div", null, ...left), make("div", null, ...right));
  }

  function either(phrases) {
    const parts = phrases.flatMap((text, place) => (place ? [" or ", foreign(text)] : [foreign(text)]));
    return make("span", null, ...parts);
  }

  // -- what a run did ---------------------------------------------------------------------------

  function heldWords(citation) {
    const parts = [];
    if (citation.held !== null) {
      parts.push(
        citation.held
          ? make("span", { class: "good" }, "✓ its check held")
          : make("span", { class: "bad" }, "✗ its check did not hold")
      );
    }
    if (citation.good !== null) {
      parts.push(
        citation.good
          ? make("span", { class: "good" }, "✓ matches the gold")
          : make("span", { class: "warn" }, "✗ does not match the gold")
      );
    }
    const spaced = parts.flatMap((part, place) => (place ? [" · ", part] : [part]));
    return parts.length ? make("div", { class: "held" }, ...spaced) : null;
  }

  function source(citation, id) {
    const held = documents[citation.document];
    const about = held.about[citation.about];
    const where = [
      about.publisher || "publisher unknown", about.published || "date unknown", citation.pages,
      about.title ? held.name : null, about.url,
      about.also_in.length ? `the same in ${about.also_in.join(", ")}` : null,
    ];
    return make(
      "div", { class: "source", id, tabindex: "-1" },
      make("div", { class: "title" }, `[${citation.number}] `, foreign(about.title || held.name)),
      line(where), heldWords(citation), excerpt(citation, "cited")
    );
  }

  function sentence(one, citations, id) {
    const chips = one.citations.map((number) => {
      const at = citations.findIndex((citation) => citation.number === number);
      const broken = at >= 0 && citations[at].held === false;
      return make(
        "a", { class: broken ? "chip broken" : "chip", href: `#${id}-${at}`, "aria-label": `Source ${number}` },
        String(number)
      );
    });
    const aside = one.unclear ? make("small", null, " (needs its context)") : null;
    const kind = one.context ? "sentence context" : "sentence";
    return make("p", { class: kind }, foreign(one.text), aside, ...chips);
  }

  function text(sentences, citations, id) {
    return [
      make("div", null, ...sentences.map((one) => sentence(one, citations, id))),
      make("div", null, ...citations.map((one, place) => source(one, `${id}-${place}`))),
    ];
  }

  function answer(run, id) {
    const said = run.answer;
    const left = [];
    if (said.abstained) {
      left.push(make("h4", null, "It abstained"), make("p", null, foreign(said.reason || "No reason is given.")));
    } else {
      left.push(make("h4", null, "Answer"));
    }
    if (said.short) left.push(make("p", null, make("strong", null, foreign(said.short))));
    left.push(...said.notices.map((notice) => make("p", { class: "quiet" }, foreign(notice))));
    const [sentences, sources] = text(said.sentences, said.citations, id);
    left.push(sentences, make("p", { class: "quiet" }, confidence(said)));
    if (said.dropped.length) {
      left.push(make("h4", null, "Citations that were dropped"), list(said.dropped.map(foreign)));
    }
    const parts = [make("div", { class: "two" }, make("div", null, ...left), sources)];
    if (said.withheld.length || said.withheld_citations.length) {
      parts.push(
        later("The draft that was withheld", () => {
          const drawn = text(said.withheld, said.withheld_citations, `${id}-w`);
          return [make("div", { class: "two draft" }, ...drawn)];
        })
      );
    }
    return parts;
  }

  function confidence(said) {
    const needs = typeof said.threshold === "number" ? `; an answer is given from ${said.threshold.toFixed(2)}` : "";
    const how = said.model ? `Written by ${said.model}. ` : "";
    return `${how}Confidence ${said.confidence.toFixed(2)}${needs}.`;
  }

  function demands(question, run) {
    const marked = (items, held, good) =>
      items.map((item, place) => make("span", { class: held[place] === good ? "said" : "unsaid" }, item));
    const said = run.said;
    const parts = [];
    const groups = [
      ["Accepted answers in it", question.answers.map(foreign), said.answers, true],
      ["Must say", question.must_contain.map(either), said.must_contain, true],
      ["Should say", question.should_contain.map(either), said.should_contain, true],
      ["Must not say", question.must_not.map(foreign), said.must_not, false],
    ];
    for (const [title, items, held, good] of groups) {
      if (items.length) parts.push(make("h4", null, title), list(marked(items, held, good)));
    }
    return parts;
  }

  function ranking(run) {
    const rows = run.ranking.map((passage) => {
      const [rank, place, start, end, score, dense, lexical, page, gold, opening] = passage;
      const what = [foreign(documents[place].name)];
      if (end > start) what.push(make("small", null, ` ${start}–${end}`));
      if (page !== null) what.push(make("small", null, ` page ${page}`));
      if (gold) what.push(make("span", { class: "good" }, gold === "evidence" ? " ✓ evidence" : " gold document"));
      const found = opening === null ? null : pieceAround(place, start, opening);
      if (found) {
        const words = cut(found.held, start - found.from, opening - found.from);
        const more = opening < end ? " …" : "";
        what.push(make("div", { class: "quiet" }, foreign(words.replace(/\s+/g, " ")), more));
      }
      const scores = [score, dense, lexical].map((value) => make("td", { class: "number" }, figure(value)));
      return make(
        "tr", { class: gold === "evidence" ? "gold" : null },
        make("th", { scope: "row" }, String(rank)), make("td", { class: "what" }, ...what), ...scores
      );
    });
    return [table(["rank", "passage", "score", "dense", "lexical"], rows, { class: "ranking" })];
  }

  function measured(run) {
    const rows = [];
    measures.forEach(([name, label, meaning], place) => {
      if (run.values[place] === null) return;
      const head = make("th", { scope: "row", title: meaning }, label, " ", make("code", null, name));
      rows.push(make("tr", null, head, make("td", { class: "number" }, figure(run.values[place]))));
    });
    for (const [name, value] of Object.entries(run.seconds)) {
      const head = make("th", { scope: "row" }, `seconds: ${name}`);
      rows.push(make("tr", null, head, make("td", { class: "number" }, figure(value))));
    }
    return [table(["measure", "value"], rows)];
  }

  function drawnRun(question, run, place) {
    const id = `s-${question.place}-${place}`;
    const parts = [];
    if (several) {
      parts.push(make("h3", null, `${runs[place].letter} `, foreign(runs[place].name), ": ", labels(run)));
    }
    if (run.failed.length) {
      const items = run.failed.map((words) => make("li", null, foreign(words)));
      parts.push(make("ul", { class: "failed-words", "aria-label": "What failed" }, ...items));
    }
    if (run.answer) parts.push(...answer(run, id));
    if (run.said && run.answer) {
      const held = demands(question, run);
      if (held.length && !run.answer.abstained) parts.push(later("What had to be said, and what was", () => held));
    }
    if (run.ranking) {
      const title = run.answer ? `The ranking: ${run.ranking.length} passages` : null;
      if (title) parts.push(later(title, () => ranking(run)));
      else parts.push(make("h4", null, "The ranking"), ...ranking(run));
      parts.push(later("Measures of this question", () => measured(run)));
    }
    return make("div", { class: several ? "run" : "part" }, ...parts);
  }

  function labels(run) {
    return [run.outcome, ...run.flags].map((name) => outcomeOf.get(name).label).join(", ");
  }

  // -- the list ---------------------------------------------------------------------------------

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

  function select(label, options) {
    const made = make("select", null);
    for (const { value, label: words } of options) made.append(make("option", { value }, words));
    return [made, make("label", null, label, made)];
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
    const [tag, tagLabel] = select("Tag", [
      unset, ...tagCounts().map(([value, n]) => ({ value, label: `${value} (${n})` })),
    ]);
    const [outcome, outcomeLabel] = select("Outcome", [
      unset, ...(several ? [{ value: " differs", label: "differs between the runs" }] : []),
      ...outcomes.map((one) => ({ value: one.name, label: one.label })),
    ]);
    const [run, runLabel] = select("In run", [
      unset, ...runs.map((one, at) => ({ value: String(at), label: one.letter })),
    ]);
    const [order, orderLabel] = select(
      "Order", Object.entries(ORDERS).map(([value, [label]]) => ({ value, label }))
    );
    const form = make(
      "div", { class: "filters", role: "search", "aria-label": "Questions" },
      make("label", { class: "long" }, "Words of the question, its answers, tags or id", search),
      tagLabel, outcomeLabel, several ? runLabel : null, orderLabel
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

  // -- tables -----------------------------------------------------------------------------------

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
})();
