"""Which column of a table says what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from provaudit.catalogue.delimited import Cells
from provaudit.display import printable
from provaudit.errors import UsageError


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


IDENTIFIER_KINDS = frozenset(_words("isbn issn doi iswc isrc isni ipi eidr isan asin"))

# Usual names in English and French, compared without case, accents and punctuation; an earlier
# name wins over a later one.
_USUAL_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "file": ("file",),
        "text": _words(
            "text texte fulltext full_text texte_integral body corps content contents contenu "
            "lyrics paroles"
        ),
        "id": _words("id work_id workid identifiant identifier uid uuid"),
        "title": _words("title titre work_title headline"),
        "author": _words(
            "author authors auteur auteurs autrice autrices auteur_autrice creator writer artist "
            "artiste byline"
        ),
        "language": _words("language langue lang"),
    }
)
ROLES = tuple(_USUAL_NAMES)


@dataclass(frozen=True)
class Metadata:
    """What one row says about a work, apart from its text."""

    work_id: str
    title: str
    author: str
    language: str
    identifiers: tuple[str, ...]
    extra: Mapping[str, str]


@dataclass(frozen=True)
class Columns:
    """The columns of one table."""

    names: Cells
    """A name for each column, unique."""
    roles: Mapping[str, int]
    """The column of each role that the table has (`ROLES`)."""

    def value(self, role: str, cells: Cells) -> str:
        """Return the stripped cell of a role, the empty string where there is none."""
        column = self.roles.get(role, len(cells))
        return cells[column].strip() if column < len(cells) else ""

    def metadata(self, cells: Cells) -> Metadata:
        """Return what a row says about its work."""
        said = self._unused(cells)
        return Metadata(
            self.value("id", cells),
            self.value("title", cells),
            self.value("author", cells),
            self.value("language", cells),
            tuple(
                f"{kind}:{v}" for n, v in said.items() if (kind := n.lower()) in IDENTIFIER_KINDS
            ),
            MappingProxyType(said),
        )

    def _unused(self, cells: Cells) -> dict[str, str]:
        """Return the cells without a role that say something; those beyond the header too."""
        names = (*self.names, *(f"column_{n + 1}" for n in range(len(self.names), len(cells))))
        used = set(self.roles.values())
        return {
            name: cell.strip()
            for n, (name, cell) in enumerate(zip(names, cells, strict=False))
            if n not in used and cell.strip()
        }


def find_columns(header: Cells, column_map: Mapping[str, str], *, without: str = "") -> Columns:
    """Return the columns of a table: those that `column_map` names, else the usual names.

    No column is looked for the role `without`.
    """
    mapped = {role: column_named(header, name) for role, name in column_map.items()}
    roles = {role: column for role, column in mapped.items() if column is not None}
    keys = [_key(name) for name in header]
    for role, usual in _USUAL_NAMES.items():
        free = {key: n for n, key in reversed(list(enumerate(keys))) if n not in roles.values()}
        found = [free[name] for name in usual if name in free]
        if found and role not in (*roles, without):
            roles[role] = found[0]
    return Columns(_unique(header), MappingProxyType(roles))


def column_named(header: Cells, name: str) -> int | None:
    """Return the column of that name, whatever the case of its letters."""
    for form in (str, str.casefold):
        wanted = form(name.strip())
        for column, have in enumerate(header):
            if form(have) == wanted:
                return column
    return None


def check_column_map(column_map: Mapping[str, str]) -> None:
    """Refuse a map for anything but the roles that columns have.

    Raises
    ------
    UsageError
        It maps something else.
    """
    for role in column_map:
        if role not in ROLES:
            raise UsageError(f"columns cannot be mapped to {role!r}; map one of {', '.join(ROLES)}")


def missing_column(source: str, role: str, name: str, header: Cells) -> UsageError:
    """Return the error for a mapped column that a table does not have."""
    return UsageError(
        f"{printable(source)}: there is no column {printable(name)!r} (mapped to {role}); "
        f"its columns are {', '.join(map(printable, header))}"
    )


def _key(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"\W+", "_", re.sub(r"[\u0300-\u036f]", "", letters)).strip("_")


def _unique(header: Cells) -> Cells:
    """Name the columns that have no name, and number those that share one."""
    names: list[str] = []
    for n, name in enumerate(header, 1):
        wanted = name or f"column_{n}"
        names.append(f"{wanted}_{n}" if wanted in names else wanted)
    return tuple(names)
