"""Leftovers of the tools that made the data: markers, placeholders, template text."""

import re

from curation.defects.case import Case, excerpt
from curation.defects.rule import Rule

_NO_INPUT = re.compile(
    r"\W*(?:no\s?inputs?|ninput|noinpute|noput|n/a|none)(?: (?:required|needed|necessary|provided))?\W*", re.I
)
_TAG = re.compile(r"<\s*/?\s*(?:no\s?(?:input|output)s?|ninput|noinpute|noput)\b[^<>\n]{0,60}>?", re.I)
_NO_OUTPUT = re.compile(
    r"\W{0,3}(?:no output|no input|n/a)\s*(?:[(:,;-]|(?:is )?(?:required|needed|necessary|possible|because)\b)", re.I
)
_THING = (
    r"(?:images?|pictures?|photos?|photographs?|paintings?|drawings?|sketch|illustrations?|diagrams?|charts?|graphs?|"
    r"figures?|flow ?charts?|tables?|screenshots?|logo|posters?|presentation|slides?|slideshow|videos?|video clip|"
    r"audio|audio clip|sound file|recording|files?|documents?|spreadsheet|excel sheet|pdf|links?|url|web ?page|"
    r"web ?site|articles?|gif|map|infographic|comic|cartoon|cartoon strip|meme|artwork|dataset|data set)"
)
_FILLED_LATER = re.compile(
    r"[<\[(]\s*(?:please )?(?:insert|attach|add|include|paste|upload)\b [^<>\[\]()\n]{2,60}[>\])]|"
    rf"[<\[]\s*(?:an? |the )?(?:\w+ ){{0,2}}{_THING}(?: (?:attached|here|below|shown|of|with|showing|to|"
    rf"containing)\b[^<>\[\]\n]{{0,60}})?"
    r"\s*[>\]](?!\()|"
    rf"\((?:an? |the )?(?:see )?(?:attached {_THING}|{_THING} (?:attached|here|below|url|link))\)",
    re.I,
)
_RUN_ON = re.compile(
    r"\n\s*\d{1,2}\s*\.\s*(?:Instruction|Input|Output)\s*:|\n#{2,}\s*(?:Instruction|Input|Response|Output)\s*:|"
    r"\nInstruction\s*:[^\n]*\n(?:[^\n]*\n){0,3}?\s*(?:Input|Output|Response)\s*:|<\|(?:im_start|im_end|endoftext|"
    r"eot_id|start_header_id|assistant|user|system|begin_of_text)\|>|\[/?INST\]|<</?SYS>>"
)
_TURNS = re.compile(r"\n(?:Human|User|USER|HUMAN)\s*:\s*\S[^\n]*\n+(?:Assistant|AI|ASSISTANT|Bot|GPT)\s*:")
_ABOUT_TURNS = re.compile(r"dialog|conversation|chat|script|transcript|interview|role|assistant|bot\b", re.I)
_ABOUT_TEMPLATES = re.compile(
    r"instruction|prompt|template|token|html|markdown|tag\b|xml|placeholder|web ?page|website", re.I
)


def _marker_in_response(case: Case) -> str | None:
    found = _TAG.search(case.response) or _NO_OUTPUT.match(case.response)
    return f"the response holds the marker {excerpt(found[0])}" if found else None


def _marker_in_prompt(case: Case) -> str | None:
    for part in case.parts:
        for line in (part, *part.split("\n")):
            if len(line) < 60 and _NO_INPUT.fullmatch(line):
                return f"the prompt holds the marker {excerpt(line)}"
    found = _TAG.search(case.prompt)
    return f"the prompt holds the marker {excerpt(found[0])}" if found else None


def _placeholder_in_prompt(case: Case) -> str | None:
    found = _FILLED_LATER.search(case.prompt)
    if not found or _ABOUT_TEMPLATES.search(case.prompt) or "<html" in case.lower:
        return None
    return f"the prompt has the placeholder {excerpt(found[0])} in place of the thing itself"


