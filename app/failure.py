"""WorkError: something went wrong that one sentence explains. The command line prints it and ends with its code."""

LONGEST = 400  # characters of a sentence about something that came from elsewhere


class WorkError(Exception):
    """The work failed: a full disk, a folder that cannot be written, a claim that does not hold."""

    code = 1


class UsageError(WorkError):
    """What was asked for makes no sense: an unknown name, a value out of range, a format nobody writes."""

    code = 2


def reason(error: BaseException) -> str:
    """What an error says, in one line; for an error of the system its plain reason without number and path."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def one_line(text: str) -> str:
    """`text` as one line that is safe to print: a foreign file may hold line breaks, escapes for a terminal, or a novel."""
    line = " ".join("".join(character if character.isprintable() else " " for character in text[: 4 * LONGEST]).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 2]} …"
