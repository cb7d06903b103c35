# Thin wrappers; the build is Meson alone (meson setup, compile, test, install).
#
#   make run     install what is missing, build, start the server
#   make demo    a spoken conversation without a browser
#   make build   build only, optimised
#   make test    build and run every test
#   make bench   the benchmark table

BUILD ?= build

.PHONY: run demo build test bench format lint clean

build:
	@scripts/install-packages build
	@scripts/configure $(BUILD) --buildtype=release -Dtests=false
	@ninja -C $(BUILD) --quiet

run: build
	@scripts/install-packages run
	@scripts/fetch-silero || true
	@exec scripts/in-tree $(BUILD) $(BUILD)/src/vowel-gst serve

demo: build
	@scripts/install-packages run
	@scripts/fetch-silero || true
	@scripts/demo $(BUILD)

test:
	@scripts/test

bench:
	@scripts/install-packages build run test
	@scripts/fetch-silero || true
	@scripts/configure build-bench --buildtype=release -Dtests=true
	@ninja -C build-bench --quiet
	@scripts/bench build-bench

format:
	@scripts/install-packages lint
	@git ls-files '*.c' '*.h' | xargs clang-format -i

lint:
	@scripts/install-packages build lint
	@scripts/lint

clean:
	rm -rf build build-test build-asan build-bench
