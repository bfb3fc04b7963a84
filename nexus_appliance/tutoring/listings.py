"""Code, formulas and tables inside an answer, whose marks belong to them."""

import re

_LISTING = r"```.*?(?:```|$)|\$\$[^$]{1,1000}\$\$|\\\[.{1,1000}?\\\]"

CODE = re.compile(rf"({_LISTING}|`[^`\n]*`|\\\([^\n]{{1,1000}}?\\\))", re.DOTALL)
"""Code between backticks and formulas between their signs; odd parts of a split by it are one of these."""

LISTING = re.compile(rf"({_LISTING})", re.DOTALL)
"""Code and formulas on lines of their own; odd parts of a split by it are one of these."""

BLOCK = re.compile(rf"({_LISTING}|(?m:^[ \t]*\|[^\n]*\|[ \t]*$))", re.DOTALL)
"""These and the rows of tables; odd parts of a split by it are one of these."""

ROW = re.compile(r"^\s*\|.*\|\s*$")
"""A row of a table, alone."""

RULE = re.compile(r"^\s*\|?[ \t]*:?-[-:| \t]*\s*$")
"""The line between a table's heads and its rows."""
