// Quotes marked in the surroundings in which they stand in their documents.

// Characters among which a space is looked for to cut at.
const CUT_CHARS = 40;

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
