"""What can be wrong with the data of the documents.

DocumentError
├── Untold         a field or a listed word has no text
└── ConceptError   a path, a word or a table of concepts.toml is none of the contract
"""


class DocumentError(Exception):
    pass


class Untold(DocumentError):
    pass


class ConceptError(DocumentError):
    pass
