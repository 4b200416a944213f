"""What surrounds pages and routes: security headers, request limits, connections. ASGI, no Streamlit."""
