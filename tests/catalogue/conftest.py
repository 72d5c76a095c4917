"""What the tests of the catalogue share: files written on the fly, and an EPUB maker."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from provaudit.catalogue import Catalogue, read_catalogue

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
METADATA = (
    "<dc:title>Le Grand Livre</dc:title><dc:creator>Anne Auteur</dc:creator>"
    "<dc:language>fr</dc:language><dc:identifier>urn:isbn:9782070360024</dc:identifier>"
)

Files = Mapping[str, str | bytes]


def xhtml(body: str, attributes: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>Hidden</title></head>'
        f"<body {attributes}>{body}</body></html>"
    )


def epub(
    chapters: Mapping[str, str],
    *,
    metadata: str = METADATA,
    items: Mapping[str, str] | None = None,
    linear: Mapping[str, str] | None = None,
    guide: str = "",
    extra: Files | None = None,
) -> bytes:
    """Return an EPUB of `chapters` (file name to XHTML), in their order."""
    manifest = "".join(
        f'<item id="{name}" href="text/{name}" media-type="application/xhtml+xml" '
        f"{(items or {}).get(name, '')}/>"
        for name in chapters
    )
    spine = "".join(f'<itemref idref="{n}" {(linear or {}).get(n, "")}/>' for n in chapters)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf" '
        'version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"{metadata}</metadata><manifest>{manifest}</manifest><spine>{spine}</spine>{guide}</package>"
    )
    files: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": package,
    }
    files.update({f"OEBPS/text/{name}": text for name, text in chapters.items()})
    return zipped({**files, **(extra or {})})


def zipped(files: Files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def write(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Catalogue]:
    """Write files into a folder and read it."""

    def read_files(files: Files, **options: Mapping[str, str]) -> Catalogue:
        return read_catalogue([write(tmp_path / "cat", files)], **options)

    return read_files


@pytest.fixture
def write_files(tmp_path: Path) -> Callable[[Files], Path]:
    return lambda files: write(tmp_path / "cat", files)


@pytest.fixture(scope="session")
def make_epub() -> Callable[..., bytes]:
    return epub


@pytest.fixture(scope="session")
def make_xhtml() -> Callable[..., str]:
    return xhtml


@pytest.fixture(scope="session")
def make_zip() -> Callable[[Files], bytes]:
    return zipped
