"""What the command line says of files and rows that can be anybody's."""


def printable(text: str) -> str:
    """A text without what a terminal would obey, a line's end among that."""
    return "".join(one if one.isprintable() else "\ufffd" for one in text)


def one_line(text: str) -> str:
    """A text of several lines as one that a terminal may have."""
    return printable(" ".join(text.split()))
