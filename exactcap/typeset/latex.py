r"""A document as LaTeX: a fragment to \input in a paper, and a page that stands alone."""

from __future__ import annotations

import re

from exactcap.errors import InputError
from exactcap.typeset.document import (
    Block,
    Bullets,
    Commands,
    Document,
    Figure,
    Heading,
    Paragraph,
    Statement,
    Table,
    check,
)
from exactcap.typeset.latex_text import escaped_code, latex_heading, latex_paragraph, latex_prose

_USAGE = r"""
% A fragment: \input it into a paper. It needs, in the preamble,
%   \usepackage{amsmath,amssymb,array,booktabs,graphicx,longtable,xcolor}
% and works with or without hyperref, in one column (longtable knows no two). Whatever it defines is named
% \exactcap...; what the paper defines before under such a name stays. Labels are exactcap:NAME.
""".strip()

_NEEDED = r"""
\def\exactcapmissing{}
\def\exactcapneeds#1#2{\ifcsname #2\endcsname\else\edef\exactcapmissing{\exactcapmissing\space#1}\fi}
\exactcapneeds{amsmath}{tfrac}\exactcapneeds{amssymb}{mathbb}\exactcapneeds{array}{arraybackslash}
\exactcapneeds{booktabs}{toprule}\exactcapneeds{graphicx}{includegraphics}\exactcapneeds{longtable}{longtable}
\exactcapneeds{xcolor}{colorbox}
\ifx\exactcapmissing\empty\else
  \PackageError{exactcap}{Not loaded:\exactcapmissing.\MessageBreak The appendix is left out.\MessageBreak
    Load amsmath, amssymb, array, booktabs,\MessageBreak graphicx, longtable and xcolor}{}\expandafter\endinput\fi
""".strip()

_DEFINITIONS = r"""
\providecommand{\texorpdfstring}[2]{#1}
\providecommand{\phantomsection}{}
\providecommand{\exactcapsection}{\section}
\providecommand{\exactcapsubsection}{\subsection}
\providecommand{\exactcapcode}[1]{{\ttfamily\hyphenchar\font=-1 #1}}
\providecommand{\exactcapline}[1]{{\small\ttfamily\hyphenchar\font=-1
  \raggedright\hangindent=2em\hangafter=1\noindent #1\par}}
\providecommand{\exactcapbadge}[1]{\fboxsep=2pt\colorbox[gray]{0.91}{\footnotesize\strut\,#1\,}}
\providecommand{\exactcaphead}[3]{\textbf{#1}\ifx\relax#2\relax\else\ (#2)\fi
  \ifx\relax#3\relax\else\unskip\nobreak\hfill\penalty50\hspace{0.7em}\null\nobreak\hfill\exactcapbadge{#3}\fi}
\providecommand{\exactcapfigure}[1]{\begingroup\setbox0=\hbox{\includegraphics{#1}}%
  \ifdim\wd0>\linewidth\includegraphics[width=\linewidth]{#1}\else\box0\fi\endgroup}
\ifcsname exactcapstatement\endcsname\else
  \newenvironment{exactcapstatement}
    {\list{}{\leftmargin=1em\rightmargin=1em\listparindent=0pt\parsep=0.5\baselineskip}\item\relax}{\endlist}
\fi
\ifcsname exactcapcommands\endcsname\else
  \newenvironment{exactcapcommands}
    {\list{}{\leftmargin=1em\rightmargin=0pt\listparindent=0pt\parsep=0pt}\item\relax}{\endlist}
\fi
""".strip()

_BEGIN = r"\begingroup\emergencystretch=4em  % long names and formulas do not stick out of narrow columns"
_END = r"\par\endgroup"

_PREAMBLE = r"""
\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{amsmath,amssymb,array,booktabs,fancyhdr,graphicx,longtable,xcolor}
\usepackage[a4paper,margin=27mm,headheight=28pt]{geometry}
\usepackage{microtype}
\usepackage[hidelinks,bookmarksnumbered]{hyperref}
\tolerance=2500
\emergencystretch=4em
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.5\baselineskip plus 2pt}
\renewcommand{\topfraction}{0.9}
\renewcommand{\floatpagefraction}{0.8}
\pagestyle{fancy}
\fancyhf{}
\fancyhead[R]{\small\itshape\nouppercase{\leftmark}}
\fancyfoot[C]{\thepage}
\renewcommand{\headrulewidth}{0.3pt}
""".strip()


def latex_fragment(document: Document, folder: str) -> str:
    r"""The document to \input in a paper; figures are read from ``folder``, as the paper sees it.

    Raises InputError for prose that cannot be read, a document that does not fit its model, and a folder that LaTeX
    cannot read.
    """
    check(document)
    items = "".join(f"  \\item[{{{latex_prose(name)}}}] {latex_prose(prose)}\n" for name, prose in document.facts)
    facts = [f"\\begin{{description}}\n{items}\\end{{description}}\n"] if items else []
    begins = 1 if isinstance(document.blocks[0] if document.blocks else None, Heading) else 0  # with its first section
    body = _body(document, folder)
    return "\n".join([_USAGE, _NEEDED, _DEFINITIONS, "", _BEGIN, *body[:begins], *facts, *body[begins:], _END, ""])


