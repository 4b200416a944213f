"""The theme is readable: contrast as WCAG 2 counts it, from the committed settings."""

from __future__ import annotations

import re
import tomllib

import pytest

from recsys.settings import REPOSITORY
from recsys.ui.common.theme import RULES

CONFIG = REPOSITORY / ".streamlit" / "config.toml"
SETTINGS = tomllib.loads(CONFIG.read_text("utf-8"))
GLYPHS_ONLY = {"orangeTextColor"}  # star gold


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_and_marks_have_contrast_on_both_backgrounds(mode):
    theme = SETTINGS["theme"][mode]
    backgrounds = [theme["backgroundColor"], theme["secondaryBackgroundColor"]]
    for name, colour in theme.items():
        if name.endswith("TextColor") or name in ("textColor", "linkColor", "codeTextColor"):
            min_contrast = 3.0 if name in GLYPHS_ONLY else 4.5
            assert min(contrast(colour, background) for background in backgrounds) >= min_contrast, name
    assert contrast("#ffffff", theme["primaryColor"]) >= 4.5
    assert contrast(theme["primaryColor"], theme["backgroundColor"]) >= 4.0  # also the text of a chosen pill


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_focus_ring_can_be_seen_on_both_backgrounds(mode):
    theme = SETTINGS["theme"][mode]
    rings = re.findall(r"outline: 3px solid (#[0-9a-f]{6})", RULES)
    assert rings
    for background in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        assert min(contrast(ring, background) for ring in rings) >= 3.0


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_ten_chart_colours_that_can_be_seen(mode):
    theme = SETTINGS["theme"][mode]
    colours = theme["chartCategoricalColors"]
    assert len(set(colours)) == 10
    for colour in colours:
        assert contrast(colour, theme["backgroundColor"]) >= 3.0, colour


def test_both_modes_set_the_same_roles():
    assert set(SETTINGS["theme"]["light"]) == set(SETTINGS["theme"]["dark"])


def test_every_setting_has_a_comment():
    for line in CONFIG.read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            assert len(line.partition(" # ")[2]) > 3, line


def test_settings_that_protect_visitors():
    assert SETTINGS["client"]["showErrorDetails"] == "none"
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["runner"]["magicEnabled"] is False
    assert not {"enableCORS", "enableXsrfProtection"} & set(SETTINGS["server"])


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_captions_can_be_read_though_streamlit_fades_them(mode):
    theme = SETTINGS["theme"][mode]
    text, background = theme["textColor"], theme["backgroundColor"]
    blended = (0.6 * int(text[i : i + 2], 16) + 0.4 * int(background[i : i + 2], 16) for i in (1, 3, 5))
    assert contrast("#" + "".join(f"{round(channel):02x}" for channel in blended), background) >= 4.5
