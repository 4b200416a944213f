"""The shelf of trained models: which there are, which of them answers, who changed that and why."""

from recsys.registry.registry import Loaded, Registry, load

__all__ = ["Loaded", "Registry", "load"]
