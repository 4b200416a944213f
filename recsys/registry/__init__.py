"""The registry of trained models: their versions, the active one, and the log of all changes."""

from recsys.registry.registry import Loaded, Registry, load

__all__ = ["Loaded", "Registry", "load"]
