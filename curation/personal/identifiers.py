"""Numbers of cards, accounts, documents and machines: presidio's recognisers, kept to what their checksums or "
"words bear out."""

import ipaddress
import re

from curation.personal.found import Found

_TEST_CARDS = {"4111111111111111", "4242424242424242", "5555555555554444", "378282246310005", "6011111111111117"}
_TEST_CARDS |= {"4012888888881881", "5105105105105100", "4000056655665556", "371449635398431", "1234567812345670"}
_SHOWN_NUMBERS = {"078051120", "219099999"}
_PUBLIC_SERVERS = {"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "1.2.3.4"}
_CARD_WORDS = re.compile(r"card|visa|master|amex|payment|credit|debit|cc\b", re.I)
_CARD_GROUPS = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{5}")
_VERSION = re.compile(r"version|\bv|release|build|chapter|section|upgrade|firmware|\d\.$", re.I)
_CHINESE_ID = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\w)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identifier_detector():
    """Finds card, bank, identity and wallet numbers and public IP addresses."""
    from presidio_analyzer import predefined_recognizers as known

    recognisers = (
        ("card number", known.CreditCardRecognizer(), _real_card),
        ("bank account (IBAN)", known.IbanRecognizer(), _checked),
        ("US social security number", known.UsSsnRecognizer(), _social_security),
        ("UK national insurance number", known.UkNinoRecognizer(), _near("national insurance", "nino", "ni number")),
        ("Indian identity number", known.InAadhaarRecognizer(), _near("aadhaar", "aadhar", "uidai")),
        ("wallet address", known.CryptoRecognizer(), _checked),
        ("IP address", known.IpRecognizer(), _public_address),
    )

    def find(text: str) -> list[Found]:
        found = [Found("Chinese identity number", *m.span()) for m in _CHINESE_ID.finditer(text) if chinese_id(m[0])]
        for kind, recogniser, accepts in recognisers:
            for one in recogniser.analyze(text, recogniser.supported_entities):
                if accepts(text, one.start, one.end, one.score):
                    example = _is_example(kind, text[one.start : one.end])
                    found.append(Found(kind, one.start, one.end, example))
        return found

    return find


def _is_example(kind: str, text: str) -> bool:
    """Test cards of the card companies, and social security numbers that are never given out."""
    digits = re.sub(r"\D", "", text)
    if kind == "card number":
        return digits in _TEST_CARDS
    return kind == "US social security number" and (digits[0] == "9" or digits in _SHOWN_NUMBERS)


def _checked(text: str, start: int, end: int, score: float) -> bool:
    """Only what passed a checksum."""
    return score >= 1.0


def _real_card(text: str, start: int, end: int, score: float) -> bool:
    digits = re.sub(r"\D", "", text[start:end])
    if score < 1.0 or (len(set(digits)) < 4 and digits not in _TEST_CARDS):
        return False
    return bool(_CARD_GROUPS.fullmatch(text[start:end]) or _CARD_WORDS.search(text[max(0, start - 60) : end + 20]))


def _social_security(text: str, start: int, end: int, score: float) -> bool:
    near = re.search(r"\bssn\b|social security", text[max(0, start - 60) : start], re.I)
    return bool(near) or (score >= 0.5 and re.fullmatch(r"\d{3}-\d{2}-\d{4}", text[start:end]) is not None)


def _near(*names: str):
    def accepts(text: str, start: int, end: int, score: float) -> bool:
        before = text[max(0, start - 80) : start].lower()
        return any(name in before for name in names)

    return accepts


def _public_address(text: str, start: int, end: int, score: float) -> bool:
    shown = text[start:end].partition("/")[0].partition("%")[0]
    if score < 0.5 or shown in _PUBLIC_SERVERS or "/" in text[start : end + 1]:
        return False
    try:
        address = ipaddress.ip_address(shown)
    except ValueError:
        return False
    if address.version == 6 and shown.count(":") < 4:
        return False
    return address.is_global and not address.is_multicast and not _VERSION.search(text[max(0, start - 12) : start])


def chinese_id(number: str) -> bool:
    """Whether the check character of an 18-digit resident identity number (GB 11643-1999) is right."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()
