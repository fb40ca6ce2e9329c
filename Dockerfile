# syntax=docker/dockerfile:1

FROM python:3.14-slim-trixie AS build
COPY --from=astral/uv:0.13.9 /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV=/opt/venv
RUN uv venv /opt/venv
COPY requirements/run.txt /app/requirements/
RUN uv pip install --require-hashes --requirement /app/requirements/run.txt
COPY . /app
WORKDIR /app
RUN SECRET_KEY=only-to-build STATIC_ROOT=/opt/static /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && /opt/venv/bin/python -m compileall -q catalog config

FROM python:3.14-slim-trixie
# The process writes into /data and /tmp alone: all else may be read-only.
RUN useradd --uid 10001 --no-create-home --no-log-init progmetal \
 && install --directory --owner=progmetal --group=progmetal --mode=700 /data
COPY --from=build /opt /opt
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 STATIC_ROOT=/opt/static DATABASE_URL=sqlite:////data/db.sqlite3
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=5); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["gunicorn", "config.wsgi"]
