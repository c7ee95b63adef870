"""The style sheet of the HTML page: a book page by day and by night, and on paper."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fdfcf9; --ink: #1d1c1a; --soft: #605c55; --line: #dcd7cc; --box: #f6f3ec; --link: #274c77; --badge: #ebe5d8;
  --code: #f1eee6; --plate: none;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #17181a; --ink: #e4e1da; --soft: #a5a199; --line: #3a3b3e; --box: #1f2123; --link: #9dbfe6;
    --badge: #34363a; --code: #24262a; --plate: brightness(0.9);
  }
}
* { box-sizing: border-box; }
html { font-size: 106.25%; -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0; padding: 3rem 1.1rem 5rem; background: var(--paper); color: var(--ink);
  font-family: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", "TeX Gyre Pagella", P052,
    Georgia, serif;
  line-height: 1.55; overflow-wrap: break-word; hyphens: auto;
  font-variant-numeric: lining-nums; text-rendering: optimizeLegibility;
}
body > *, main { display: grid; grid-template-columns:
  [wide-start] minmax(0, 1fr) [text-start] minmax(0, 39rem) [text-end] minmax(0, 1fr) [wide-end];
  max-width: 62rem; margin-inline: auto; }
body > * > *, main > * { grid-column: text; min-width: 0; }
body > * > .wide { grid-column: wide; justify-self: center; max-width: 100%; min-width: min(100%, 39rem); }
math {
  font-family: "TeX Gyre Pagella Math", "Asana Math", "STIX Two Math", "Libertinus Math", "Cambria Math",
    "Latin Modern Math", math;
  font-size: 1em; line-height: normal; hyphens: manual;
}
math[display="block"] { margin: 0.9rem 0; overflow-x: auto; overflow-y: hidden; padding: 0.15rem 0; }
h1, h2, h3 { line-height: 1.25; font-weight: 600; text-wrap: balance; hyphens: manual; }
h1 { font-size: 2.2rem; margin: 0 0 0.4rem; letter-spacing: -0.01em; }
h2 { font-size: 1.45rem; margin: 3.6rem 0 0.8rem; }
h3 { font-size: 1.12rem; margin: 2.2rem 0 0.5rem; }
.number { color: var(--soft); font-weight: 400; margin-right: 0.6em; }
p, ul { margin: 0 0 0.9rem; }
ul { padding-left: 1.3rem; }
li { margin-bottom: 0.3rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; text-underline-offset: 0.2em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; hyphens: manual; }
code { font-size: 0.82em; background: var(--code); border-radius: 3px; padding: 0.08em 0.18em; }
pre {
  margin: 0 0 1.1rem; padding: 0.75rem 0.95rem; background: var(--code); border-radius: 5px; overflow-x: auto;
  line-height: 1.5;
}
pre code { background: none; padding: 0; }
.subtitle { font-size: 1.15rem; color: var(--soft); margin-bottom: 1.6rem; font-style: italic; }
dl {
  display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 1.2rem; margin: 0; padding: 0.9rem 0;
  border-block: 1px solid var(--line); font-size: 0.9rem;
}
dt { color: var(--soft); }
dd { margin: 0; }
nav { margin-top: 2.4rem; }
nav h2 { margin: 0 0 0.7rem; }
nav ol { list-style: none; margin: 0; padding: 0; line-height: 1.4; }
nav li { margin: 0.45rem 0; }
nav ol ol { padding-left: 1.9rem; font-size: 0.9rem; }
nav ol ol li { margin: 0.22rem 0; }
nav a { color: inherit; display: block; padding-left: 1.9em; text-indent: -1.9em; }
nav ol ol a { padding-left: 2.6em; text-indent: -2.6em; }
nav .number { display: inline-block; text-indent: 0; margin: 0; min-width: 1.9em; }
nav ol ol .number { min-width: 2.6em; }
nav math { text-indent: 0; }
.statement {
  margin: 0.6rem 0 1.3rem; padding: 0.85rem 1.1rem 0.1rem; background: var(--box); border-left: 3px solid var(--line);
  border-radius: 0 5px 5px 0;
}
.statement > .head { display: flex; flex-wrap: wrap; gap: 0.2rem 0.6rem; align-items: baseline; margin-bottom: 0.5rem; }
.statement > .head > span:first-child { flex: 1 1 12rem; }
.badge {
  font-size: 0.72rem; letter-spacing: 0.03em; background: var(--badge); border-radius: 1em; padding: 0.1rem 0.65rem;
  color: var(--soft); white-space: nowrap;
}
figure { margin: 1.4rem 0 1.8rem; }
figcaption { font-size: 0.88rem; color: var(--soft); text-wrap: pretty; }
.table figcaption { margin-bottom: 0.5rem; width: 0; min-width: 100%; }
.picture figcaption { margin-top: 0.6rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.86rem; line-height: 1.4; border-block: 1.5px solid; }
th, td { text-align: left; vertical-align: baseline; padding: 0.42rem 0.9rem 0.42rem 0; hyphens: manual; }
th:last-child, td:last-child { padding-right: 0; }
th { font-weight: 600; border-bottom: 1px solid; }
td code { background: none; padding: 0; }
tbody tr + tr { border-top: 1px solid var(--line); }
.plate {
  background: #fff; color: #1d1c1a; filter: var(--plate); border-radius: 5px; padding: 0.6rem; text-align: center;
}
.plate svg { max-width: 100%; height: auto; vertical-align: middle; }
@media (max-width: 40rem) {
  html { font-size: 100%; }
  body { padding-top: 1.6rem; }
  h1 { font-size: 1.7rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: 0.5rem; }
  table { min-width: 34rem; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  @page { margin: 22mm 20mm; }
  :root {
    --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --box: #fff; --link: #000; --badge: #eee; --code: #f4f4f4;
  }
  html { font-size: 10pt; }
  body { padding: 0; }
  body > *, main { display: block; max-width: none; }
  h2, h3, figcaption { break-after: avoid; }
  .statement, .picture, figcaption, tr { break-inside: avoid; }
  .statement { border: 1px solid var(--line); border-left-width: 3px; }
  thead { display: table-header-group; }
  .scroll, pre { overflow: visible; }
  pre { white-space: pre-wrap; }
}
""".strip()
