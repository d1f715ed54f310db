"""The name that one copy of one paper has at the printer."""

import hashlib


def job_id(number: str, copy: int) -> bytes:
    """Four printable bytes that name this copy of this paper to the printer."""
    digest = int.from_bytes(hashlib.sha256(f"{number}/{copy}".encode()).digest())
    return bytes(32 + digest // 95**place % 95 for place in range(4))


def is_job_id(job_id: bytes) -> bool:
    return len(job_id) == 4 and all(32 <= byte <= 126 for byte in job_id)
