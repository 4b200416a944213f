"""The style sheet of a movie's page."""

from __future__ import annotations

from recsys.tiles import Palette

GOLD, CLARET, UNLIT = "light-dark(#b47b00, #f2b84b)", "light-dark(#9e2a3c, #e0677a)", "light-dark(#d8cbb9, #4a3f39)"
PAPER = "light-dark(#fbf8f3, #151110)"  # the page
BORDER, LINK = "light-dark(#e0d5c6, #3d332f)", "light-dark(#9e2a3c, #f0939f)"
GOLD_TEXT = "light-dark(#7d5600, #f2b84b)"
QUIET = "color-mix(in srgb, currentColor 70%, transparent)"

PAGE = f"""
[data-testid="stMainBlockContainer"] {{ max-width: 1160px; }}
.st-key-movie_page_top {{ display: none; }}
.movie-part p {{ margin: 0; }}
.movie-part .star {{ color: {GOLD_TEXT}; }}
.st-key-movie_look_up [data-testid="stSelectbox"] {{ flex: 1; }}
.movie-part .quiet {{ color: {QUIET}; }}
.movie-part h3 {{ font: 600 1.25rem/1.3 "Source Serif", serif; margin: 0; padding: 0; }}
[class*="st-key-section_"] {{ margin-top: 2.25rem; }}
[class*="st-key-section_"] h2 {{ font-size: 1.7rem; padding: 0 0 0.6rem; margin-bottom: 0.5rem;
  border-bottom: 2px solid currentColor; }}
.movie-part.lead {{ font: 1.15rem/1.5 "Source Serif", serif; }}
@media (max-width: 640px) {{ [class*="st-key-section_"] h2 {{ font-size: 1.375rem; }} }}
"""

BAND = f"""
.st-key-movie_band {{ display: grid; grid-template-columns: 324px 1fr; grid-template-rows: 1fr auto auto 1fr;
  column-gap: 2.75rem; row-gap: 0; background: var(--band); border-radius: 6px; overflow: hidden; }}
.st-key-movie_band > * {{ width: auto; grid-column: 2; padding-right: 1.5rem; min-width: 0; }}
.st-key-movie_band > :nth-child(1) {{ grid-column: 1; grid-row: 1 / 5; padding: 0; }}
.st-key-movie_band > :nth-child(2) {{ grid-row: 2; }}
.st-key-movie_band > :nth-child(3) {{ grid-row: 3; padding-top: 1.5rem; }}
.st-key-movie_band .movie-tile {{ border-radius: 0; }}
.movie-words > * {{ margin: 0; padding: 0; }}
.movie-words h1:focus {{ outline: none; }}
.movie-words .verdict {{ font: italic 1.3rem/1.3 "Source Serif", serif; }}
.movie-words h1 {{ font: 600 clamp(2.1rem, 4.4vw, 3.5rem)/1.08 "Source Serif", serif; letter-spacing: -0.015em;
  margin: 0.35rem 0 0.6rem; overflow-wrap: anywhere; text-wrap: balance; }}
.movie-words h1.long {{ font-size: clamp(1.6rem, 3.2vw, 2.4rem); }}
.movie-words .figures {{ display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.3rem 1.75rem;
  margin-top: 1.1rem; }}
.movie-words .match b {{ font: 600 1.9rem/1 "Source Serif", serif; margin-right: 0.3rem; }}
.movie-words .expected {{ display: inline-flex; align-items: center; gap: 0.75rem; }}
.movie-words .row {{ position: relative; color: {UNLIT}; font-size: 1.6rem; line-height: 1; letter-spacing: 0.06em; }}
.movie-words .row::before, .movie-words .row i::before {{ content: attr(data-stars) / ""; }}
.movie-words .row i {{ position: absolute; inset: 0 auto 0 0; overflow: hidden; white-space: nowrap; color: {GOLD};
  font-style: normal; }}
.movie-words .note {{ margin-top: 0.6rem; }}
.st-key-movie_band button {{ background: {PAPER}; }}
.st-key-movie_band [class*="st-key-actions_"] button [data-testid="stMarkdownContainer"] {{
  position: static; width: auto; height: auto; overflow: visible; clip-path: none; }}
.st-key-movie_links {{ align-items: center; gap: 0 1.1rem; }}
.st-key-movie_links p {{ font-size: 0.95rem; }}
.st-key-movie_links a {{ padding: 0; }}
.st-key-movie_links a * {{ color: {LINK}; text-decoration: underline; text-underline-offset: 0.2em; }}
@media (max-width: 640px) {{
  .st-key-movie_band {{ grid-template: auto auto / 136px 1fr; column-gap: 1rem; border-radius: 0;
    margin: 0 -1rem; width: calc(100% + 2rem); max-width: none; padding: 1rem; }}
  .st-key-movie_band > * {{ padding-right: 0; }}
  .st-key-movie_band > :nth-child(1) {{ grid-row: 1; }}
  .st-key-movie_band > :nth-child(2) {{ grid-row: 1; }}
  .st-key-movie_band > :nth-child(3) {{ grid-row: 2; grid-column: 1 / 3; }}
  .st-key-movie_band .movie-tile {{ border-radius: 3px; }}
  .movie-words .verdict {{ font-size: 1.1rem; }}
  .movie-words h1 {{ font-size: 1.75rem; }}
  .movie-words h1.long {{ font-size: 1.3rem; }}
  .movie-words .figures {{ margin-top: 0.6rem; }}
  .movie-words .row {{ font-size: 1.25rem; }}
  .movie-words .expected {{ flex-wrap: wrap; gap: 0.1rem 0.6rem; }}
  .st-key-movie_band [class*="st-key-actions_"] {{ display: grid; grid-template-columns: 1fr 1fr; gap: 0.5rem; }}
  .st-key-movie_band [class*="st-key-actions_"] > * {{ width: auto; }}
  .st-key-movie_band [class*="st-key-actions_"] button {{ width: 100%; min-height: 44px; }}
}}
"""

