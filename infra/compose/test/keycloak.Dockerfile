# Stand-in for Keycloak's own image: its distribution (the build context) where that image has it, by the same user.
FROM eclipse-temurin:25-jdk
RUN useradd --uid 1000 --gid 0 --no-create-home --home-dir /opt/keycloak --shell /usr/sbin/nologin keycloak
COPY --chown=1000:0 . /opt/keycloak
USER 1000
ENTRYPOINT ["/opt/keycloak/bin/kc.sh"]
