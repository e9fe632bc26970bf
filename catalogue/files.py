"""Text files from outside, read whole."""

from pathlib import Path

from catalogue.errors import Invalid


def check_is_regular(path: Path) -> int:
    """The size of a file in bytes. Raises Invalid for a folder, a pipe and the like.

    A pipe would be waited for without end, and a device has no end.
    """
    try:
        size = path.stat().st_size
        is_regular = path.is_file()
    except (OSError, ValueError) as error:
        raise Invalid(f"{path.name}: {getattr(error, 'strerror', 'no file name')}") from error
    if not is_regular:
        raise Invalid(f"{path.name or path}: not a regular file")
    return size


def read_text(path: Path, most_bytes: int) -> str:
    """The text of a UTF-8 file, with or without BOM. Raises Invalid if it cannot be had."""
    if check_is_regular(path) > most_bytes:
        raise Invalid(f"{path.name}: larger than {most_bytes:,} bytes")
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Invalid(f"{path.name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{path.name}: not UTF-8 text") from error
