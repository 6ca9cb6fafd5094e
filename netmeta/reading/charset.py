"""Bytes to text: strict UTF-8 first, then the content itself; labels are only hints.

On the Russian web the HTTP header, `<meta>` and the XML declaration are wrong often enough that
believing them loses pages, while the bytes hardly ever lie: text in another charset is almost
never valid UTF-8, and letter pairs tell the Cyrillic charsets apart (`cyrillic`). A label decides
only where the content does not: short texts, and languages other than Russian.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import cchardet

from netmeta.model import Problem
from netmeta.reading import cyrillic

Why = Literal["bom", "ascii", "utf-8", "content", "label", "guess"]
"""What decided: a byte order mark, only ASCII bytes, valid UTF-8, the letters, a label, or
nothing better than a statistical guess."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without NUL and lone surrogates, and how it was come by.

    Problem codes (field "charset"): "wrong-label" (value "header: utf-8"), "unknown-label",
    "invalid-bytes" (value = how many became U+FFFD), "cut-off" (the last character is incomplete),
    "nul" (value = how many were dropped).

    `utf8` is the text in UTF-8, where the bytes came so: nobody needs to encode it again.
    """

    text: str
    charset: str
    why: Why
    problems: tuple[Problem, ...] = ()
    utf8: bytes | None = field(default=None, repr=False, compare=False)


BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# The WHATWG Encoding Standard reads these labels as the larger charset.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_LABELS = {"x-sjis": "cp932", "x-mac-cyrillic": "mac-cyrillic", "windows-874": "cp874"}
_NOT_FOR_PAGES = re.compile(r"utf-7|punycode|idna|escape|undefined|mbcs|oem|utf-(16|32)")
_SPOKEN = {
    "cp1251": "windows-1251",
    "cp1252": "windows-1252",
    "cp1254": "windows-1254",
    "cp866": "ibm866",
    "cp874": "windows-874",
    "cp932": "shift_jis",
    "cp949": "euc-kr",
    "big5hkscs": "big5",
    "iso8859-2": "iso-8859-2",
    "iso8859-5": "iso-8859-5",
}
_META = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([^\s\"'/>;]{1,40})", re.I)
_XML_DECLARATION = re.compile(rb"<\?xml[^>]{1,100}?encoding\s*=\s*[\"']([^\"']{1,40})", re.I)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]{1,40})", re.I)
_HEAD_BYTES = 4096
_UKRAINIAN_KOI8 = re.compile(rb"[\xc0-\xff][\xa4\xa6\xa7]|[\xa4\xa6\xa7][\xc0-\xff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

_LIKELY = 2.0
"""Score above which content alone decides. Prose in Russian, Ukrainian, Belarusian, Bulgarian and
Serbian gives 2.5 to 4; Arabic, Greek, Hebrew, Thai, Chinese, Japanese or Korean bytes at most 1.5."""
_POSSIBLE = -0.6
"""Score above which a Cyrillic label is believed."""
_LABEL_BONUS, _LABEL_BYTES = 2.0, 16
"""What a label adds to its charset's score; less, the more there is to judge by."""
_MAC_IS_RARE, _MAC_BYTES = (0.15, 1.0), 60
"""What is taken from mac-cyrillic, always and in short texts: it shares all small letters but one
with windows-1251."""
_FEW_BYTES, _NOT_CYRILLIC = 6, -9.0


def decode(body: bytes, *, header: str | None = None, xml: bool = False) -> Decoded:
    """Decode a page, feed, sitemap or robots.txt.

    Args:
        body: the bytes as they came, decompressed; any bytes at all.
        header: the Content-Type header, or its charset.
        xml: look for the charset in the XML declaration only, not in `<meta>`.

    Never raises for any `body`. The last text is remembered: family, portal and reader each want
    that of the same page.
    """
    for known, asked, found in _remembered:
        if known is body and asked == (header, xml):  # no hash of the bytes: that costs a fifth
            return found
    found = _decoded(body, header, xml)
    same = [one for one in _remembered if one[0] is body]  # asked for without a header, say
    _remembered[:] = [*same[-1:], (body, (header, xml), found)]
    return found


