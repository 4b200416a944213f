"""What a page lacks for people who do not see it well, or not at all, or use no mouse; in words, one a problem.

Names are those that Chromium itself gives to assistive technology; the rest is read from the page.
"""

from __future__ import annotations

from typing import Any

CONTROLS = {"button", "link", "textbox", "searchbox", "combobox", "spinbutton", "slider", "checkbox", "radio", "switch"}
PARTS = {"tab", "menuitem", "option", "dialog"}
PICTURES = {"image", "img", "figure", "Canvas", "grid", "table"}  # also named by the part around them
AROUND = {"figure", "region", "img", "image"}
PAGE_AUDIT = r"""() => {
const problems = [], say = (kind, element, detail = "") => problems.push(
    `${kind}: ${detail} <${element.tagName.toLowerCase()}> ${(element.textContent || "").trim().slice(0, 50)} in ` +
    (element.closest("[class*=st-key-]")?.className.match(/st-key-\S+/)?.[0] ??
     element.closest("[data-testid]")?.dataset.testid));
const isSeen = (element) => {
    const box = element.getBoundingClientRect();
    const isDrawn = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    return isDrawn && box.width > 1 && box.height > 1 && box.right > 0;
};
const all = (selector) => [...document.querySelectorAll(selector)].filter(isSeen);

const levels = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6,[role=heading]")]
    .filter((heading) => heading.checkVisibility())
    .map((heading) => [heading, Number(heading.getAttribute("aria-level") ?? heading.tagName[1])]);
if (levels.filter(([, level]) => level === 1).length !== 1)
    say("headings", document.body, `${levels.filter(([, level]) => level === 1).length} of level 1`);
levels.forEach(([heading, level], i) => {
    const before = i ? levels[i - 1][1] : 0;
    if (level > before + 1) say("headings", heading, `level ${level} after ${before}`);
});

const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
const repeated = new Set(ids.filter((id, i) => ids.indexOf(id) !== i));
for (const name of ["for", "aria-labelledby", "aria-describedby", "aria-controls"])
    for (const element of document.querySelectorAll(`[${name}]`))
        for (const id of element.getAttribute(name).split(/\s+/))
            if (repeated.has(id)) say("repeated id", element, `${name}=${id}`);

for (const element of document.querySelectorAll("[tabindex]"))
    if (element.tabIndex > 0) say("tab order", element, `tabindex ${element.tabIndex}`);
for (const plot of all(".js-plotly-plot"))
    if (!plot.closest("[role=figure][aria-label], [role=img][aria-label]")) say("no text alternative", plot);

const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });
const remembered = (calculate) => {
    const values = new Map();
    return (key) => values.get(key) ?? values.set(key, calculate(key)).get(key);
};
const drawn = remembered((colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
});
const rgba = (colour) => [...drawn(colour)];
const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
const luminance = (colour) => {
    const [r, g, b] = colour.map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const background = (element) => {
    const layers = [], { left, top, width, height } = element.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    let isScrolled = false;
    for (let at = element; at; at = at.parentElement) {
        const style = getComputedStyle(at), layer = rgba(style.backgroundColor), box = at.getBoundingClientRect();
        isScrolled ||= /auto|scroll/.test(style.overflowY);  // what is around it is behind, wherever the text is now
        const isBehind = box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
        if (!isBehind && !isScrolled) continue;  // such as the thumb of a slider, whose value is beside it
        if (layer[3]) layers.push(layer);
        if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
};
const opacity = (element) => {
    let product = 1;
    for (let at = element; at; at = at.parentElement) {
        product *= Number(getComputedStyle(at).opacity);
        if (rgba(getComputedStyle(at).backgroundColor)[3] === 1) break;
    }
    return product;
};
const check = (element, pseudo, text) => {
    const style = getComputedStyle(element, pseudo), size = parseFloat(style.fontSize);
    const colour = rgba(element instanceof SVGElement ? style.fill : style.color), below = background(element);
    colour[3] *= opacity(element) * (pseudo ? Number(style.opacity) : 1);
    const [low, high] = [luminance(over(colour, below)), luminance(below)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const isPicture = style.fontFamily.includes("Material Symbols") || !/[\p{L}\p{N}]/u.test(text);  // an icon, a star
    const least = isLarge || isPicture ? 3 : 4.5;
    if (ratio < least - 0.005)
        say("contrast", element, `${ratio.toFixed(2)} of ${least} at ${size}px "${text.slice(0, 40)}"`);
};
const isDisabled = (element) => element.closest(":disabled, [aria-disabled=true], [disabled]");
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("style, script, noscript, .bartext") || !isSeen(element)) continue;
    if (!isDisabled(element)) check(element, null, node.data.trim());
}
for (const field of all("input, textarea"))
    if (field.placeholder && !isDisabled(field)) check(field, "::placeholder", field.placeholder);
for (const element of all("*"))
    for (const pseudo of ["::before", "::after"])
        if (/[\p{L}\p{N}]/u.test(getComputedStyle(element, pseudo).content.replace(/^(none|normal)$/, "")))
            check(element, pseudo, getComputedStyle(element, pseudo).content);
return [...new Set(problems)];
}"""


def problems(page: Any) -> list[str]:
    """The problems of a settled page, each in a line."""
    return page.evaluate(PAGE_AUDIT) + _nameless(page)


def _nameless(page: Any) -> list[str]:
    """Controls and pictures without a name in Chromium's own accessibility tree."""
    session = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    nameless = [node for node in nodes.values() if _lacks_a_name(node, nodes)]
    elements = [
        session.send("DOM.describeNode", {"backendNodeId": node["backendDOMNodeId"]})["node"] for node in nameless
    ]
    session.detach()
    return [
        f"no name: {node['role']['value']} <{element['localName']}> {element.get('attributes', [])}"
        for node, element in zip(nameless, elements, strict=True)
        if "js-plotly-tester" not in element.get("attributes", [])  # Plotly measures texts in it, out of sight
    ]


def _lacks_a_name(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> bool:
    role = node.get("role", {}).get("value")
    if node["ignored"] or _name(node) or role not in CONTROLS | PARTS | PICTURES:
        return False
    around = node
    while role in PICTURES and (around := nodes.get(around.get("parentId", ""))):
        if around.get("role", {}).get("value") in AROUND and _name(around):
            return False
    return True


def _name(node: dict[str, Any]) -> str:
    return node.get("name", {}).get("value", "").strip()