def _placeholder_in_response(case: Case) -> str | None:
    found = _FILLED_LATER.search(case.response)
    if not found or case.code > 0.3 or _ABOUT_TEMPLATES.search(case.prompt) or found[0] in case.prompt:
        return None
    return f"the response has the placeholder {excerpt(found[0])} in place of the thing itself"


def _run_on(case: Case) -> str | None:
    found = _RUN_ON.search(case.response)
    if not found and not _ABOUT_TURNS.search(case.prompt):
        found = _TURNS.search(case.response)
    if not found or _ABOUT_TEMPLATES.search(case.prompt):
        return None
    return f"the response runs on into another example: {excerpt(found[0])}"


MARKER_IN_RESPONSE = Rule(
    "marker_in_response",
    "A marker such as <noinput> or “No output:” stands in the response.",
    0.9,
    _marker_in_response,
    defective=(
        ("Give the story a title.", '<noinput>\n"A Leap of Faith"'),
        ("Design a logo.", "<No Output - this is a visual task.>"),
        ("Visualise the data.", "N/A (the model cannot draw)"),
        ("Make a sculpture.", "No output possible, as it is visual."),
    ),
    sound=(
        ("What does it mean if a program prints nothing?", "There was no output, so the test passed."),
        ("What does N/A mean?", "N/A is short for not applicable."),
    ),
)
MARKER_IN_PROMPT = Rule(
    "marker_in_prompt",
    "A marker such as “No input” is left in the prompt.",
    0.15,
    _marker_in_prompt,
    defective=(
        ("Name a bird.\n\n<noinput>", "A robin."),
        ("Name a bird.\n\nNo input", "A robin."),
        ("Name a bird.\n\n[No Input required]", "A robin."),
    ),
    sound=(("The program has no input. What does it print?", "Nothing."), ("None of them came. Why?", "It rained.")),
)
PLACEHOLDER_IN_PROMPT = Rule(
    "placeholder_in_prompt",
    "The prompt says [image], <attached file> or the like where the thing itself should be.",
    0.8,
    _placeholder_in_prompt,
    defective=(
        ("Caption this photo.\n\n[Insert photograph here]", "A sunrise over the hills."),
        ("Identify the bird.\n\n<picture attached>", "It is an eagle."),
        ("Sum up the text.\n\n[link to article]", "It is about trade."),
    ),
    sound=(
        ("Write the HTML tag for an image.\n\n<image>", '<img src="a.png">'),
        ("Sort the list [3, 1, 2].", "1, 2, 3"),
        ("Explain the map() function.", "It applies a function to each item."),
    ),
)
PLACEHOLDER_IN_RESPONSE = Rule(
    "placeholder_in_response",
    "The response says [insert image] or the like where the thing itself should be.",
    0.7,
    _placeholder_in_response,
    defective=(
        ("Show the growth in a graph.", "Here is the graph:\n[insert graph here]"),
        ("Draw a cat.", "<drawing of a cat>"),
    ),
    sound=(
        ("Write a letter to my landlord.", "Dear [Name],\nthe tap drips.\nRegards,\n[Your Name]"),
        ("How do I link in Markdown?", "Write [link](https://example.org)."),
    ),
)
RUN_ON = Rule(
    "run_on",
    "After its end the response goes on with another example of the generator's template.",
    0.9,
    _run_on,
    defective=(
        ("Classify the flower.", "It is a rose.\n11. Instruction: Define supercomputer.\n11. Input:\n<noinput>"),
        ("Name a planet.", "Mars.\n\n### Instruction:\nName a star."),
        ("Name a planet.", "Mars.<|im_end|>"),
    ),
    sound=(
        ("Give me the steps.", "1. Input the number.\n2. Output its square."),
        ("Write a chat between a user and a bot.", "\nUser: Hi\nBot: Hello"),
    ),
)