_remembered: list[tuple[bytes, tuple[str | None, bool], Decoded]] = []


def _decoded(body: bytes, header: str | None, xml: bool) -> Decoded:
    hints = _hints(body, header, xml)
    for bom, charset in BOMS:
        if body.startswith(bom):
            return _finish(body[len(bom) :], charset, "bom", hints)
    if (wide := unmarked_unicode(body)) is not None:
        return _finish(body, wide, "content", hints)
    if body.isascii():
        return _finish(body, "utf-8", "ascii", hints)
    try:
        return _clean(body.decode(), "utf-8", "utf-8", hints, utf8=body)
    except UnicodeDecodeError as error:
        if (nearly := _nearly_utf8(body, error, hints)) is not None:
            return nearly
    charset, why = _by_content(body, hints)
    return _finish(body, charset, why, hints)


@cache
def python_codec(label: str) -> str | None:
    """The codec to use for a charset label of the web, or None if it names none.

    Only charsets of pages: Python's other codecs ("base64", "idna", "utf-7") are not among them.
    """
    label = label.strip().lower()
    try:
        found = codecs.lookup(_LABELS.get(label, label))
    except (LookupError, ValueError, UnicodeError):
        return None
    # Marks codecs from bytes to bytes, such as "zip"; documented only in the codecs' source.
    if not getattr(found, "_is_text_encoding", True) or _NOT_FOR_PAGES.search(found.name):
        return None
    return _WIDER.get(found.name, found.name)


@dataclass(frozen=True, slots=True)
class _Hint:
    where: Literal["header", "meta", "xml"]
    label: str


def _hints(body: bytes, header: str | None, xml: bool) -> tuple[_Hint, ...]:
    found = []
    if header:
        if match := _HEADER.search(header):
            found.append(_Hint("header", match[1]))
        elif "/" not in header and "=" not in header and header.strip():
            found.append(_Hint("header", header.strip()[:40]))
    head = body[:_HEAD_BYTES]
    if declared := _XML_DECLARATION.search(head):
        found.append(_Hint("xml", declared[1].decode("ascii", "replace")))
    if not xml and (meta := _META.search(head)):
        found.append(_Hint("meta", meta[1].decode("ascii", "replace")))
    return tuple(found)


