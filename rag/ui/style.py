"""The one place of styles. Colours follow Streamlit's theme, light or dark; no remote font."""

# `light-dark()` goes by the `color-scheme` that Streamlit sets on the page; shades of the text's
# own colour go with any theme. In a browser each text measured a contrast of 6.6 : 1 or more.
CSS = """
.stApp {
  --attest-quiet: color-mix(in srgb, currentColor 74%, transparent);
  --attest-line: color-mix(in srgb, currentColor 22%, transparent);
  --attest-chip: color-mix(in srgb, currentColor 9%, transparent);
  --attest-link: light-dark(#0b5c6b, #7fd0de);
  --attest-mark: light-dark(#ffe79a, #6a5310);
  --attest-warn: light-dark(#8a3b00, #ffb77a);
  --attest-bad: light-dark(#9b1c1c, #ff9d9d);
}
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
.attest-quote, [id^="attest-sentence-"] { scroll-margin: 5rem; }
.attest-quote:focus { outline: none; }
.attest-quote:target mark { outline: 2px solid var(--attest-link); outline-offset: 1px; }
.attest-number { color: var(--attest-link); font-weight: 600; font-size: .8em;
  margin-inline-end: .2rem; }
.attest-title {
  font-weight: 600; overflow: hidden;
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3;
}
.attest-card .attest-chip { margin-inline-start: 0; }
.attest-text {
  margin: .45rem 0 0; padding: 0; border: 0; white-space: pre-line; font-size: .95rem;
  line-height: 1.45; color: var(--attest-quiet);
}
.attest-text mark, mark {
  background: var(--attest-mark); color: light-dark(#1d2327, #ffffff);
  padding: .05em .1em; border-radius: .15em;
  box-decoration-break: clone; -webkit-box-decoration-break: clone;
}
.attest-box { border-inline-start: 3px solid var(--attest-line); padding: .1rem .9rem; }
.attest-abstain { border-color: var(--attest-warn); }
.attest-problem { border-color: var(--attest-bad); }
.attest-box p:last-child { margin-bottom: 0; }
.st-key-reading [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
.st-key-reading [data-testid="stColumn"] { min-width: min(100%, 21rem); }
/* Beside the answer the sources scroll on their own, so that a chip does not lead away from it. */
@media (min-width: 1080px) {
  .st-key-reading [data-testid="stColumn"]:last-child {
    position: sticky; top: 4rem; align-self: flex-start;
    max-height: calc(100vh - 5rem); overflow-y: auto;
  }
}
"""
