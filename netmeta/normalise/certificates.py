"""Certificates and fees: free, paid, none or unknown, with the price where it is stated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import get_args

from netmeta.model import Certificate, Mapped, Unmapped
from netmeta.vocabularies import Vocabularies

_DOCUMENTS = ("сертификат", "диплом", "свидетельств", "грамот", "удостоверени", "certificate")
_PRICE = re.compile(
    r"(?:от\s+)?\d[\d\s\u00a0]{0,8}(?:[.,]\d{1,2})?\s*(?:руб(?:л\w*|\.)?|р\.|₽|rub|тенге|тг\.?)(?!\w)"
    r"(?:\s*/\s*\w+)?",
    re.IGNORECASE,
)
_FREE = re.compile(r"бесплатн|безвозмездн|\bдаром\b|\bfree\b|\b0\s*(?:руб|р\.|₽)", re.IGNORECASE)
_NOT_FREE = re.compile(
    r"не\s*бесплатн|\bплатн|\bоплат|\bстоимост|\bцена\b|\bвзнос|\bpaid\b", re.IGNORECASE
)
_NONE = re.compile(
    r"не\s+(?:выда\w+|предусм\w+|предоставля\w+|оформля\w+)|без\s+(?:выдачи|сертификат|диплом)|"
    r"отсутству|^\s*(?:нет|no|none|—|-)\s*$",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(r"неизвестн|не указан|уточняется|unknown", re.IGNORECASE)
_FEE = re.compile(
    r"(?:орг(?:анизационный|\.)?\s*взнос\w*|взнос за участие|стоимость(?: участия| обучения| курса)?|"
    r"оплата(?: участия)?|плата за участие|участие)\s*[:\-–—]?\s*((?:руб\.|р\.|[^.\n;]){0,80})",
    re.IGNORECASE,
)
_KINDS: dict[str, Certificate] = {kind: kind for kind in get_args(Certificate)}
_SENTENCE = re.compile(r"[^.!?\n;]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """Whether there is a certificate, at what price, and how that was found."""

    certificate: Certificate = "unknown"
    price: str | None = None
    mapped: tuple[Mapped, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()


_NOTHING = Certified()


def normalise_certificate(stated: str | None, text: str, vocabularies: Vocabularies) -> Certified:
    """From the certificate field, else from the first sentence of the text that speaks of one.

    A certificate that is merely mentioned is "unknown": it may cost something.
    """
    if stated and stated.strip():
        raw = stated.strip()
        kind, price = _read(raw)
        if kind != "unknown":
            return _certified(kind, price, raw, "certificate")
        if concept := vocabularies.whole("certificate", raw):  # an admin's mapping, say
            return _certified(_KINDS[concept.id], price, raw, "certificate")
        known = _UNKNOWN.search(raw) or _names_document(raw)
        unmapped = () if known else (Unmapped(scheme="certificate", raw=raw[:200]),)
        return Certified(unmapped=unmapped)
    if _names_document(text):
        for sentence in _SENTENCE.findall(text):
            if _names_document(sentence):
                kind, price = _read(sentence)
                if kind != "unknown":
                    return _certified(kind, price, sentence.strip(), "text")
    return _NOTHING


def _names_document(text: str) -> bool:
    low = text.lower()
    return any(stem in low for stem in _DOCUMENTS)


def _certified(kind: Certificate, price: str | None, raw: str, where: str) -> Certified:
    mapped = Mapped(scheme="certificate", concept=kind, raw=raw[:200], where=where)
    return Certified(certificate=kind, price=price, mapped=(mapped,))


def _read(text: str) -> tuple[Certificate, str | None]:
    price = find_price(text)
    if _NONE.search(text):
        return "none", None
    if price and not _FREE.search(price):
        return "paid", price
    if _FREE.search(text) and not re.search(r"не\s*бесплатн", text, re.IGNORECASE):
        return "free", None
    if _NOT_FREE.search(text):
        return "paid", None
    return "unknown", None


def find_price(text: str) -> str | None:
    """The first sum of money, in the portal's words: «150 руб.», «от 200 ₽»."""
    found = _PRICE.search(text)
    return " ".join(found[0].split()) if found else None


def find_fee(text: str) -> str | None:
    """What taking part costs: «бесплатно», «200 руб.»; None if the text does not say."""
    for found in _FEE.finditer(text):
        about = found[0]
        if _names_document(about):
            continue
        if price := find_price(about):
            return price
        if _FREE.search(about):
            return "бесплатно"
    return None