REASONS = f"""
.reasons {{ margin-top: 0.75rem; }}
.reasons .line {{ display: grid; grid-template-columns: 44px minmax(0, 1.1fr) minmax(0, 1.3fr) 7.5rem; column-gap: 1rem;
  align-items: center; border-bottom: 1px solid {BORDER}; }}
.reasons .head {{ border-bottom: 2px solid currentColor; font-size: 0.906rem; align-items: end;
  padding-bottom: 0.3rem; }}
.reasons .head > :first-child {{ grid-column: 1 / 3; }}
.reasons .thumbnail {{ padding: 0.75rem 0; }}
.reasons .title {{ font: 600 1.1rem/1.2 "Source Serif", serif; overflow-wrap: anywhere; }}
.reasons .small {{ font-size: 0.906rem; }}
.reasons .axis {{ position: relative; align-self: stretch; min-height: 2.9rem; }}
.reasons .axis > * {{ position: absolute; }}
.reasons .axis::before {{ content: ""; position: absolute; top: 50%; left: 0; right: 0; height: 1px;
  background: currentColor; opacity: 0.25; }}
.reasons .head .axis::before {{ content: none; }}
.reasons .end {{ bottom: 0; }}
.reasons .end.high {{ right: 0; }}
.reasons .now-label {{ top: 0; translate: -50% 0; white-space: nowrap; font-weight: 600; color: {GOLD_TEXT}; }}
.reasons .now {{ top: 0.35rem; bottom: 0.35rem; width: 2px; translate: -50% 0; background: {GOLD}; }}
.reasons .change {{ top: calc(50% - 2px); height: 4px; background: var(--change); }}
.reasons .ring {{ top: 50%; width: 12px; height: 12px; box-sizing: border-box; border: 3px solid currentColor;
  border-radius: 50%; background: {PAPER}; translate: -50% -50%; }}
.reasons .adds {{ --change: {GOLD}; }}
.reasons .takes {{ --change: {CLARET}; }}
.reasons .figure {{ text-align: right; }}
.reasons .figure b {{ font: 600 1.1rem/1.2 "Source Serif", serif; }}
@media (max-width: 640px) {{
  .reasons .line {{ grid-template-columns: 44px 1fr auto; padding-bottom: 0.4rem; }}
  .reasons .axis {{ grid-column: 1 / 4; grid-row: 2; min-height: 1.9rem; margin: 0 0.4rem; }}
  .reasons .head .axis {{ min-height: 2.9rem; }}
  .reasons .thumbnail {{ padding-bottom: 0.2rem; }}
}}
"""

