"""Sections of RESULTS.md that programs write each for itself, between two marks.

quality.py writes what stands before the first of them and leaves them as they are.
"""


def marks(name):
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"


def write(path, heading, text):
    """Puts text into the section with this heading, between its marks; a new section comes last."""
    begin, end = marks(heading.lower())
    with open(path, encoding="utf-8") as file:
        page = file.read()
    marked = f"{begin}\n\n{text.strip()}\n\n{end}"
    if begin in page:
        page = page[:page.index(begin)] + marked + page[page.index(end) + len(end):]
    else:
        page = page.rstrip() + f"\n\n## {heading}\n\n{marked}\n"
    with open(path, "w", encoding="utf-8") as file:
        file.write(page)


def kept(page):
    """The sections of a page, with a line before; "" when it has none."""
    _, heading, after = page.partition("\n## ")
    return heading + after
