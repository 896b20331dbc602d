# Stand-in for postgres:18: the server that the other tests run (its files are the build context), Debian's psql, and a start
# script that understands what docker-compose.yml uses of the image's variables. User and folders are the image's.
FROM debian:bookworm-slim
RUN groupadd --gid 999 postgres && useradd --uid 999 --gid 999 --home-dir /var/lib/postgresql --shell /bin/bash postgres \
    && apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql-client libxml2 \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -m 1777 -o postgres -g postgres /var/lib/postgresql \
    && install -d -m 3777 -o postgres -g postgres /var/run/postgresql
COPY server /usr/local/pgsql
COPY postgres-entrypoint /usr/local/bin/docker-entrypoint.sh
ENV PATH=/usr/local/pgsql/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 PGDATA=/var/lib/postgresql/18/docker
VOLUME /var/lib/postgresql
ENTRYPOINT ["docker-entrypoint.sh"]
STOPSIGNAL SIGINT
CMD ["postgres"]