def unmarked_unicode(body: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark, recognised by where the high bytes stand.

    In UTF-16 every second byte is 0 (ASCII) or 4 (Cyrillic), in UTF-32 three of four are.
    """
    head = body[:400]
    if len(head) < 4 or 0 not in head:
        return None
    even, odd = (side.count(0) + side.count(4) for side in (head[::2], head[1::2]))
    most = 0.35 * len(head)
    if min(even, odd) > most / 2 and head.count(0) > 0.6 * len(head):
        return "utf-32-le" if head[0] else "utf-32-be"
    if max(even, odd) < most or min(even, odd) > most / 4:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _nearly_utf8(
    body: bytes, error: UnicodeDecodeError, hints: tuple[_Hint, ...]
) -> Decoded | None:
    """UTF-8 that breaks off inside its last character, or holds a few bytes of something else."""
    cut_off = error.reason == "unexpected end of data" and error.end == len(body)
    if cut_off and not body[: error.start].isascii():
        text = body[: error.start].decode()
        return _clean(text, "utf-8", "utf-8", hints, Problem(field="charset", code="cut-off"))
    around = body[error.start : error.start + 2000].decode(errors="replace")
    if around.count("\ufffd") > 1000:  # the usual case, another charset: no need to read it all
        return None
    text = body.decode(errors="replace")
    invalid = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    valid = len(text) - sum(map(len, re.findall(r"[\x00-\x7f\ufffd]+", text)))
    if valid < 4 * invalid:
        return None
    problem = Problem(field="charset", code="invalid-bytes", value=str(invalid))
    return _clean(text, "utf-8", "utf-8", hints, problem)


def _by_content(body: bytes, hints: tuple[_Hint, ...]) -> tuple[str, Why]:
    """The charset of bytes that are not UTF-8, as a Python codec or web label."""
    labels = [codec for hint in hints if (codec := python_codec(hint.label)) not in (None, "utf-8")]
    runs = cyrillic.sample(body)
    size = sum(map(len, runs))
    scores = dict.fromkeys(cyrillic.CHARSETS, _NOT_CYRILLIC if size > _FEW_BYTES else 0.0)
    if cyrillic.word_share(runs) > 0.5:
        scores = cyrillic.scores(runs)
        for charset in scores:
            if python_codec(charset) in labels:
                scores[charset] += _LABEL_BONUS * min(1.0, _LABEL_BYTES / size)
            elif charset == "mac-cyrillic":
                always, short = _MAC_IS_RARE
                scores[charset] -= always + short * min(1.0, _MAC_BYTES / size)
    best = max(scores, key=scores.__getitem__)
    if scores[best] > _LIKELY:
        if best == "koi8-r" and (
            "koi8-u" in labels or len(_UKRAINIAN_KOI8.findall(b" ".join(runs))) > 2
        ):
            best = "koi8-u"
        return best, "content"
    for label in labels:
        if label is not None and _fits(body, label, scores):
            return label, "label"
    guess = cchardet.detect(body[:200_000])["encoding"]
    codec = python_codec(guess) if guess else None
    if codec is not None and codec != "utf-8" and _fits(body, codec, scores):
        return codec, "guess"
    return (best if scores[best] > _POSSIBLE else "cp1252"), "guess"


def _fits(body: bytes, codec: str, scores: dict[str, float]) -> bool:
    """Whether the codec reads the bytes without more than a stray error."""
    for charset, score in scores.items():
        if python_codec(charset) == codec and score < _POSSIBLE:
            return False
    text = body[:200_000].decode(codec, "replace")
    return text.count("\ufffd") <= 1 + len(text) // 200


def _finish(body: bytes, charset: str, why: Why, hints: tuple[_Hint, ...]) -> Decoded:
    text = body.decode(charset, "replace")
    invalid = text.count("\ufffd")
    if charset.startswith("utf-8"):
        invalid -= body.count(b"\xef\xbf\xbd")
    more = (Problem(field="charset", code="invalid-bytes", value=str(invalid)),) if invalid else ()
    return _clean(text, charset, why, hints, *more)


def _clean(
    text: str,
    charset: str,
    why: Why,
    hints: tuple[_Hint, ...],
    *problems: Problem,
    utf8: bytes | None = None,
) -> Decoded:
    """Drop what no text should hold, and say which labels were wrong."""
    found = list(problems)
    if (utf8 is None or 0 in utf8) and (nuls := text.count("\0")):
        text, utf8 = text.replace("\0", ""), None
        found.append(Problem(field="charset", code="nul", value=str(nuls)))
    if charset != "utf-8":  # strict UTF-8 holds none
        text = _SURROGATE.sub("\ufffd", text)
    text = text.removeprefix("\ufeff")
    codec = python_codec(charset) or charset
    for hint in hints if why != "ascii" else ():
        named = python_codec(hint.label)
        said = f"{hint.where}: {hint.label}"
        if named is None and not _NOT_FOR_PAGES.search(hint.label.lower()):
            found.append(Problem(field="charset", code="unknown-label", value=said))
        elif named != codec:
            found.append(Problem(field="charset", code="wrong-label", value=said))
    return Decoded(text, _SPOKEN.get(charset, charset), why, tuple(found), utf8)
