"""Typed requests and their answers: what pages, routes and the command line share."""
