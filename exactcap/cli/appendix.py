"""``exactcap appendix``: claims with their theorems, arguments and digests as HTML, PDF and LaTeX."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from exactcap.cli import options
from exactcap.errors import InputError

if TYPE_CHECKING:
    from exactcap.reports.appendix_figures import Picture
    from exactcap.reports.appendix_records import Book, Case
    from exactcap.reports.gaussian_plots import Line

FORMATS = ("html", "pdf", "tex")
FEWEST_BOUNDS, MOST_BOUNDS = 5, 14  # of the Mills ratio, in one picture

Claims = Annotated[Path, Parameter(help="A claims file, a folder of them, or the folder proofs.")]
Folder = Annotated[Path, Parameter(name=["--output", "-o"], help="The folder for the appendix and its figures.")]
Formats = Annotated[
    str | None, Parameter(name="--format", help="Of html, pdf and tex those wanted, with commas. Default: all.")
]
Date = Annotated[str, Parameter(help="A date for the title page; without it the same claims give the same bytes.")]


def appendix(
    path: Claims,
    /,
    *,
    output: Folder,
    formats: Formats = None,
    date: Date = "",
    jobs: options.Jobs = None,
    as_json: options.Json = False,
) -> int:
    """Write claims down as an appendix: theorems, instances, digests, how to check them, and what has to be trusted.

    The claims must be certified (exactcap build). The independent checker decides
    every certificate again, and the verdicts and numbers of claims.lock are
    compared with them; what does not hold stops the appendix. Whether the commands
    give these certificates is not tested here but by exactcap build --check.

    Into the folder go appendix.html (one page with all its figures), appendix.pdf,
    appendix.tex (to \\input in a paper, whose \\graphicspath names the folder and
    whose preamble loads amsmath, amssymb, array, booktabs, graphicx, longtable and
    xcolor), appendix-standalone.tex, the figures for LaTeX as PDF, and
    appendix.sha256, the digests of these files. Other files there stay as they are.

    Needs Matplotlib, and typst for the PDF: pip install 'exactcap[report]'.

    Try:

      exactcap appendix proofs -o appendix
      exactcap appendix claims.toml -o appendix --format html,tex
    """
    wanted = _formats(formats)
    n_jobs = options.processes(jobs)
    from exactcap.cli.appendix_files import require_folder, write_files
    from exactcap.cli.appendix_gather import gather, verdicts_of
    from exactcap.reports.appendix_records import how_many
    from exactcap.sweeps.book import read_book

    require_folder(output)
    chapters = read_book(path)
    book = gather(path, chapters, verdicts_of(chapters, n_jobs))
    files = _files(book, wanted, date)
    write_files(output, files)
    counts = {"claims": len(list(book.cases())), "certificates": len(list(book.checked()))}
    if as_json:
        print(json.dumps({"files": sorted(str(output / name) for name in files), "digest": book.digest(), **counts}))
        return 0
    for name in sorted(name for name in files if name.startswith(("appendix.", "appendix-standalone."))):
        print(f"wrote {output / name}")
    words = ", ".join(how_many(number, noun.removesuffix("s")) for noun, number in counts.items())
    print(f"{words}, digest of all {book.digest()}")
    return 0


def _formats(text: str | None) -> list[str]:
    """The formats to write: those named, else all that can be made here.

    Raises InputError for others, and where what they need is not installed.
    """
    missing = [name for name in ("matplotlib", "typst") if not _is_installed(name)]
    if "matplotlib" in missing:
        raise InputError("format: the figures need Matplotlib, which is not installed; pip install 'exactcap[report]'")
    if text is None:
        if missing:
            print("no PDF, which needs typst: pip install 'exactcap[report]'", file=sys.stderr)
        return [name for name in FORMATS if name != "pdf" or not missing]
    chosen = [part.strip() for part in text.split(",")]
    for name in chosen:
        if name not in FORMATS:
            raise InputError(f"format: {name[:20]!r} is none of {', '.join(FORMATS)}; write for example html,pdf")
    if missing and "pdf" in chosen:
        raise InputError("format: a PDF needs typst, which is not installed; pip install 'exactcap[report]'")
    return chosen


def _is_installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _files(book: Book, wanted: Sequence[str], date: str) -> dict[str, bytes]:
    """The content of all files by name."""
    from exactcap.reports.appendix import document, sections
    from exactcap.reports.appendix_figures import pictures, rendered
    from exactcap.typeset.html import html_page
    from exactcap.typeset.latex import latex_fragment, latex_page
    from exactcap.typeset.pdf import pdf_bytes

    drawn: dict[str, list[Picture]] = {}
    for section in sections(book):
        drawn[section.key] = pictures(section.key, section.cases(), _mills_lines(section.further))
        for theorem in section.theorems:
            lines = _mills_lines(section.instances.get(theorem.identifier, ()))
            drawn[theorem.identifier] = pictures(theorem.identifier, (), lines)
    figures = {place: [picture.figure for picture in found] for place, found in drawn.items()}
    made = document(book, figures, date)
    images = {picture.figure.name: rendered(picture.draw) for found in drawn.values() for picture in found}
    svg = {name: text for name, (text, _) in images.items()}
    files: dict[str, bytes] = {}
    if "html" in wanted:
        files["appendix.html"] = html_page(made, svg).encode()
    if "pdf" in wanted:
        files["appendix.pdf"] = pdf_bytes(made, svg)
    if "tex" in wanted:
        files["appendix.tex"] = latex_fragment(made, "").encode()
        files["appendix-standalone.tex"] = latex_page(made, "").encode()
        files |= {f"{name}.pdf": content for name, (_, content) in images.items()}
    return files


def _mills_lines(cases: Sequence[Case]) -> list[Line]:
    """The certified bounds of the Mills ratio as curves, where a picture of them says something."""
    from fractions import Fraction

    from exactcap.claims import Mills
    from exactcap.models.gaussian_curves import bound_points
    from exactcap.provers.mills import bound_data
    from exactcap.reports.appendix_figures import MILLS_TO
    from exactcap.reports.gaussian_plots import Line

    lines = []
    for case in cases:
        claim = case.checked[0].claim if case.checked else None
        if isinstance(claim, Mills) and claim.relation in ("upper", "lower"):
            low, high = (None if end is None else Fraction(end) for end in (claim.low, claim.high))
            points = bound_points(bound_data(claim.bound), low, high, Fraction(0), Fraction(MILLS_TO))
            lines.append(Line(case.option("bound") or case.identifier, claim.relation, points))
    lines = [line for line in lines if line.points]
    return lines[:MOST_BOUNDS] if len(lines) >= FEWEST_BOUNDS else []
