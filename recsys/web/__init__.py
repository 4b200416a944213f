"""What surrounds every response: security headers, request limits, connections; ASGI without Streamlit."""
