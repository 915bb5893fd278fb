"""Prompts about something that is not there: links, pictures, recordings, texts that were never given."""

import re

from curation.defects.case import Case, excerpt, mentions
from curation.defects.rule import Rule

URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'|\\^`{}]+", re.I)
# Words that make the link itself the material: taking it apart, writing code around it, citing it.
_ABOUT_URLS = re.compile(
    r"\burls?\b|\blinks?\b(?! (?:below|above))|domain|hyperlink|html|regex|regular expression|pars(?:e|ing)|scrap(?:e|"
    r"er|ing)|\bapi\b|request|\bcurl\b|script|program|code|function|query|python|javascript|java\b|shorten|protocol|"
    r"encode|decode|redirect|cite|citation|reference|bibliograph|e-?mail|contact|format|extract|classif|spam|phishing|"
    r"valid|crawl|\bphp\b|server|fetch|download",
    re.I,
)
_READ_IT = re.compile(r"summar|articl|web ?page|website|\bphotos?\b|image|picture|video|painting", re.I)
_LOOK = re.compile(
    r"describ|\bpage\b|\bsite\b|trailer|visit|read\b|story|headline|caption|analy[sz]|review|rate\b|critique|evaluat|"
    r"comment|identify|main (?:idea|point|subject|topic)|\bart\b|paper|report|blog|song|lyrics|speech|poem|interview|"
    r"tweet|post\b|news|watch|listen|genre|content|title",
    re.I,
)
_IMAGE_LINK = re.compile(
    r"!\[[^\]\n]*\]\([^)\n]*\)|<img\b[^>]*src=[^>]*>?|[\w/:.-]*\b[\w-]+\.(?:jpe?g|png|gif|bmp|tiff?|webp|mp3|mp4|wav|avi|mov)\b",
    re.I,
)
_MEDIA = (
    "![",
    "<img",
    *(f".{name}" for name in ("jpg", "jpeg", "png", "gif", "bmp", "tif", "webp", "mp3", "mp4", "wav", "avi")),
)
_PICTURE = (
    r"(?:image|picture|photo|photograph|painting|drawing|sketch|illustration|diagram|screenshot|video|video clip|"
    r"audio|audio clip|recording|logo|cartoon|comic|comic strip|graph|chart|map|figure|artwork|piece of art|portrait|"
    r"poster|trailer|movie clip|infographic)"
)
_SHOWN = re.compile(
    rf"\b(?:the|this|these|that) (?:given|following|below|above|attached|provided|accompanying|supplied|"
    rf"enclosed) (?:\w+ )?{_PICTURE}s?\b|\b(?:this|attached) {_PICTURE}s?\b|\b{_PICTURE}s? (?:below|above|attached|"
    rf"shown)\b|"
    r"\bin (?:the|this|these) (?:image|picture|photo|photograph|painting|screenshot)s?\b",
    re.I,
)
_TEXT = (
    r"(?:article|passage|text|paragraph|essay|story|document|email|letter|poem|report|review|speech|transcript|"
    r"conversation|dialogue|blog post|excerpt|abstract|paper|data ?set|table|list|sentence|code|code snippet|snippet|"
    r"file|data|tweet|song|lyrics|quote|statement|words|numbers|items|phrase|recipe|resume|proposal|contract|"
    r"product description)"
)
_GIVEN = re.compile(
    rf"\b(?:the|this|these) (?:following|provided|attached|below|above) (?:\w+ ){{0,2}}?{_TEXT}s?\b|"
    rf"\b{_TEXT}s? (?:attached|given below|provided below)\b",
    re.I,
)
_NAMED = re.compile(r"[:\"\u201c\u201d'\u2018`\n\[(<\d\u2013\u2014-]|, \w+, ")
_TO_MAKE = re.compile(
    r"\b(?:html|program|function|algorithm|regex|website|web page|css|if|whether|complete|model)\b", re.I
)


def _link_to_read(case: Case) -> str | None:
    found = URL.search(case.prompt) if "." in case.prompt and not case.history else None
    if not found:
        return None
    rest = URL.sub(" ", case.prompt)
    wanted = _READ_IT.search(rest) or (_LOOK.search(rest) and not _ABOUT_URLS.search(rest))
    if len(rest.split()) > 45 or not wanted:
        return None
    return f"the task needs the page behind {excerpt(found[0])}, which a model cannot open"


