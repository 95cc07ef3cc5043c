# Edict on Node. build.sh prepares the context: root/ is Node with the libraries it links, app/ the repository with
# its production dependencies. With a registry at hand, `--build-arg BASE=node:24-slim` replaces root/.
ARG BASE=edict-node
FROM ${BASE}
WORKDIR /edict
COPY app /edict
ENV NODE_ENV=production
# Services keep nothing on the disk: their state is in the journals.
USER 10001:10001
ENTRYPOINT ["node", "services/cli/bin/edict.js"]
CMD ["up", "--help"]
