"""How the card looks: the app's colours, in light and in dark as the reader's device has it, and on paper."""

STYLE = """
:root { color-scheme: light dark; --paper: #fbf8f3; --panel: #f3ece1; --ink: #1a120e; --soft: #5f534b; --line: #e0d5c6;
  --accent: #9e2a3c; --good: #2f6b4f; --bad: #a32020; --blue: #2f5d8a; --heat: 158, 42, 60; }
@media (prefers-color-scheme: dark) { :root { --paper: #151110; --panel: #221c1a; --ink: #f4ece2; --soft: #b8aca2;
  --line: #3d332f; --accent: #ef8a99; --good: #7cc4a0; --bad: #ff9a8f; --blue: #8db8e8; --heat: 239, 138, 153; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 "Source Sans 3", "Source Sans Pro", system-ui, sans-serif; }
h1, h2, h3 { font-family: "Source Serif 4", "Source Serif Pro", Georgia, serif; font-weight: 600; line-height: 1.2; }
h1 { font-size: 2.2rem; margin: 0 0 .3rem; } h2 { font-size: 1.45rem; margin: 2.6rem 0 .6rem; }
h3 { font-size: 1.1rem; margin: 1.4rem 0 .4rem; }
p, ul { max-width: 46rem; } p { margin: .4rem 0; } .soft, figcaption { color: var(--soft); font-size: .92rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .94rem; }
th, td { padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } td.n { white-space: nowrap; }
th.n { vertical-align: bottom; max-width: 8rem; } li { margin: .35rem 0; }
td small { color: var(--soft); } td.formula { color: var(--soft); font-size: .86rem; min-width: 16rem; }
tr.few td { color: var(--soft); font-style: italic; }
table.cells small { color: inherit; }
table.cells td { text-align: center; min-width: 3.6rem; padding: .5rem; border: 2px solid var(--paper);
  font-variant-numeric: tabular-nums; } table.cells th { padding: .4rem .6rem; border: 0; text-align: center; }
.passed { color: var(--good); font-weight: 600; } .failed { color: var(--bad); font-weight: 700; }
.alarm { border: 2px solid var(--bad); background: var(--panel); padding: .8rem 1rem; border-radius: .6rem; }
.heads { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.6rem, 1fr)); gap: .8rem; margin: 1rem 0; }
.head { background: var(--panel); border-radius: .6rem; padding: .8rem; } .head .soft { font-size: .8rem; }
.head b { display: block; font-size: 1.9rem; font-weight: 600; line-height: 1.25; }
pre { background: var(--panel); padding: .8rem 1rem; border-radius: .6rem; overflow-x: auto; }
code { font-family: "Source Code Pro", ui-monospace, monospace; font-size: .9rem; overflow-wrap: anywhere; }
a { color: var(--accent); } figure { margin: .6rem 0; } svg { max-width: 100%; height: auto; }
svg text { fill: var(--ink); font-size: 12px; } .grid { stroke: var(--line); } .even { stroke: var(--soft); }
.mark { fill: var(--accent); } .arm, .way { stroke: var(--accent); fill: none; } .bar { fill: var(--accent); }
@media print { body { max-width: none; } h2 { break-after: avoid; } table, figure { break-inside: avoid; } }
"""
