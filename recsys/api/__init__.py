"""The JSON routes, `routes(get_recommender)`: Starlette without Streamlit."""

from recsys.api.routing import routes

__all__ = ["routes"]
