# One image for the broker and every service; the command says which: order-service, mq-broker, …

# The manifests alone, so that packages are installed again only when one of them changed.
FROM node:22-bookworm-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps apps
COPY libs libs
RUN find apps libs -type f ! -name package.json -delete && find apps libs -type d -empty -delete

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY --from=manifests /app ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN NX_DAEMON=false NX_TUI=false npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:22-bookworm-slim
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/libs libs
COPY --from=build /app/apps apps
COPY --from=build /app/tools tools
COPY --from=build /app/sql sql
RUN mkdir /data && chown node:node /data
USER node
ENTRYPOINT ["node", "tools/docker/entrypoint.mjs"]
