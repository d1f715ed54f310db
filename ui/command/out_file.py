"""A file that somebody named for what a command makes: whole, or as it was before. Raises OSError."""

from pathlib import Path

from kiosk.durable import write_whole


def put(file: Path, data: bytes) -> None:
    """A device or a pipe is written as it comes."""
    if file.exists() and not file.is_file():
        with file.open("wb") as out:
            out.write(data)
    else:
        write_whole(file.resolve(), data, 0o644)
