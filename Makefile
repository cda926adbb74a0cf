# 督导评估平台：make help 列出全部命令
PY ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help env run test test-originals test-postgres test-fresh lint size bench bench-nation test-spark screenshots wheels lock clean chromium

help:            ## 列出命令
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-16s %s\n", $$1, $$2}'

env: .venv/.ok   ## 建立运行环境 .venv（按 requirements.lock 校验哈希）

# pip takes index or folder of wheels from the machine's own settings; nothing of them is written here.
.venv/.ok: requirements.lock pyproject.toml
	@$(PY) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "需要 Python 3.11 或更高版本；可用 make PY=python3.11 指定")'
	@$(PY) -c 'import venv, ensurepip' 2>/dev/null || { echo "缺少 venv，请先执行：apt-get install -y python3-venv" >&2; exit 1; }
	$(PY) -m venv .venv
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

run: env         ## 启动演示系统（网页与后台任务，默认 127.0.0.1；BIND=地址:端口 可改）
	@exec $(BIN)/dudao-web run

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { echo "浏览器测试需要 Chromium，请先执行：apt-get install -y chromium" >&2; exit 1; }

lint: env        ## 代码检查与分层检查
	$(BIN)/ruff check
	$(BIN)/lint-imports --no-logo

test: env chromium lint  ## 全部测试（含浏览器测试）
	$(BIN)/pytest -q -n 2 -m "not originals and not fresh and not postgres"

test-originals: env      ## 与原始表格逐格比对（需要 ../shared/data/forms）
	@test -d ../shared/data/forms || { echo "没有 ../shared/data/forms：该测试需要原始表格" >&2; exit 1; }
	$(BIN)/pytest -q -m originals

test-postgres: env       ## 网页测试改用 PostgreSQL 再做一遍（自起一个临时服务，不含浏览器测试）
	$(BIN)/python tools/postgres.py $(BIN)/pytest -q -n 2 -m "not browser and not originals and not fresh" --ignore=tests/web/test_three_years.py tests/web

test-fresh: env  ## 在全新克隆中走一遍 README 的命令
	$(BIN)/pytest -q -m fresh

size: env        ## 运行依赖的安装体积（上限 450 MB）
	$(BIN)/python tools/size.py

bench: env       ## 性能比值，写入 build/bench.json
	$(BIN)/python bench/run.py

bench-nation: env ## 全国规模的性能、内存与判定一致性，写入 build/bench-nation.json
	$(BIN)/python bench/nation.py

# Outside `make test`: pyspark is large and needs Java. Its environment sees that of .venv and adds pyspark alone.
test-spark: env  ## Spark 与 DuckDB 结果一致（需要 Java 17；自建 build/venv-spark）
	@command -v java >/dev/null || { echo "没有 Java：请先执行 apt-get install -y openjdk-17-jre-headless" >&2; exit 1; }
	@test -x build/venv-spark/bin/python || $(PY) -m venv build/venv-spark
	@echo "import site; site.addsitedir('$$($(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")')" \
	  > "$$(build/venv-spark/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/dudao.pth"
	build/venv-spark/bin/python -m pip install -qq --disable-pip-version-check "pyspark>=4.1,<5"
	build/venv-spark/bin/python -m pytest -q -p no:cacheprovider tests/spark/spark_equals_duckdb.py

screenshots: env chromium  ## 各页面截图（1440 与 360 像素宽）
	$(BIN)/python tools/screenshots.py

wheels: env      ## 离线安装包，放入 wheels/
	rm -rf wheels build/lib build/bdist.* && mkdir wheels
	$(BIN)/python -m pip download -qq --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock -d wheels
	$(BIN)/python -m pip wheel -qq --disable-pip-version-check --no-deps --no-build-isolation --no-index . -w wheels
	cp docs/how-to/offline.txt wheels/安装说明.txt
	@du -sh wheels

lock: env        ## 更新 requirements.lock（开发者）
	$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-header --group dev pyproject.toml -o requirements.lock
	@! grep -n '[:]//' requirements.lock

clean:           ## 删除环境与构建产物（不动数据）
	rm -rf .venv build dist wheels src/*.egg-info .pytest_cache .ruff_cache .import_linter_cache .hypothesis