def _picture_linked(case: Case) -> str | None:
    if not mentions(case.prompt_lower, *_MEDIA):
        return None
    found = _IMAGE_LINK.search(case.prompt)
    if not found or case.code > 0.3 or _ABOUT_URLS.search(_IMAGE_LINK.sub(" ", URL.sub(" ", case.prompt))):
        return None
    return f"the task needs the picture or recording {excerpt(found[0])}, which is not there"


def _picture_in_response(case: Case) -> str | None:
    found = re.search(r"!\[[^\]\n]*\]\([^)\n]+\)", case.response) if "![" in case.response else None
    if not found or found[0] in case.prompt or _ABOUT_URLS.search(case.prompt) or "markdown" in case.prompt_lower:
        return None
    return f"the response embeds a picture that does not exist: {excerpt(found[0])}"


def _picture_mentioned(case: Case) -> str | None:
    found = _SHOWN.search(case.prompt)
    if not found or case.history or case.code > 0.3 or len(case.prompt_words) > 25:
        return None
    if re.match(r"\s*(?:[\"\u201c'\u2018]|titled|called|by\b|using\b)", case.prompt[found.end() :]) or _TO_MAKE.search(
        case.prompt
    ):
        return None
    return f"the prompt speaks of {excerpt(found[0])}, but only text is there"


def _text_not_given(case: Case) -> str | None:
    found = _GIVEN.search(case.prompt) if not case.history and len(case.prompt_words) <= 30 else None
    if not found or _TO_MAKE.search(case.prompt):
        return None
    before, after = case.prompt[: found.start()], case.prompt[found.end() :]
    if _NAMED.search(after) or re.search(r"[\"“`\n\[]|: ", before) or len(after.split()) > 12:
        return None
    return f"the prompt speaks of {excerpt(found[0])}, but gives none"


LINK_TO_READ = Rule(
    "link_to_read",
    "The task needs a page, picture or video behind a link, which a model cannot open: the response is made up.",
    0.9,
    _link_to_read,
    defective=(
        ("Summarize this article.\n\nhttps://www.example.org/2021/news", "It tells of a new law."),
        ("Visit the website and describe it.\n\nwww.example.org", "It has a modern design."),
    ),
    sound=(
        ("Write a function that tests whether https://example.org answers.", "def up(): ..."),
        ("Extract the domain from the URL.\n\nhttps://www.example.org/a", "example.org"),
    ),
)
PICTURE_LINKED = Rule(
    "picture_linked",
    "The prompt points to a picture, sound or video file, which the model does not see.",
    0.8,
    _picture_linked,
    defective=(
        ("Tell me what country this flag belongs to.\n\n[flag.jpg]", "Portugal."),
        ("Caption it.\n\n![alt text](https://i.example.org/a)", "A fine day."),
    ),
    sound=(("Write code that opens cat.png.", 'Image.open("cat.png")'),),
)
PICTURE_IN_RESPONSE = Rule(
    "picture_in_response",
    "The response embeds a picture by a link that was made up.",
    0.6,
    _picture_in_response,
    defective=(("Illustrate the phrase: no way out.", "![No Way Out](https://www.example.org/no-way-out.jpg)"),),
    sound=(
        ("How do I embed a picture in Markdown?", "![text](https://www.example.org/picture.jpg)"),
        ("Name a bird.", "A robin!"),
    ),
)
PICTURE_MENTIONED = Rule(
    "picture_mentioned",
    "The prompt speaks of a picture, recording or chart as if it were shown.",
    0.6,
    _picture_mentioned,
    defective=(
        ("Describe the artist's style in the following painting.", "Bold brushstrokes."),
        ("What animal is in the photo?", "A fox."),
    ),
    sound=(
        ("How do I hang a picture?", "With a nail."),
        (
            "Who painted this painting: the Night Watch? Answer from the long text that follows. " + "Rembrandt. " * 20,
            "Rembrandt.",
        ),
    ),
)
TEXT_NOT_GIVEN = Rule(
    "text_not_given",
    "The prompt speaks of a text, list or data that follows, and nothing follows.",
    0.5,
    _text_not_given,
    defective=(
        ("Summarise the following article in two sentences.", "The article is about trade."),
        ("Suggest a setting for the following short story.", "A laboratory."),
    ),
    sound=(
        ("Summarise the following article.\n\nTrade grew by a tenth last year.", "Trade grew."),
        ('Translate the following sentence: "I am here."', "Je suis ici."),
        ("How do you protect the data in a given table?", "By access rules."),
    ),
)
