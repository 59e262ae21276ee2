// One question: what was wanted of it, and what each run made of it.
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
    const n = run.ranking.length;
    const title = `The ranking: ${n} ${n === 1 ? "passage" : "passages"}`;
    if (run.answer) parts.push(later(title, () => ranking(run)));
    else parts.push(make("h4", null, "The ranking"), ...ranking(run));
    parts.push(later("Measures of this question", () => measured(run)));
  }
  return make("div", { class: several ? "run" : "part" }, ...parts);
}

function labels(run) {
  return [run.outcome, ...run.flags].map((name) => outcomeOf.get(name).label).join(", ");
}
