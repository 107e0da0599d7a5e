# Names for the commands in bin/, so that nobody has to remember more than `make help`.

.PHONY: help setup build package release demo test check bench simulate stubs fuzz soak

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

setup: ## install what the tests and the demo need (Debian 12 or 13)
	@bin/setup

build: ## compile the module for PHP
	@bin/build

package: ## packages of the module for this PHP, and of the extension
	@bin/package

release: ## everything that a release page holds, from a clean checkout
	@bin/release

demo: ## real changes through a farm of real wikis
	@bin/demo

test: ## everything: format, lint, all tests, the demo
	@bin/test

check: ## the quick part: format, lint, and the tests that need neither the module nor a wiki
	@bin/test --quick

bench: ## measure beside the plain way and a bare reader; bin/bench --help for parts of it
	@bin/bench

# What of bin/simulate's names was given on the command line.
SIMULATE := CLIENTS EDITS RUNNERS DELIVERIES QUEUE DISPATCHER STRATEGY INTERVAL TRIGGER_MAX_DELAY BATCH CORES MINUTES SEED SVG

simulate: ## lag on a farm of a given size: CLIENTS=… EDITS=… RUNNERS=…; bin/simulate --help for more
	@bin/simulate $(foreach name,$(SIMULATE),$(if $($(name)),$(name)=$($(name))))

stubs: ## compare the stubs with the compiled module
	@bin/test build stubs

fuzz: ## random input for what reads from outside: make fuzz SECONDS=600 is for each of the targets
	@bin/fuzz all $(or $(SECONDS),600)

soak: ## half an hour of edits while everything that can go wrong does: make soak MINUTES=30 RATE=3000
	@bin/setup
	@bin/build
	@tests/torture/run soak --minutes $(or $(MINUTES),30) --rate $(or $(RATE),3000) --record docs
