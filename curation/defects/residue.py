"""Damage from conversion and scraping: broken encodings, markup left in prose, control characters."""

import re

from curation.defects.case import Case, excerpt
from curation.defects.rule import Rule

# UTF-8 read as Windows-1252 or Latin-1: a lead byte's letter and a continuation byte's sign.
_MOJIBAKE = re.compile(
    "\u00e2\u20ac[\u2122\u0153\u009d\u201c\u201d\u02dc\u00a6\u00a2\u0080-\u00bf]|"
    "\u00c3[\u00a0-\u00bf\u0192\u201a\u2020-\u2022\u20ac]|\u00c2[\u00a0-\u00bf]|\u00ef\u00bb\u00bf|"
    "\u00f0\u0178[\u0080-\u00bf\u2018-\u201d]|\u00e2[\u0080-\u009f]{2}"
)
_ENTITY = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|apos|#\d{2,5}|#x[0-9a-f]{2,5}|[lr]squo|[lr]dquo|mdash|ndash|hellip|bull|copy|eacute);",
    re.I,
)
_TAG = re.compile(
    r"</?(?:br|p|div|span|b|i|strong|em|ul|ol|li|h[1-6]|a|font|td|tr|table|img|script|style|u|sup|sub)(?:\s[^<>]{0,200})?/?>",
    re.I,
)
_ABOUT_MARKUP = re.compile(
    r"html|tag|markup|web|xml|css|page|entity|entities|escape|code|render|email|template|javascript|link|svg|bold|italic|format|font|style|animat|underline|<\w|&\w+;",
    re.I,
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_CONTROL_C1 = re.compile("[\u0080-\u0084\u0086-\u009f]")
_FRAME = re.compile(
    r"(?:^|\n)\s*(?:share this|read more|click here to|all rights reserved|cookie policy|privacy policy|"
    r"subscribe to our newsletter|advertisement|skip to (?:main )?content|powered by wordpress|"
    r"javascript is (?:disabled|required)|terms of (?:use|service)|leave a (?:comment|reply)|related (?:posts|"
    r"articles)|log ?in to (?:reply|comment)|copyright ?(?:\u00a9|\(c\))|watch video\b)",
    re.I,
)
_WHOLE = re.compile(r"<html|<!doctype|<body|<head", re.I)


def _mojibake(case: Case) -> str | None:
    text = case.prompt + "\n" + case.response
    if text.isascii():
        return None
    broken = _MOJIBAKE.search(text)
    if broken:
        return (
            f"letters are broken by a wrong encoding: {excerpt(text[max(0, broken.start() - 12) : broken.end() + 12])}"
        )
    if "\ufffd" in case.response:
        place = case.response.index("\ufffd")
        return f"a letter was lost in conversion: {excerpt(case.response[max(0, place - 20) : place + 20])}"
    return None


def _markup(case: Case) -> str | None:
    if (
        ("<" not in case.response and "&" not in case.response)
        or _ABOUT_MARKUP.search(case.prompt)
        or _WHOLE.search(case.response)
    ):
        return None
    prose = re.sub(r"```.*?(?:```|\Z)|`[^`\n]*`", " ", case.response, flags=re.S)
    found = _ENTITY.search(prose) or _TAG.search(prose)
    if not found or case.code > 0.3:
        return None
    return f"markup is left in the text: {excerpt(prose[max(0, found.start() - 10) : found.end() + 20])}"


def _control(case: Case) -> str | None:
    found = _CONTROL.search(case.response) or _CONTROL.search(case.prompt) or _CONTROL_C1.search(case.response)
    return f"the text holds the control character U+{ord(found[0]):04X}" if found else None


def _page_frame(case: Case) -> str | None:
    found = _FRAME.search(case.response) if not case.asked else None
    return f"frame of a web page is left in the text: {excerpt(found[0].strip())}" if found else None


MOJIBAKE = Rule(
    "mojibake",
    "Letters are broken by a wrong encoding.",
    0.5,
    _mojibake,
    defective=(
        ("Where do they meet?", "At the caf\u00c3\u00a9."),
        ("What is it?", "It\u00e2\u20ac\u2122s a bird."),
        ("What?", "A \ufffd sign."),
    ),
    sound=(
        ("Where do they meet?", "Au caf\u00e9, \u00e0 c\u00f4t\u00e9 de la gare \u2014 \u00ab l\u00e0 \u00bb."),
        ("Name one.", "S\u00c3O PAULO"),
    ),
)
MARKUP_IN_PROSE = Rule(
    "markup_in_prose",
    "HTML is left in a text that is none.",
    0.3,
    _markup,
    defective=(("What is rain?", "Rain is water.<br />It falls&nbsp;down."),),
    sound=(
        ("Write a paragraph in HTML.", "<p>Rain is water.</p>"),
        ("What is 3 compared to 4?", "3 < 4 and R&D is fun."),
    ),
)
CONTROL_CHARACTER = Rule(
    "control_character",
    "The text holds control characters.",
    0.4,
    _control,
    defective=(("What is rain?", "Rain is\x00 water."), ("What is \x1b[31mrain?", "Water.")),
    sound=(("What is rain?", "Rain is water.\n\tIt falls.\r\n"),),
)
PAGE_FRAME = Rule(
    "page_frame",
    "Buttons, notices or menus of a web page are left in the text.",
    0.3,
    _page_frame,
    defective=(("", "Rain is water.\nShare this\nLeave a comment"),),
    sound=(("What should a shop's site show?", "A privacy policy and terms of use."),),
)
