"""Responses in another language than the prompt, and responses that are no language."""

import re

from curation.defects.case import Case, excerpt
from curation.defects.rule import Rule
from curation.words import words

_SCRIPTS = {
    "Latin": re.compile(r"[a-zA-Z\u00c0-\u024f]"),
    "Chinese": re.compile(r"[\u4e00-\u9fff]"),
    "Japanese kana": re.compile(r"[\u3040-\u30ff]"),
    "Korean": re.compile(r"[\uac00-\ud7af]"),
    "Cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "Arabic": re.compile(r"[\u0600-\u06ff]"),
    "Devanagari": re.compile(r"[\u0900-\u097f]"),
    "Greek": re.compile(r"[\u0370-\u03ff]"),
    "Hebrew": re.compile(r"[\u0590-\u05ff]"),
    "Thai": re.compile(r"[\u0e00-\u0e7f]"),
}
_ANOTHER_WANTED = re.compile(
    r"translat|language|english|chinese|japanese|korean|russian|arabic|hindi|greek|hebrew|thai|spanish|french|german|"
    r"kanji|hiragana|pinyin|cyrillic|\u7ffb\u8bd1|\u7ffb\u8b6f|\u82f1\u6587|\u82f1\u8bed|\u4e2d\u6587|\u6c49\u8bed|"
    r"\u65e5\u6587|\u65e5\u8bed|\u8bed\u8a00|\u8bd1|foreign|alphabet|letter|name|formula|symbol|math|code|program|sql|"
    r"python|html|css|\u4ee3\u7801|\u7f16\u7a0b|\u82f1|bahasa|traduc|tradui|\u00fcbersetz|"
    r"\u043f\u0435\u0440\u0435\u0432|spell|pronounc|transliterat|decode|cipher|emoji",
    re.I,
)
_COMMON = {
    "English": "the of and to is that it was for are with this they have from you not which be",
    "Spanish": "el los las una es por para con del que se su como pero m\u00e1s est\u00e1 son muy",
    "French": "les des est une du dans que qui pour pas sur avec sont plus cette aux",
    "German": "der die das und ist nicht ein eine mit den von sich auch auf f\u00fcr dem sind werden",
    "Italian": "il che di \u00e8 un una per non sono con della gli nel pi\u00f9 anche questo",
    "Portuguese": "os um uma n\u00e3o que com para \u00e9 do da s\u00e3o mais como mas pelo",
    "Dutch": "het een van en is niet dat zijn op voor met aan worden ook maar deze",
}
_SETS = {name: frozenset(words(found)) for name, found in _COMMON.items()}
_VOWELS = re.compile(r"[aeiouy]", re.I)
_CLUSTER = re.compile(r"[bcdfghjklmnpqrstvwxz]{6,}", re.I)
_NO_LANGUAGE_WANTED = re.compile(
    r"password|random|string|encrypt|cipher|encod|decod|hash|acronym|abbreviat|anagram|scrambl|gibberish|dna|rna|"
    r"sequence|morse|code|hex|binary|base64|alien|made[- ]up|fictional|nonsense|letters|consonant|reverse|backward|"
    r"chord|note|key\b|lorem|welsh|polish|czech|formula|abbrev|unscramble|vowel|translat",
    re.I,
)
_SIGN = re.compile(r"[<>@#$%^&*|~{}\\+=_](?!\d)")
_STREWN = re.compile(r"(?<![\w#@.])(?![ie][A-Z])[a-z]+[A-Z][a-zA-Z]+\b")
_NO_TEXT_WANTED = re.compile(
    r"code|symbol|sign|emoji|emoticon|ascii|pattern|regex|expression|formula|equation|math|logic|table|chart|grid|"
    r"matrix|puzzle|board|sudoku|draw|diagram|timeline|fill|blank|operator|json|xml|yaml|html|css|command|script|"
    r"password|encrypt|cipher|format|punctuat|sequence|array|list of|camel|capital|case\b|music|chord|tab\b|phonetic|"
    r"pronounc|transcri|chemical|compound|reaction|react|dna|url|link|query|sql|function|program|variable|polynomial|"
    r"solve|simplify|calculate|evaluate|compute|product|fraction|ratio|number|date|time\b|hashtag|notation|morse|"
    r"binary|random|string|convert|software|app\b|apps|compan|brand|stock|tech",
    re.I,
)


def _script(text: str) -> str | None:
    """The script of nearly all letters of ``text``; None where there are few letters or several scripts."""
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    name, most = max(counts.items(), key=lambda item: item[1])
    return name if most >= 12 and most >= 0.85 * sum(counts.values()) else None


def _other_script(case: Case) -> str | None:
    if not case.asked or (case.prompt.isascii() and case.response.isascii()) or _ANOTHER_WANTED.search(case.prompt):
        return None
    asked, said = _script(case.prompt[:2000]), _script(case.response[:2000])
    if not asked or not said or asked == said or case.code > 0.2 or {asked, said} == {"Chinese", "Japanese kana"}:
        return None
    return f"the prompt is in {asked} script, the response in {said}"


