"""The registry of trained models: its versions, the active one, and the event log of all changes."""

from recsys.registry.registry import Loaded, Registry, load

__all__ = ["Loaded", "Registry", "load"]
