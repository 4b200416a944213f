"""Typed requests and their responses, shared by pages, routes and the command line."""
