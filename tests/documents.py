"""Documents for the tests of typesetting: a small one, and one whose every text tries to be something else."""

from exactcap.typeset.document import (
    Bullets,
    Commands,
    Document,
    Figure,
    Heading,
    Paragraph,
    Statement,
    Table,
)
from exactcap.typeset.prose import code, literal

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 30" '
    'width="40pt" height="30pt"><defs><path id="p" d="M0 0L40 30"/><clipPath id="c"><rect width="40" height="30"/>'
    '</clipPath></defs><g clip-path="url(#c)"><use xlink:href="#p" stroke="#000000"/></g></svg>'
)

SMALL = Document(
    "A book of $n$ proofs",
    "Small",
    (("version", "0.1"), ("digest", "`0123456789abcdef0123456789abcdef`")),
    (
        Heading(1, "First", "first"),
        Statement("Theorem", "Cover", "as stated", (r"The count is", r"$C(n,d)=2\sum_{k<d}\binom{n-1}{k}.$"), "cover"),
        Heading(2, r"Instances of $\psi\le 1$", "first-instances"),
        Table("Instances", ("id", "claim"), (1, 3), (("`one`", "$x_1,\\dots,x_n$"), ("`two`", "$y$ is"))),
        Bullets(("one", "two $x^2$")),
        Figure("one", "A line", "A line from one corner to the other."),
        Figure("two", "The line again", "The same line."),
        Commands(("exactcap verify proofs", "exactcap --help")),
        Heading(1, "Last", "last"),
        Paragraph("The end."),
    ),
)

PRINTABLE = (
    "<script>alert(1)</script>",
    "</style></table>&amp;<!-- x",
    "\\input{/etc/passwd}",
    "\\end{document}",
    "#panic() #eval(1) [x](y) ]]",
    "50 % of $5 & a_b ^ {c} ~ d",
    "*bold* _under_ `tick` // no /* comment */ @x <label>",
    "= head - item + item / term: x",
    "\"double\" 'single' -- --- ... ?` !`",
    "\\\\ [1pt] * & | \\hline",
    "é ü ß ł Erdős – — § ·",
    "]]> %s {0} ${x} $(x) \\x41 \\u{41}",
)
"""Texts that every output has to show as they are."""

UNPRINTABLE = "証明 \u202e \x00\n\n∮ 𝕏 \x7f\ud800"
"""Text with characters that cannot be seen, and others that LaTeX has no letters for."""

VISIBLE = "証明 [U+202E] [U+0000]  ∮ 𝕏 [U+007F][U+D800]"


def hostile(texts: tuple[str, ...] = PRINTABLE) -> Document:
    """Every text in every place of a document, as words and as code."""
    words = tuple(literal(text) for text in texts)
    together = " ".join(words)
    coded = tuple(code(text) for text in texts)
    return Document(
        together,
        together,
        tuple(zip(words, coded, strict=True)),
        (
            *(Heading(1 + at % 2, text, f"h{at}") for at, text in enumerate(words)),
            *(Heading(2, text, f"c{at}") for at, text in enumerate(coded)),
            *(Paragraph(text) for text in words + coded),
            Bullets(words + coded),
            *(Statement(text, text, text, (text, text), f"s{at}") for at, text in enumerate(words)),
            *(Statement(text, text, text, (text, text), f"t{at}") for at, text in enumerate(coded)),
            Table(together, (words[0], coded[0]), (1, 1), tuple(zip(words, coded, strict=True))),
            *(Figure("one", text, text) for text in words[:2]),
            Commands(texts),
        ),
    )
