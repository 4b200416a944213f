"""JSON in, JSON out: `routes(get_recommender)`. Starlette, no Streamlit."""

from recsys.api.routing import routes

__all__ = ["routes"]
