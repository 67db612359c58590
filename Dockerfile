# syntax=docker/dockerfile:1
# Two stages: the first installs and generates, the second holds only what runs. No compilation: see
# docs/decisions/0004-run-typescript-by-tsx.md.

FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts/generate-prisma.mjs scripts/
COPY prisma prisma
# Also generates the Prisma client into src/db/generated.
RUN npm ci --omit=dev --no-audit --no-fund
# Prisma's command line and its engines for other databases, the embedded PostgreSQL and the compiler are most of what is
# installed, and not used in the image.
RUN npm pkg delete dependencies.prisma optionalDependencies scripts.prepare \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/typescript \
  && find node_modules/@prisma/client/runtime -name 'query_compiler_*' ! -name '*.postgresql.*' -delete

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY package.json ./
COPY prisma prisma
COPY src src
COPY --from=build /app/src/db/generated src/db/generated
# `docker exec … tieline doctor` and the like.
RUN printf '#!/bin/sh\nexec node --import /app/node_modules/tsx/dist/loader.mjs /app/src/cli/tieline.ts "$@"\n' \
    > /usr/local/bin/tieline && chmod 755 /usr/local/bin/tieline
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1 and hears the signal to stop.
ENTRYPOINT ["node", "--import", "tsx", "src/cli/tieline.ts"]
CMD ["serve"]
