"""WorkError: something went wrong that one sentence explains. The command line prints it and ends with its code."""


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
