"""E-mail addresses and phone numbers."""

import re

from curation.personal.found import Found

# Names reserved for examples (RFC 2606 and 6761), and those that writers of examples use most.
_EXAMPLE_DOMAIN = re.compile(
    r"(?:^|[.@])(?:example|test|invalid|localhost|local)$|(?:^|[.@])(?:example|domain|yourdomain|mydomain|company|yourcompany|"
    r"email|mail|sample|test|website|xyz|abc|acme|site|business|companyname|emailaddress|placeholder|anydomain)\.\w+$",
    re.I,
)
_EXAMPLE_NAME = re.compile(
    r"(?:you|your|my|user|example|sample|test|someone|name|email|placeholder|no-?reply)[\w.-]*$", re.I
)
_CANDIDATE = re.compile(r"(?<![\w.$/#=:-])(?:\+|00)?\(?\d[\d\s().\u2011-\u2015/-]{6,22}\d(?![\w/:%]|[.,]\d)")
_CONTEXT = re.compile(
    r"\b(?:phone|telephone|tel|cell|mobile|call|fax|whatsapp|contact|dial|sms|hotline)\b|\u7535\u8bdd|\u624b\u673a|"
    r"\u8054\u7cfb|\u96fb\u8a71|t\u00e9l\u00e9phone|telefon|tel[\u00e9e]fono",
    re.I,
)
_GROUPED = re.compile(r"\(?\d{3}\)?[\s.-]\s?\d{3}[.\s-]\d{4}$")
_FICTION = re.compile(r"^(?:.*[\s.)-]\s?)?555[.\s-]\d{4}$")
_COUNTED = {"1234567890", "0123456789", "9876543210", "0987654321"}
_REGIONS = ("US", "GB", "DE", "FR", "IN", "CN", "ES", "IT", "BR", "JP")
_DATE = re.compile(
    r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}|(?:19|20)\d\d\s?[-\u2013]\s?(?:19|20)\d\d"
)


def email_detector():
    """Finds e-mail addresses with presidio's pattern; the domain must end in a public suffix, known without a "
    "network."""
    import tldextract
    from presidio_analyzer.predefined_recognizers import EmailRecognizer

    suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    class Offline(EmailRecognizer):
        def validate_result(self, pattern_text: str) -> bool:
            return bool(suffixes(pattern_text.rpartition("@")[2]).suffix)

    recogniser = Offline()

    def find(text: str) -> list[Found]:
        if "@" not in text:
            return []
        results = recogniser.analyze(text, ["EMAIL_ADDRESS"])
        return [Found("e-mail address", r.start, r.end, _is_example(text[r.start : r.end])) for r in results]

    return find


def _is_example(address: str) -> bool:
    name, _, domain = address.rpartition("@")
    return bool(_EXAMPLE_DOMAIN.search(domain) or _EXAMPLE_NAME.match(name))


def find_phones(text: str) -> list[Found]:
    """Phone numbers that libphonenumber calls valid.

    International ones anywhere; national ones in the grouping of North America, or with a word such as “call” before
    them. Hotlines that are free or dear and dates are none; numbers of the exchange 555, set aside for fiction, are
    examples.
    """
    import phonenumbers

    found = []
    for match in _CANDIDATE.finditer(text):
        number = match[0]
        digits = re.sub(r"\D", "", number)
        if not 7 <= len(digits) <= 15 or _DATE.search(number):
            continue
        if _FICTION.search(number) or (_GROUPED.search(number) and digits[-10:] in _COUNTED):
            found.append(Found("phone number", match.start(), match.end(), example=True))
            continue
        context = bool(_CONTEXT.search(text[max(0, match.start() - 40) : match.start()]))
        if number.startswith("+"):
            regions: tuple = (None,)
        else:
            regions = ("US",) if _GROUPED.search(number) else _REGIONS if context else ()
        plausible = len(set(digits)) >= 4 and digits not in "01234567890"
        if plausible and any(_is_valid(phonenumbers, number, region) for region in regions):
            found.append(Found("phone number", match.start(), match.end()))
    return found


def _is_valid(phonenumbers, number: str, region: str | None) -> bool:
    try:
        parsed = phonenumbers.parse(number, region)
        kind = phonenumbers.number_type(parsed)
        types = phonenumbers.PhoneNumberType
        service = kind in (types.TOLL_FREE, types.PREMIUM_RATE, types.SHARED_COST, types.UAN)
        return phonenumbers.is_valid_number(parsed) and not service
    except phonenumbers.NumberParseException:
        return False
