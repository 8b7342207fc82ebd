# One image for web, worker, beat and migrations. Nothing secret is in it.
FROM python:3.12-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install -r requirements.txt

FROM python:3.12-slim
RUN groupadd --gid 10001 consult \
    && useradd --uid 10001 --gid consult --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin consult \
    && install -d -o consult -g consult /srv/files
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/tmp FILES_ROOT=/srv/files STATIC_ROOT=/srv/static BIND=0.0.0.0:8000
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY manage.py ./
COPY deploy deploy
COPY static static
COPY templates templates
COPY guidance guidance
COPY consult consult
# Settings insist on being complete, so this one step gets values that mean nothing and are not kept.
RUN SECRET_KEY=used-for-collecting-static-files-and-nothing-else ALLOWED_HOSTS=build.invalid \
    DATABASE_URL=postgres://nobody@build.invalid/none REDIS_URL=redis://build.invalid:6379/0 \
    python manage.py collectstatic --noinput
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "deploy/healthy.py", "web"]
CMD ["gunicorn", "-c", "deploy/gunicorn.conf.py", "consult.config.wsgi"]
