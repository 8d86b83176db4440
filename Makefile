# What a person types. Everything is installed and built as needed.
SWIFT ?= swift
BIN = .build/release/dividend

.PHONY: demo test test-slow bench build lint format clean

## The whole loop on real data.
demo: build
	@$(BIN) demo

## The command, in release mode.
build:
	@Scripts/install
	@Scripts/build-release

## Every test, then the built command as a new user and a crash would meet it.
test:
	@Scripts/install tests
	@Scripts/test

## The same in the long forms: millions of draws, thousands of questions.
test-slow:
	@DIVIDEND_SLOW=1 $(MAKE) test

## The benchmarks, side by side in one run.
bench: build
	@Scripts/bench

lint:
	@$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

format:
	@$(SWIFT) format --in-place --recursive Sources Tests Package.swift

clean:
	@rm -rf .build bench-results
