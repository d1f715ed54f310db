# 亮证 Liangzheng: every command of the project. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN := .venv/bin
# Long runs are programs of their own; a target stands here as soon as its program does.
LONG := $(patsubst tests/%/run.py,%,$(wildcard tests/bench/run.py tests/faults/run.py tests/fuzz/run.py tests/mutation/run.py))
LOCK := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

.PHONY: help demo test check contracts lock clean mutate goldens ready-demo ready-test $(LONG)

help: ## 列出全部命令 · this list
	@printf '亮证 Liangzheng\n\n'
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
	@for name in $(LONG); do printf '  make %s\t%s\n' "$$name" "tests/$$name/run.py [ARGS=…]"; done | expand -t 16

demo: ready-demo ## 一条命令看全程（ONCE=1 无浏览器走一遍；SCENARIO=contaminated 阳性）· the whole product on this machine
	@$(BIN)/liangzheng demo $(if $(ONCE),--once) $(if $(SCENARIO),--scenario $(SCENARIO)) $(ARGS)

test: ready-test check ## 全部测试（ARGS='tests/kiosk -k log' 只跑一部分）· every test; ARGS goes to pytest
	@$(BIN)/python tests/run.py $(ARGS)

check: ready-test contracts ## 静态检查 · ruff, mypy --strict, import contracts, systemd-analyze verify
	@echo '== ruff check';          $(BIN)/ruff check .
	@echo '== ruff format --check'; $(BIN)/ruff format --check .
	@echo '== mypy --strict';       $(BIN)/mypy
	@echo '== systemd-analyze verify'; systemd/verify

contracts: ready-test
	@echo '== import contracts';    $(BIN)/lint-imports

$(LONG): ready-test
	@$(BIN)/python tests/$@/run.py $(ARGS)

mutate: mutation

goldens: ready-test ## 每条实录的每个比特都错一次（可续跑）· every bit of every golden wrong once; resumable
	@$(BIN)/python tests/drivers/profiles/run.py $(ARGS)

lock: ready-test ## 重写带校验值的依赖锁 · write the hash-locked requirements again
	@$(LOCK) pyproject.toml --extra station --extra county -o requirements.txt >/dev/null
	@$(LOCK) pyproject.toml --extra station --extra county --extra dev -o requirements-dev.txt >/dev/null
	@for part in build node oracle; do \
	  { sed -n '/^# /p' systemd/prepare-$$part.txt; sed -n 's/^# in: //p' systemd/prepare-$$part.txt | $(LOCK) -; } > .venv/lock; \
	  cat .venv/lock > systemd/prepare-$$part.txt; \
	done
	@npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

clean: ## 删去一切可再生成的 · remove everything that can be made again
	rm -rf .venv .demo build dist node_modules ui/*/static/vendor
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

ready-demo:
	@systemd/prepare demo

ready-test:
	@systemd/prepare test
