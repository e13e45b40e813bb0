#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that sentences are short: check_prose.py ROOT

Reads the Markdown files of the project and the `///` comments of its headers. A sentence has at
most 25 words. A formula counts as one word, and so does `code`. README.md has at most 150 lines of
at most 100 columns.
"""
import pathlib
import re
import sys

MOST_WORDS = 25
README_LINES = 150
README_COLUMNS = 100
MARKDOWN = ("*.md", "benchmarks/**/*.md", "examples/**/*.md", "include/**/*.md")
HEADERS = ("include/nmf/**/*.hpp",)

ABBREVIATIONS = ("e.g.", "i.e.", "cf.", "vs.", "al.", "resp.", "approx.")
FUNCTIONS = {"abs", "det", "diag", "exp", "log", "max", "min", "norm", "sqrt", "sum", "tr", "trace"}
OPERATOR = re.compile(r"[-+*/~=<>^|.&]+|x|:=")
WORD = re.compile(r"[A-Za-z]{2,}")
ITEM = re.compile(r"(\s*)([-*+]|\d+[.)])\s+")
COMMAND = re.compile(r"[@\\](file|par|brief|param|tparam|throws|returns?|note|warning|see|sa)\b")


class Unit:
    """Text that ends where a paragraph, an item of a list or a cell of a table does."""

    def __init__(self, line, text):
        self.pieces = [(line, text)]

    def add(self, line, text):
        self.pieces.append((line, text))

    def tokens(self):
        """Pairs of a line number and a word, with `code` and links made one word or plain text."""
        text, starts = "", []
        for line, piece in self.pieces:
            starts.append((len(text), line))
            text += piece + "\n"

        def masked(match):
            inside = match.group(0)
            return "`" + re.sub(r"\s", "_", inside[1:-1]) + "`"

        # The length stays what it was, so that places in the text still tell the line.
        text = re.sub(r"`[^`]+`", masked, text)
        text = re.sub(r"\]\([^)]*\)", lambda match: " " * len(match.group(0)), text)
        for match in re.finditer(r"\S+", text):
            line = max(start for start in starts if start[0] <= match.start())[1]
            yield line, match.group(0).lstrip("[")


def ends_sentence(token):
    bare = token.rstrip("\"'`)*_]")
    if bare.lower().lstrip("(\"'") in ABBREVIATIONS:
        return False
    # A link leaves the mark after it alone; three points are none.
    return bare.endswith((".", "!", "?", ":", ";")) and not bare.endswith("..")


def sentences(unit):
    """Pairs of a line number and a list of tokens."""
    first, found = None, []
    for line, token in unit.tokens():
        if not found:
            first = line
        found.append(token)
        if ends_sentence(token):
            yield first, found
            found = []
    if found:
        yield first, found


def in_formula(token):
    """Whether a token may be part of a formula: an operator, a symbol, a number."""
    bare = token.strip(".,;:!?\"()")
    if not bare or OPERATOR.fullmatch(bare):
        return True
    if "`" in bare:
        return False
    return all(word.lower() in FUNCTIONS for word in WORD.findall(bare)) and bare not in ("a", "I")


def count_words(tokens):
    """The number of words; a run of symbols with an operator among them is one."""
    count, place = 0, 0
    while place < len(tokens):
        end = place
        while end < len(tokens) and in_formula(tokens[end]):
            end += 1
        run = tokens[place:end]
        if any(OPERATOR.fullmatch(token.strip(",;()")) for token in run):
            count += any(c.isalnum() for token in run for c in token)
        else:
            count += sum(any(c.isalnum() for c in token) for token in run)
        if end < len(tokens):
            count += any(c.isalnum() for c in tokens[end])
            end += 1
        place = end
    return count


def units_of(lines):
    """The units of numbered lines of Markdown; code and formulas that stand alone are left out."""
    unit, fence, after_blank, in_list, comment = None, False, True, False, False
    for number, line in lines:
        stripped = line.strip()
        if re.match(r"```|~~~|[@\\](code|verbatim|end(code|verbatim))\b", stripped):
            fence = not fence
            unit = None
            continue
        if fence:
            continue
        if stripped.startswith("<!--") or comment:
            comment = "-->" not in stripped
            unit = None
            continue
        if not stripped:
            unit, after_blank = None, True
            continue
        indent = len(line) - len(line.lstrip())
        item = ITEM.match(line)
        if after_blank and indent >= 4 and not in_list and not item:
            continue  # An indented block; the blank line before its first line still counts.
        if item and indent < 4 or item and in_list:
            unit, in_list = Unit(number, line[item.end():]), True
            yield unit
        elif re.fullmatch(r"\|[^|].*\|", stripped):
            unit, in_list = None, False
            for cell in re.split(r"(?<!\\)\|", stripped.strip("|")):
                if re.search(r"\w", cell):
                    yield Unit(number, cell)
        elif stripped.startswith("#"):
            unit, in_list = None, False
            yield Unit(number, stripped.lstrip("# "))
        elif COMMAND.match(stripped):
            text = COMMAND.sub("", stripped, count=1)
            unit, in_list = Unit(number, text), False
            yield unit
            if re.match(r"[@\\](par|file)\b", stripped):
                unit = None
        else:
            if indent == 0 and after_blank:
                in_list = False
            if unit is None:
                unit = Unit(number, line)
                yield unit
            else:
                unit.add(number, line)
        after_blank = False


def comment_blocks(lines):
    """Lists of numbered lines: the `///` comments of a header, each run of lines one list."""
    block, trailing = [], False
    for number, line in lines:
        match = re.match(r"(.*?)///(<?)( ?)(.*)$", line)
        if match and '"' not in match.group(1):
            alone, after = not match.group(1).strip(), match.group(2) == "<"
            if block and not (alone and after == trailing):
                yield block
                block = []
            block.append((number, match.group(4)))
            trailing = after
        elif block:
            yield block
            block = []
    if block:
        yield block


def too_long(text, is_header):
    """Triples of line, number of words, and sentence."""
    lines = list(enumerate(text.splitlines(), 1))
    for block in comment_blocks(lines) if is_header else [lines]:
        for unit in list(units_of(block)):
            for line, tokens in sentences(unit):
                words = count_words(tokens)
                if words > MOST_WORDS:
                    yield line, words, " ".join(tokens)


def readme_faults(text):
    lines = text.splitlines()
    if len(lines) > README_LINES:
        yield f"README.md:{len(lines)}: {len(lines)} lines, at most {README_LINES}"
    for number, line in enumerate(lines, 1):
        if len(line) > README_COLUMNS:
            yield f"README.md:{number}: {len(line)} columns, at most {README_COLUMNS}"


def faults_of(root):
    files = [path for pattern in MARKDOWN + HEADERS for path in sorted(root.glob(pattern))]
    if not (root / "README.md") in files or not any(path.suffix == ".hpp" for path in files):
        yield f"{root}: neither README.md nor headers are here"
        return
    for path in files:
        name = path.relative_to(root)
        for line, words, sentence in too_long(path.read_text(encoding="utf-8"),
                                              path.suffix == ".hpp"):
            yield f"{name}:{line}: {words} words: {sentence}"
    yield from readme_faults((root / "README.md").read_text(encoding="utf-8"))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    faults = list(faults_of(pathlib.Path(sys.argv[1]).resolve()))
    for fault in faults:
        print(fault)
    if faults:
        sys.exit(f"{len(faults)} faults")
    print("every sentence is short")


if __name__ == "__main__":
    main()
