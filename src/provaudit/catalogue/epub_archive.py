"""The zip archive that an EPUB is, opened with bounds."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from provaudit.catalogue.reader import damaged, unreadable
from provaudit.catalogue.xml_tree import Element, local_name, parse_xml
from provaudit.display import printable

# No book of text comes near: the longest novels are some 20 MB, illustrated EPUBs about 300 MB.
_LARGEST_TOTAL = 512 * 1024 * 1024
# Deflate reaches about 1000 on repeated bytes; chapters reach 3 to 10, style sheets some 30.
_LARGEST_RATIO = 200
# Below this size a high ratio hurts nobody.
_RATIO_COUNTS_FROM = 16 * 1024 * 1024
_FONT_OBFUSCATION = frozenset(
    {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
)
_RIGHTS = ("META-INF/rights.xml", "META-INF/license.lcpl", "META-INF/sinf.xml")
_DRM = "it is protected by DRM; give an unprotected export"
# All that zipfile and its decompressors are known to raise on bad archives.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
)


class EpubArchive:
    """The files inside an EPUB.

    Parameters
    ----------
    data : bytes
        The EPUB.

    Raises
    ------
    NotReadError
        It is no zip archive, unpacks to too much, or is protected.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_ERRORS as error:
            raise damaged("it is not a valid EPUB (no zip archive); export it again") from error
        self._refuse_bomb()
        self._names = {name.casefold(): name for name in reversed(self._zip.namelist())}
        self._refuse_protected()

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._names

    def read(self, name: str) -> bytes:
        """Return the bytes of one file, found whatever the case of its letters.

        Raises
        ------
        NotReadError
            It is missing, encrypted or damaged.
        """
        if name not in self:
            raise damaged(f"{printable(name)} is missing in it; export it again")
        try:
            return self._zip.read(self._names[name.casefold()])
        except _ZIP_ERRORS as error:
            raise damaged(f"{printable(name)} in it is damaged; export it again") from error

    def package_path(self) -> str:
        """Return where the package document is, by the container or else by its suffix."""
        if "META-INF/container.xml" in self:
            for element in parse_xml(self.read("META-INF/container.xml")).iter("{*}rootfile"):
                return resolved("", element.get("full-path") or "")
        for name in self._names.values():
            if name.lower().endswith(".opf"):
                return name
        raise damaged("it names no package document (.opf); export it again")

    def _refuse_bomb(self) -> None:
        files = self._zip.infolist()
        total = sum(file.file_size for file in files)
        packed = sum(file.compress_size for file in files)
        too_dense = total > _RATIO_COUNTS_FROM and total > packed * _LARGEST_RATIO
        if total > _LARGEST_TOTAL or too_dense:
            raise damaged(f"it unpacks to {total // 1_000_000} MB, which no book does; not opened")

    def _refuse_protected(self) -> None:
        locked = any(file.flag_bits & 1 for file in self._zip.infolist())
        if locked or any(name in self for name in _RIGHTS):
            raise unreadable(_DRM)
        if "META-INF/encryption.xml" in self:
            root = parse_xml(self.read("META-INF/encryption.xml"))
            if not _FONT_OBFUSCATION.issuperset(_algorithms(root)):
                raise unreadable(_DRM)


def resolved(folder: str, href: str) -> str:
    """Return the archive's name for a reference made from `folder`, without its fragment."""
    path = unquote(href.partition("#")[0])
    return posixpath.normpath(posixpath.join(folder, path)).lstrip("/")


def _algorithms(root: Element) -> Iterator[str]:
    """Yield the algorithm of every encrypted file (keys, wrapped by others, are not files)."""
    for encrypted in root.iter("{*}EncryptedData"):
        methods = [e for e in encrypted if local_name(e) == "EncryptionMethod"]
        yield methods[0].get("Algorithm") or "" if methods else ""
