"""Every word of a certificate, and the text that its code binds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CertificateFace:
    """Every word of one certificate. `promise` begins with its opening line.

    `marks` (补打 2), `part` (随货联), `count` (第 37/200 张) and `sign_label`, over a box for a signature or a seal,
    belong to the piece of paper; `notes` to the certificate itself (carrier, clock not trusted).
    """

    title: str
    number_label: str
    number: str
    hint: str
    promise: tuple[str, ...]
    basis_label: str
    basis: tuple[tuple[str, bool], ...]  # the words and whether their box is ticked
    fields: tuple[tuple[str, str], ...]  # label and value
    notes: tuple[str, ...]
    marks: tuple[str, ...] = ()
    code_url: str = ""
    part: str = ""
    count: str = ""
    sign_label: str = ""


def text_of(face: CertificateFace) -> str:
    """Every printed word, line by line, as its hash is bound in the code. The code itself and what belongs to the piece
    of paper are no part of it: the same certificate printed again has the same text."""
    boxes = (f"{chr(0x2611 if ticked else 0x2610)}{words}" for words, ticked in face.basis)
    fields = (f"{label}\t{value}" for label, value in face.fields)
    proof = (face.title, face.number_label, face.number, face.hint)
    return "\n".join((face.title, *face.promise, face.basis_label, *boxes, *fields, *proof, *face.notes))
