# Node from the machine that builds: its binary and what the dynamic linker loads for it, gathered by build.sh.
FROM scratch
COPY root /
ENV PATH=/usr/local/bin
