"""Kerning: by how much two letters of a font come closer, from the tables of an OpenType font."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from fontTools.ttLib import TTFont


@dataclass(frozen=True)
class Kerning:
    """The tables of pair kerning of a font, in the order in which they apply."""

    tables: tuple[Any, ...]

    @classmethod
    def of(cls, font: TTFont) -> Self:
        """The pair tables of a font, none if it has no kerning."""
        if "GPOS" not in font:
            return cls(())
        positioning = font["GPOS"].table
        features = [each.Feature for each in positioning.FeatureList.FeatureRecord if each.FeatureTag == "kern"]
        lookups = sorted({index for feature in features for index in feature.LookupListIndex})
        return cls(tuple(each for index in lookups for each in _pair_tables(positioning.LookupList.Lookup[index])))

    def between(self, left: str, right: str) -> float:
        """The distance between two glyphs (by name) beyond their widths, in units of the font; negative is closer."""
        for table in self.tables:
            record = _record(table, left, right)
            if record is not None:
                return float(getattr(record.Value1, "XAdvance", 0))
        return 0.0


def _pair_tables(lookup: Any) -> Iterator[Any]:
    subtables = (getattr(each, "ExtSubTable", each) for each in lookup.SubTable)
    return (each for each in subtables if type(each).__name__ == "PairPos")


def _record(table: Any, left: str, right: str) -> Any:
    """The record of a pair, of single glyphs (format 1) or of classes of glyphs (format 2); None without one."""
    if left not in table.Coverage.glyphs:
        return None
    if table.Format == 1:
        pairs = table.PairSet[table.Coverage.glyphs.index(left)].PairValueRecord
        return next((each for each in pairs if each.SecondGlyph == right), None)
    column = table.ClassDef2.classDefs.get(right, 0)
    row = table.Class1Record[table.ClassDef1.classDefs.get(left, 0)]
    return row.Class2Record[column] if column else None
