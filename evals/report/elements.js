// What the page is drawn from, and how elements are made of it. Whatever comes from a document, a
// question or a file name becomes a text node: no markup is made from it.
const values = JSON.parse(document.getElementById("values").textContent);
const { runs, questions, documents, measures, outcomes } = values;
const several = runs.length > 1;
const outcomeOf = new Map(outcomes.map((one) => [one.name, one]));

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
  return make("div", { class: "scroll", role: "region", "aria-label": head[0], tabindex: "0" }, inner);
}

const list = (items, attributes) =>
  make("ul", { class: "plain", ...attributes }, ...items.map((item) => make("li", null, item)));

function later(title, draw) {
  const made = make("details", null, make("summary", null, title));
  made.addEventListener("toggle", () => made.append(...draw()), { once: true });
  return made;
}
