"""Every way a piece of paper can be refused, before anything is recorded or printed.

PaperError                code + facts; `problem.<code>` is the sentence in the word packs
    paper.glyph           no installed font has `character`, in `field`
    paper.empty           nothing stands in `field`
    paper.overflow        `field` does not fit, even at its smallest size
    paper.code            the code is too large for this paper, or holds characters that it must not
    paper.unreadable      the finished picture does not read back as what it should say
    paper.font            the font package `package` is not installed
    paper.layout          the layout file `file` is wrong
    paper.no_slips        no printer here takes such a piece of paper
"""


class PaperError(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({told})" if told else self.code
