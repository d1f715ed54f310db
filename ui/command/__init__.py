"""The `liangzheng` command line; every program is built here and passed its parts by argument."""
