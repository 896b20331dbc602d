# Stand-in for eclipse-temurin:25-jdk: this machine's JDK (the build context) where that image has it.
FROM debian:bookworm-slim
COPY . /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