def _language(found: list[str]) -> str | None:
    """The language whose commonest words make up at least a sixth of the words and three times any other's share."""
    if len(found) < 12:
        return None
    if sum(map(_SETS["English"].__contains__, found)) >= 0.25 * len(found):
        return "English"
    shares = sorted(
        ((sum(word in common for word in found) / len(found), name) for name, common in _SETS.items()), reverse=True
    )
    (first, name), (second, _) = shares[:2]
    return name if first >= 0.15 and first >= 3 * second else None


def _other_language(case: Case) -> str | None:
    if not case.asked or len(case.words) < 12:
        return None
    said = _language(case.words[:60])
    asked = _language(case.prompt_words[:60]) if said else None
    if not asked or asked == said or case.code > 0.2 or _ANOTHER_WANTED.search(case.prompt + case.history):
        return None
    return f"the prompt is in {asked}, the response in {said}"


def _noise(case: Case) -> str | None:
    """Rows of signs, or capitals strewn into words, where a text should be."""
    text = case.response[:2000]
    signs = len(_SIGN.findall(text))
    strewn = {match[0] for match in _STREWN.finditer(text)} if signs * 8 <= len(text) else set()
    if (signs * 8 <= len(text) or len(text) < 20) and (len(strewn) < 3 or len(strewn) * 12 < len(case.words)):
        return None
    digits = sum(character.isdigit() for character in text)
    if not text.isascii() or digits * 10 > len(text) or "<<" in text or "|-" in text or "--" in text or "__" in text:
        return None
    if case.code > 0.3 or _NO_TEXT_WANTED.search(case.prompt):
        return None
    return f"the text is strewn with {'capitals' if strewn else 'signs'}: {excerpt(text)}"


def _gibberish(case: Case) -> str | None:
    found = [word for word in case.words if len(word) >= 4 and word.isascii() and word.isalpha()]
    if len(found) < 4 or len(found) < 0.5 * len(case.words) or case.code > 0.3:
        return None
    odd = [word for word in sorted(set(found)) if not _VOWELS.search(word) or _CLUSTER.search(word)]
    if len(odd) < 3 or len(odd) < 0.25 * len(found) or _NO_LANGUAGE_WANTED.search(case.prompt) or "http" in case.lower:
        return None
    if sum(word.upper() in case.response for word in odd) > 0.5 * len(odd):
        return None
    return f"the words are of no language: {excerpt(' '.join(odd))}"


OTHER_SCRIPT = Rule(
    "other_script",
    "The response is written in another script than the prompt, and no translation was asked for.",
    0.5,
    _other_script,
    defective=(
        (
            "What makes the sky look blue by day?",
            "\u5929\u7a7a\u5448\u84dd\u8272\u662f\u56e0\u4e3a\u5927\u6c14\u6563\u5c04\u4e86\u592a\u9633\u5149\u4e2d\u7684\u84dd\u5149\u3002",
        ),
    ),
    sound=(
        (
            "Translate into Chinese: why is the sky blue today?",
            "\u4e3a\u4ec0\u4e48\u4eca\u5929\u5929\u7a7a\u662f\u84dd\u8272\u7684\uff1f\u8bf7\u544a\u8bc9\u6211\u539f\u56e0\u5427\u3002",
        ),
        ("What makes the sky look blue by day?", "Air scatters blue light the most."),
    ),
)
OTHER_LANGUAGE = Rule(
    "other_language",
    "The response is in another language than the prompt, and no translation was asked for.",
    0.5,
    _other_language,
    defective=(
        (
            "What is the reason that the sky is blue, and why does it turn red in the evening when the sun is low?",
            "El cielo es azul por la luz que se dispersa en el aire, pero por la tarde los rayos son muy largos para "
            "el azul.",
        ),
    ),
    sound=(
        (
            "Translate into Spanish: the sky is blue because the air scatters the light of the sun that is blue.",
            "El cielo es azul porque el aire dispersa la luz del sol que es azul, por eso se ve como es.",
        ),
    ),
)
GIBBERISH = Rule(
    "gibberish",
    "The words of the response belong to no language.",
    0.9,
    _gibberish,
    defective=(("What is rain?", "sdkfjh wqrtp xzcvbn rain lkjhgf mnbvc qwrtps"),),
    sound=(
        ("What is rain?", "Rain is water that falls from clouds, with strengths from drizzle to downpour."),
        ("Make a random password.", "xkcdqw rtzpsd wqrtpl mnbvcx"),
    ),
)
NOISE = Rule(
    "noise",
    "Signs or stray capitals stand where a text should be.",
    0.7,
    _noise,
    defective=(
        ("How does one say good night in French?", "kn@< c|<sdj~ ^m rsff#g> q<zx#tl% zlqx%>hs~@q"),
        ("How are you?", "reTeh sueMl raDn off saLcu veRai fobEer hte wosn"),
    ),
    sound=(
        ("How are you?", "Well, thanks: the iPhone, YouTube and McDonald's keep me busy all day and all night long!"),
        ("Write a regular expression for an address.", r"^[\w.+-]+@[\w-]+\.[\w.]+$"),
    ),
)
