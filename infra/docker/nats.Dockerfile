# A NATS server and nothing else. build.sh puts the static binary into the build context.
FROM scratch
COPY nats-server /nats-server
COPY nats.conf /etc/nats/nats.conf
VOLUME /data
EXPOSE 4222
ENTRYPOINT ["/nats-server"]
CMD ["--config", "/etc/nats/nats.conf"]
