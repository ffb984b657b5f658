FROM python:3.13-slim AS build
COPY requirements.txt /
RUN python -m venv --without-pip /venv \
    && pip --python /venv/bin/python install --no-cache-dir --require-hashes -r /requirements.txt
COPY wsgi.py /app/
COPY factcheck /app/factcheck
COPY schemas /app/schemas
COPY seeds /app/seeds
# Compiled here: where it runs, the file system is read-only.
RUN python -m compileall -q --invalidation-mode unchecked-hash /app

FROM python:3.13-slim
RUN install -d -o 10001 -g 10001 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    FACTCHECK_DATABASE_URL=sqlite:////data/factcheck.db \
    FACTCHECK_DATA_DIR=/data
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-m", "factcheck.server.health"]
ENTRYPOINT ["flask"]
CMD ["serve", "--worker"]
