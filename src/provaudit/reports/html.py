"""A finished audit as one self-contained HTML page, to be read, sent and printed.

The page loads nothing and runs nothing: a Content-Security-Policy allows its one style sheet by
digest and no more.
"""

from __future__ import annotations

import base64
import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from provaudit.audit_folder.reading import Audit
from provaudit.errors import ProvauditError
from provaudit.reports import figures
from provaudit.reports.html_page import page_of

_MOST_SHOWN = 4000
"""Code points shown of any one string: a last bound, the page's parts set their own."""


def render_html(audit: Audit) -> str:
    """Return the page of an audit.

    The same audit gives the same page: it holds no date and no name of a machine.

    Raises
    ------
    DamagedError
        Where a table of the audit cannot be read.
    """
    environment = _environment()
    style = _source(environment, "page.css")
    template = environment.get_template("page.html.j2")
    return template.render(page=page_of(audit), style=Markup(style), policy=_policy(style)) + "\n"


def write_html(audit: Audit, path: Path) -> None:
    """Write the page of an audit, whole or not at all.

    Raises
    ------
    DamagedError
        Where a table of the audit cannot be read.
    ProvauditError
        Where `path` cannot be written.
    """
    page = render_html(audit).encode("utf-8")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(page)
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        reason = error.strerror or str(error)
        message = f"{path} cannot be written ({reason}); choose another place."
        raise ProvauditError(message) from None


def _environment() -> Environment:
    """Return the templates' environment: each string is made printable, then escaped."""
    environment = Environment(
        loader=PackageLoader("provaudit.reports", "templates"),
        autoescape=True,
        finalize=_safe,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for function in (figures.count, figures.counted, figures.percent, figures.clipped):
        environment.filters[function.__name__] = function
    return environment


def _safe(value: Any) -> Any:
    """Make a plain string printable; `Markup` was escaped where it was made."""
    return figures.clipped(value, _MOST_SHOWN) if type(value) is str else value


def _source(environment: Environment, name: str) -> str:
    """Return a file beside the templates, with the line ends that a browser will see."""
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, name)
    return source.replace("\r\n", "\n")


def _policy(style: str) -> str:
    """Return the policy that allows this very style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
