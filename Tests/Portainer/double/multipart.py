"""A multipart form, as Go's `ParseMultipartForm` takes it."""

from __future__ import annotations

import io
import json
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from .body import INVALID
from .exchange import Exchange
from .remarks import Remarks
from .wrong import Wrong


class Form:
    """Values and files by exact name. A part without a file name is a value, never a file."""

    def __init__(self, values: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> None:
        self._values = values
        self._files = files

    @staticmethod
    async def of(exchange: Exchange, known: tuple[str, ...], remarks: Remarks, where: str) -> Form:
        kind, parameters = parse_options_header(exchange.header("Content-Type"))
        if kind != "multipart/form-data":
            remarks.note("not-multipart", f"{where}: {kind or 'no Content-Type'}")
            raise Wrong(400, INVALID, "request Content-Type isn't multipart/form-data")
        if not parameters.get("boundary"):
            raise Wrong(400, INVALID, "no multipart boundary param in Content-Type")
        content = await exchange.body()
        try:
            parser = FormDataParser(silent=False)
            _, values, files = parser.parse(io.BytesIO(content), kind, len(content), parameters)
        except ValueError as error:
            raise Wrong(400, INVALID, f"multipart: {error}") from None
        for name in {*values, *files} - set(known):
            remarks.note("unknown-part", f"{where}: {name}")
        return Form(values, files)

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, default)

    def flag(self, name: str) -> bool:
        """Only the word `true` is true."""
        return self.text(name) == "true"

    def value(self, name: str, default: Any, message: str) -> Any:
        """A value that is JSON text."""
        text = self.text(name)
        try:
            return json.loads(text) if text else default
        except ValueError as error:
            raise Wrong(400, INVALID, f"{message}: {error}") from None

    def file(self, name: str) -> bytes | None:
        """The content of a part with a file name."""
        part = self._files.get(name)
        return part.read() if part is not None else None
