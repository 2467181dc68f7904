# docker build -t vanthu .
# docker run --rm -v "$PWD:/documents:ro" vanthu check
FROM rust:1.89-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY . .
# The host of this image is musl: the binary is static.
RUN cargo build --release --locked && cp target/release/vanthu /vanthu

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /vanthu /usr/local/bin/vanthu
USER nonroot
WORKDIR /documents
ENTRYPOINT ["vanthu"]