def latex_page(document: Document, folder: str) -> str:
    """The document as a file of its own, with a title page. Raises InputError as ``latex_fragment`` does."""
    check(document)
    facts = [f"{latex_prose(name)} & {latex_prose(prose)} \\\\[3pt]" for name, prose in document.facts]
    width = r"p{\dimexpr\linewidth-8em\relax}"
    return "\n".join(
        [
            _PREAMBLE,
            f"\\hypersetup{{pdftitle={{{latex_heading(document.title)}}}}}",
            _DEFINITIONS,
            r"\begin{document}",
            r"\begin{titlepage}",
            r"\null\vspace{0.18\textheight}",
            f"{{\\raggedright\\Huge\\bfseries {latex_prose(document.title)}\\par}}",
            *(
                [f"\\vspace{{1.2em}}{{\\raggedright\\Large\\itshape {latex_prose(document.subtitle)}\\par}}"]
                if document.subtitle
                else []
            ),
            r"\vspace{3em}",
            *(
                [
                    rf"{{\small\begin{{tabular}}{{@{{}}>{{\raggedright\arraybackslash}}p{{6em}}"
                    rf"@{{\hspace{{2em}}}}>{{\raggedright\arraybackslash}}{width}@{{}}}}",
                    *facts,
                    r"\end{tabular}\par}",
                ]
                if facts
                else []
            ),
            r"\end{titlepage}",
            r"\tableofcontents",
            r"\clearpage",
            *_body(document, folder),
            r"\end{document}",
            "",
        ]
    )


def _body(document: Document, folder: str) -> list[str]:
    if not re.fullmatch(r"[A-Za-z0-9./_-]*", folder):
        raise InputError(
            f"the folder of figures {folder!r} is written into LaTeX: use letters, digits and . / _ - only, "
            "for example a path relative to the paper"
        )
    return [_block(block, folder) + "\n" for block in document.blocks]


def _block(block: Block, folder: str) -> str:
    match block:
        case Heading(level=level, prose=prose, anchor=anchor):
            command = "\\exactcapsection" if level == 1 else "\\exactcapsubsection"
            return f"{command}{{{latex_heading(prose)}}}\\label{{exactcap:{anchor}}}"
        case Paragraph(prose=prose):
            return latex_paragraph(prose)
        case Bullets(items=items):
            written = "".join(f"  \\item {{}}{latex_prose(item)}\n" for item in items)
            return f"\\begin{{itemize}}\n{written}\\end{{itemize}}" if items else ""
        case Statement():
            return _statement(block)
        case Table():
            return _table(block)
        case Figure(name=name, caption=caption):
            path = f"{folder}/{name}" if folder else name
            return (
                f"\\begin{{figure}}[htbp]\n\\centering\n\\exactcapfigure{{{path}}}\n"
                f"\\caption{{{latex_heading(caption)}}}\\label{{exactcap:{name}}}\n\\end{{figure}}"
            )
        case Commands(lines=lines):
            written = "".join(f"\\exactcapline{{{escaped_code(line)}}}\n" for line in lines)
            return f"\\begin{{exactcapcommands}}\n{written}\\end{{exactcapcommands}}"


def _statement(statement: Statement) -> str:
    head = "}{".join(latex_prose(prose) for prose in (statement.kind, statement.name, statement.label))
    paragraphs = "\n\n".join(latex_paragraph(prose) for prose in statement.paragraphs)
    return (
        f"\\begin{{exactcapstatement}}\\phantomsection\\label{{exactcap:{statement.anchor}}}\n"
        f"\\exactcaphead{{{head}}}\n\n{paragraphs}\n\\end{{exactcapstatement}}"
    )


def _table(table: Table) -> str:
    total, gaps = sum(table.widths), 2 * len(table.widths) - 2
    columns = "".join(
        rf">{{\raggedright\arraybackslash}}p{{\dimexpr(\linewidth-{gaps}\tabcolsep)*{width}/{total}\relax}}"
        for width in table.widths
    )
    head = " & ".join(f"\\textbf{{{latex_prose(column)}}}" for column in table.columns)
    rows = "".join(
        "{}" + " & ".join(latex_prose(cell) for cell in row) + " \\\\\\addlinespace[3pt]\n" for row in table.rows
    )
    return (
        f"{{\\footnotesize\\LTcapwidth=\\linewidth\\tabcolsep=4pt\n\\begin{{longtable}}{{@{{}}{columns}@{{}}}}\n\\caption{{{latex_heading(table.caption)}}}\\\\\n"
        f"\\toprule\n{head} \\\\\n\\midrule\n\\endfirsthead\n\\toprule\n{head} \\\\\n\\midrule\n\\endhead\n"
        f"\\bottomrule\n\\endfoot\n{rows}\\end{{longtable}}}}"
    )
