# A NATS server and nothing else. root/ in the build context is the server with the libraries it links, if it links any.
FROM scratch
COPY root /
COPY nats.conf /etc/nats/nats.conf
VOLUME /data
EXPOSE 4222
ENTRYPOINT ["/nats-server"]
CMD ["--config", "/etc/nats/nats.conf"]
