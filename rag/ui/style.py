"""The one place of styles. Colours follow Streamlit's theme, light or dark; no remote font."""

# `light-dark()` goes by the `color-scheme` that Streamlit sets on the page; shades of the text's
# own colour go with any theme. In a browser each text measured a contrast of 6.6 : 1 or more.
CSS = """
.stApp {
  --attest-quiet: color-mix(in srgb, currentColor 74%, transparent);
  --attest-line: color-mix(in srgb, currentColor 22%, transparent);
  --attest-chip: color-mix(in srgb, currentColor 9%, transparent);
  --attest-link: light-dark(#0b5c6b, #7fd0de);
  --attest-page: light-dark(#ffffff, #14181b);
  --attest-paper: light-dark(#ffffff, #1f2529);
  --attest-ink: light-dark(#1d2327, #e8ecee);
  --attest-mark: light-dark(#ffe79a, #6a5310);
  --attest-warn: light-dark(#8a3b00, #ffb77a);
  --attest-good: light-dark(#17694a, #84d6b1);
  --attest-bad: light-dark(#9b1c1c, #ff9d9d);
}
/* Streamlit's own Stop ends a run and leaves a half-drawn page; ours ends the model's writing. */
[data-testid="stStatusWidget"] button { display: none; }
[role="tab"][aria-selected="true"] p { color: var(--attest-link); }
[role="radio"][aria-checked="true"] :is(p, span) { color: var(--attest-link); }
.stMainBlockContainer h1 { font-size: 1.9rem; padding: 0; }
.stHtml { overflow-wrap: anywhere; line-height: 1.55; }
.stHtml p { margin: 0 0 .7rem; }
.stHtml h2 { font-size: 1.35rem; line-height: 1.35; font-weight: 600; padding: 0; margin: 0; }
.stHtml h3 { font-size: 1.02rem; font-weight: 600; padding: 0; margin: 0 0 .6rem; }
.stHtml ol, .stHtml ul { list-style: none; padding: 0; margin: 0; }
.attest-quiet, .stHtml small { color: var(--attest-quiet); font-size: .86rem; }
.stHtml p.attest-short { font-size: 1.25rem; line-height: 1.5; }
.attest-context { color: var(--attest-quiet); font-size: .93em; }
.attest-aside { color: var(--attest-warn); font-size: .82rem; font-style: italic; }
.attest-chip {
  display: inline-block; min-width: 1.5rem; padding: 0 .3rem; margin-inline-start: .2rem;
  border-radius: .3rem; background: var(--attest-chip); text-align: center;
  font-size: .8rem; line-height: 1.45rem; font-weight: 600; font-style: normal;
}
.stHtml a.attest-chip, .stHtml a.attest-chip:visited {
  color: var(--attest-link); text-decoration: none;
}
.stHtml a.attest-chip:hover { text-decoration: underline; }
.stHtml a.attest-chip.attest-broken { color: var(--attest-bad); text-decoration: line-through; }
.stHtml a:focus-visible, .stHtml li:focus-visible, .stHtml p:focus-visible {
  outline: 2px solid var(--attest-link); outline-offset: 2px;
}
.attest-card {
  border: 1px solid var(--attest-line); border-radius: .4rem;
  padding: .7rem .85rem; margin: 0 0 .7rem; scroll-margin: 5rem;
}
.attest-quote { scroll-margin: 9rem; }
[id^="attest-sentence-"] { scroll-margin: 5rem; }
.attest-quote:focus { outline: none; }
.attest-quote:target mark { outline: 2px solid var(--attest-link); outline-offset: 1px; }
.attest-number { color: var(--attest-link); font-weight: 600; font-size: .8em;
  margin-inline-end: .2rem; }
.attest-title {
  font-weight: 600; overflow: hidden;
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3;
}
.attest-card .attest-chip { margin-inline-start: 0; }
/* Over a chip: what it quotes. At its left edge on wide pages, along the bottom on narrow ones. */
.attest-chip .attest-tip { display: none; }
article .attest-chip { position: relative; }
article .attest-chip:hover .attest-tip, article .attest-chip:focus-visible .attest-tip {
  display: block; position: absolute; z-index: 20; inset-inline-start: 0; top: 1.7rem;
  width: max-content; max-width: min(26rem, 70vw); padding: .6rem .75rem;
  border: 1px solid var(--attest-line); border-radius: .4rem; text-align: start;
  background: var(--attest-paper); box-shadow: 0 4px 14px rgb(0 0 0 / .22);
  font-size: .85rem; line-height: 1.4; font-weight: 400; overflow-wrap: anywhere;
}
.attest-tip > span { display: block; }
.attest-tip-about, .attest-tip-quote { color: var(--attest-ink); }
.attest-tip-about { font-weight: 600; }
.attest-tip-quote { margin-top: .35rem; }
@media (max-width: 700px) {
  article .attest-chip:hover .attest-tip, article .attest-chip:focus-visible .attest-tip {
    position: fixed; inset: auto .5rem 6rem; width: auto; max-width: none;
  }
}
/* A place is opened by its chip (the target of its link): more of the text, to scroll in. */
.attest-far { display: none; }
.attest-card:has(.attest-quote:target) .attest-far { display: inline; }
.attest-card:has(.attest-quote:target) .attest-near { display: none; }
.attest-card:has(.attest-quote:target) { border-color: var(--attest-link); }
.attest-card:has(.attest-quote:target) .attest-title {
  position: sticky; top: 0; z-index: 5; background: var(--attest-page);
}
.attest-card:has(.attest-quote:target) .attest-text {
  max-height: min(60vh, 34rem); overflow-y: auto; overscroll-behavior: contain;
}
.attest-way { margin-top: .3rem; }
.attest-way a { color: var(--attest-link); }
.attest-text {
  margin: .45rem 0 0; padding: 0; border: 0; white-space: pre-line; font-size: .95rem;
  line-height: 1.45; color: var(--attest-quiet);
}
.attest-text mark, mark {
  background: var(--attest-mark); color: light-dark(#1d2327, #ffffff);
  padding: .05em .1em; border-radius: .15em;
  box-decoration-break: clone; -webkit-box-decoration-break: clone;
}
/* The library: the words of a document in a frame of their own, beside the picture of the page. */
.attest-reader {
  max-height: 72vh; overflow: auto; padding: .8rem 1rem; border: 1px solid var(--attest-line);
  border-radius: .4rem;
}
.attest-reader .attest-text { margin: 0; color: inherit; }
.attest-reader mark[id] { outline: 2px solid var(--attest-link); outline-offset: 1px; }
.st-key-reading-pages [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
.st-key-reading-pages [data-testid="stColumn"] { min-width: min(100%, 21rem); }
.st-key-reading-pages img { border: 1px solid var(--attest-line); border-radius: .3rem; }
[class*="st-key-library-filters"] > *, [class*="st-key-document-moves"] > *,
[class*="st-key-document-find"] > * { flex: 1 1 9rem; }
[class*="st-key-document-find"] > :first-child { flex-basis: 18rem; }
.st-key-reading-pages [data-testid="stImage"] { position: sticky; top: 4rem; }
/* Files that could not be read stand close together, what to do with each at its line's end. */
[class*="st-key-row-failed-"] p { margin: .45rem 0 0; }
.attest-box { border-inline-start: 3px solid var(--attest-line); padding: .1rem .9rem; }
.attest-abstain { border-color: var(--attest-warn); }
.attest-problem { border-color: var(--attest-bad); }
.attest-box p:last-child { margin-bottom: 0; }
.stHtml .attest-box a, .stHtml .attest-box a:visited { color: var(--attest-link); }
[class*="st-key-row-"] { flex-wrap: nowrap; }
/* The lines of other questions stand close together. */
[class*="st-key-turn-"] p { margin: 0 0 .2rem; }
.st-key-reading [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
.st-key-reading [data-testid="stColumn"] { min-width: min(100%, 21rem); }
/* Beside the answer the sources scroll on their own, so that a chip does not lead away from it. */
@media (min-width: 1080px) {
  .st-key-reading [data-testid="stColumn"] { position: sticky; top: 4rem; align-self: flex-start; }
  .st-key-reading [data-testid="stColumn"]:last-child {
    max-height: calc(100vh - 5rem); overflow-y: auto;
  }
}
/* Evaluations: tables and folds of `evals.report`, whose drawings Streamlit takes out. */
.attest-report { font-size: .95rem; }
.attest-report .drawn, .attest-report .sign { display: none; }
.attest-report .quiet, .attest-report small { color: var(--attest-quiet); font-size: .86rem; }
.attest-report code { font-size: .78rem; color: var(--attest-quiet); background: none; padding: 0; }
.attest-report .summary li { padding: .15rem 0; }
.attest-report .note { border-inline-start: 3px solid var(--attest-line); padding-inline: .8rem; }
.attest-report .scroll { overflow-x: auto; margin: 0 0 1rem; }
.attest-report .scroll:focus-visible { outline: 2px solid var(--attest-link); }
.attest-report table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.attest-report th, .attest-report td {
  text-align: start; vertical-align: top; padding: .34rem .9rem .34rem 0; font-weight: 400;
  border: 0; border-bottom: 1px solid var(--attest-line); min-width: 3rem;
}
.attest-report thead th { color: var(--attest-quiet); font-size: .82rem; overflow-wrap: normal; }
.attest-report th.number, .attest-report td.number { text-align: end; white-space: nowrap; }
.attest-report thead th.number { white-space: normal; }
.attest-report tr.group th { font-weight: 600; padding-top: 1.2rem; }
.attest-report tbody th { min-width: 9rem; }
.attest-report td small { display: block; white-space: nowrap; }
.attest-report .line { display: block; white-space: nowrap; }
.attest-report .line small { display: inline; margin-inline-start: .4rem; }
.attest-report details > summary { cursor: pointer; color: var(--attest-link); }
.attest-report dt { font-weight: 600; margin-top: .5rem; }
.attest-report dd { margin: 0; color: var(--attest-quiet); }
.attest-report .better, .attest-gold { color: var(--attest-good); }
.attest-report .worse { color: var(--attest-warn); }
.attest-gold { font-size: .86rem; font-weight: 600; }
.attest-heading { font-weight: 600; }
.attest-card:target { border-color: var(--attest-link); }
.stHtml ul.attest-plain li { padding: .1rem 0; }
.st-key-judged [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
.st-key-judged [data-testid="stColumn"] { min-width: min(100%, 21rem); }
.st-key-evaluation-choices > * { min-width: min(100%, 17rem); }
/* Settings and health: names beside their values, one under the other on narrow pages. */
.attest-sections section { margin: 0 0 1.2rem; }
.stHtml ul.attest-rows > li {
  display: grid; grid-template-columns: minmax(9rem, 17rem) minmax(0, 1fr); gap: 0 1.2rem;
  padding: .3rem 0; border-bottom: 1px solid var(--attest-line);
}
.stHtml .attest-rows .attest-quiet { font-size: inherit; }
.attest-name { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .82rem; }
@media (max-width: 640px) {
  .stHtml ul.attest-rows > li { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 640px) {
  .attest-report tbody th code { display: none; }
  .attest-report tbody th { min-width: 7.5rem; }
  .attest-report th, .attest-report td { padding-inline-end: .6rem; }
}
"""