BARS = f"""
.bars {{ display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); column-gap: 0.6rem;
  margin-top: 1rem; }}
.bars > div {{ display: grid; grid-template-rows: var(--height, 8rem) auto; text-align: center; min-width: 0; }}
.bars .column {{ display: flex; flex-direction: column; justify-content: flex-end; border-bottom: 1px solid {UNLIT}; }}
.bars i {{ display: block; min-height: 2px; border-radius: 3px 3px 0 0; background: {GOLD}; }}
.bars .pale i {{ background: color-mix(in srgb, {GOLD} 42%, {PAPER}); }}
.bars b {{ font-size: 0.875rem; font-weight: 600; padding-bottom: 0.25rem; white-space: nowrap; }}
.bars span {{ font-size: 0.906rem; padding-top: 0.35rem; }}
.bars.many {{ column-gap: 0.3rem; }}
.bars.many b, .bars.many span {{ font-size: 0.78rem; }}
.bars.crowded {{ column-gap: 2px; }}
.bars.crowded > div:not(:first-child, :last-child) :is(b, span) {{ visibility: hidden; white-space: nowrap; }}
.averages {{ margin: 1.2rem 0 0; }}
.averages p {{ display: flex; justify-content: space-between; gap: 1rem; padding: 0.6rem 0;
  border-top: 1px solid {BORDER}; }}
@media (max-width: 640px) {{ .bars.many > div:nth-child(even) span {{ visibility: hidden; }} }}
"""

GROUPS = f"""
.groups {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 1.5rem 2.75rem;
  margin-top: 0.9rem; }}
.groups section > .group {{ display: grid; grid-template-columns: 8.5rem minmax(0, 1fr) 3.2rem 3.4rem;
  column-gap: 0.75rem; align-items: center; padding: 0.3rem 0; font-size: 0.95rem;
  border-bottom: 1px solid {BORDER}; }}
.groups section + section, .groups .side section {{ margin-bottom: 1.25rem; }}
.groups .axis {{ position: relative; height: 1.4rem; }}
.groups .axis > * {{ position: absolute; top: 50%; translate: -50% -50%; }}
.groups .axis .all {{ width: 2px; height: 100%; background: currentColor; opacity: 0.3; }}
.groups .axis .span {{ height: 3px; translate: 0 -50%; background: var(--mark); border-radius: 2px; }}
.groups .axis .mean {{ width: 11px; height: 11px; border-radius: 50%; background: var(--mark); }}
.groups .group {{ --mark: light-dark(#8a7b71, #85776e); }}
.groups .more {{ --mark: {GOLD}; }}
.groups .less {{ --mark: {CLARET}; }}
.groups .number {{ text-align: right; font-variant-numeric: tabular-nums; }}
"""

SIMILAR = """
.st-key-movie_tiles [class*="st-key-tile_"] { position: relative; transition: translate 120ms; }
.st-key-movie_tiles [class*="st-key-tile_"] :is([data-testid="stElementContainer"], .stPageLink, .stPageLink *) {
  position: static; }  /* what the link covers is the whole tile */
.st-key-movie_tiles [class*="st-key-tile_"] a::after { content: ""; position: absolute; inset: 0; }
.st-key-movie_tiles [class*="st-key-tile_"] a { padding: 0.5rem 0 0;
  background: none; }
.st-key-movie_tiles [class*="st-key-tile_"] a p { font: 600 1.05rem/1.2 "Source Serif", serif; white-space: normal; }
.st-key-movie_tiles [class*="st-key-tile_"]:hover { translate: 0 -2px; }
@media (prefers-reduced-motion: reduce) {
  .st-key-movie_tiles [class*="st-key-tile_"], .st-key-movie_tiles [class*="st-key-tile_"]:hover { translate: none;
    transition: none; }
}
"""


PAGE_STYLE = f"<style>{PAGE}{BAND}{REASONS}{BARS}{GROUPS}{SIMILAR}</style>"


def band_style(light: Palette, dark: Palette) -> str:
    """The style of the band in the colours of the movie's leading genre, by theme."""
    paper = f"color-mix(in srgb, {light.stock} 65%, #fbf8f3)"
    room = f"color-mix(in srgb, {dark.ink} 38%, #151110)"
    return f"<style>.st-key-movie_band {{ --band: light-dark({paper}, {room}); }}</style>"
