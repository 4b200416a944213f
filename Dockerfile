# The app in one small image. No ratings and no model inside: both are fetched and trained on the first start,
# and kept in the two volumes.
#   docker build -t movie-recommender .
#   docker run -p 8501:8501 -v ratings:/app/data -v models:/app/models movie-recommender
# Where strangers can reach it, put a reverse proxy before it: deploy/compose.yml.
FROM python:3.12-slim

# Output reaches `docker logs` line by line; pip keeps no second copy of what it installs.
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# Streamlit wants a home to look for its settings in.
RUN useradd --create-home --uid 10001 app
WORKDIR /app

# Dependencies before code: an edit of the code installs nothing again.
COPY requirements.txt .
RUN pip install -r requirements.txt

COPY . .
# The code stays root's, so the app cannot rewrite itself; it writes in these two folders only. Compiled here, because
# later it may not.
RUN python -m compileall -q recsys && mkdir -p data models && chown -R app:app data models
VOLUME ["/app/data", "/app/models"]

USER app
EXPOSE 8501

# The slim image has no curl. A proxy set for the container must not be asked for its own address.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", \
    "import urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

# Inside a container the app must listen on all addresses; which of them are reachable is said by `docker run -p`.
CMD ["streamlit", "run", "streamlit_app.py", \
    "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true"]
