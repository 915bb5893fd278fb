"""Responses that decline, or that speak of being a model."""

import re

from curation.defects.case import Case, excerpt, mentions
from curation.defects.rule import Rule

_SORRY = (
    r"(?:(?:unfortunately|sorry|i(?:'m| am) afraid|i(?:'m| am) (?:very |so |really )?sorry|i apologi[sz]e|"
    r"my apologies)[,.]?\s*(?:but )?)"
)
_AS = r"(?:as an? [^.,]{2,40}, )"
_HELP = (
    r"(?:answer|help|assist|provide|complete|generate|create|perform|play|access|give|fulfil|fulfill|comply|"
    r"do (?:this|that)|open|view|discuss|engage|support|recommend|write|draw|display|produce|process|translate|"
    r"determine|offer|share|respond|continue|summari[sz]e|browse|execute|rank|identify)"
)
_REFUSAL = re.compile(
    rf"{_SORRY}?{_AS}?i(?:'m| am)? (?:cannot|can not|can't|could not|couldn't|(?:not able|unable) to|do(?: not|"
    rf"n't) have (?:the ability|access|permission) to|not (?:allowed|programmed|capable|designed)(?: to| of)?|"
    rf"won't be able to|will not be able to) (?:directly |really |properly )?{_HELP}|{_SORRY}?{_AS}?i (?:do(?: not|"
    rf"n't) (?:understand (?:the|this|your|what you)|have (?:enough|any) (?:information|context|data))|"
    r"(?:must|have to) (?:decline|refuse)|won't (?:help|assist|do that|provide))|(?:sorry|unfortunately|i(?:'m|"
    r" am) sorry|i apologi[sz]e)[,.]? (?:but )?(?:the|this|it|that|i|we|there)\b[^.]{0,90}\b(?:cannot|can't|can not|"
    r"could not|unable|not (?:able|possible|available|enough|allowed|clear)|requires?|involves?|impossible|beyond|"
    r"outside|do(?:es)? not|don't|doesn't)|(?:this|the|your) (?:type of )?(?:task|instruction|request|question|input|"
    r"prompt)\b[^.]{0,90}\b(?:cannot|can't|could not) be (?:done|completed|answered|performed|fulfilled|processed|"
    r"generated)|(?:this|the|your) (?:instruction|request|question|input|prompt) is (?:not clear|unclear|invalid|"
    r"incomplete|ambiguous|not valid)|(?:it is |it's )?(?:not possible|impossible) to (?:answer|complete|generate|"
    r"give|provide|determine|create|produce)|(?:there is )?(?:not enough|insufficient) (?:information|data|context)|"
    r"no (?:data|information|context|input|text|article|image) (?:is |was |has been )?(?:available|provided|given)|"
    r"due to [^.]{3,60}, i (?:cannot|can't|am unable)|(?:it|that) would (?:not be appropriate|"
    r"be inappropriate) (?:for me )?to|i (?:would|'d) (?:prefer|rather) not (?:to )?(?:answer|say|respond|comment)|"
    r"as an? [^.,]{2,40}model,? i (?:have no|cannot|can't)",
    re.I,
)
_APOLOGY = re.compile(_SORRY, re.I)
_REWORDS = re.compile(
    r"rewor|rewrit|rephras|paraphras|sentence|translat|statement|tone|negative|express|remove|edit|phrase|excuse|apolog",
    re.I,
)
_ABOUT_ITSELF = re.compile(
    r"\b(?:th(?:is|at|e) (?:request|task|question|instruction)|guidelines|language model|as an ai|assist|consult a|"
    r"anything else|complete this)\b",
    re.I,
)
_MODEL = (
    r"(?:(?:large |ai |gpt |text-based |gpt-?\d? )*language model|ai(?: (?:assistant|model|chatbot))?|"
    r"gpt(?:[ -]?\d)?(?: model)?|text-based model)"
)
_AS_MODEL = re.compile(
    rf"\bas an? (?:artificial intelligence |open source )?{_MODEL}(?: (?:created|developed|trained|"
    rf"made) by \w+)?,? (?:i|my|we|it)\b|\bi(?:'m| am) (?:just |only |merely |simply )?an? {_MODEL}\b|\b(?:by|for|"
    rf"with|of) (?:an? |the |this )?(?:gpt|language) (?:language )?model\b|\b(?:an? |this |"
    rf"the )?gpt[ -]?\d?(?: language)? models? (?:cannot|can't|can not|is (?:not able|unable)|are not able|does not|"
    rf"lacks?)|"
    r"\bmy (?:training data|knowledge cut-?off)\b|\b(?:beyond|outside|exceeds?) (?:the )?(?:scope|"
    r"capabilit\w+) of (?:the|this|a|my|any) (?:\w+ )?(?:model|assistant|ai)\b",
    re.I,
)
_ABOUT_MODELS = re.compile(
    r"\b(?:ai\b|a\.i\.|artificial intelligence|gpt|chat ?bots?|language models?|assistants?|robots?|machine|neural|"
    r"nlp|you (?:are|an?))",
    re.I,
)
_VISUAL = re.compile(
    r"(?:visual|graphic(?:al)?|image|drawing|audio) (?:output|task|instruction|content|representation|"
    r"product)s?\b.{0,60}\b(?:cannot|can't|not|unable|beyond)|\b(?:cannot|can't|unable to|not able to|"
    r"not possible to) (?:be )?(?:\w+ )?(?:draw|display|visual|show (?:an? )?(?:image|picture)|(?:produce|create|"
    r"provide) (?:an? |any )?(?:visual|image|graphic|drawing|picture))|(?:involves?|requires?) (?:creating|producing|"
    r"generating) (?:an? )?(?:visual|image|graphic)",
    re.I,
)


def _refuses(case: Case) -> str | None:
    start = case.response[:300].replace("\u2019", "'").lstrip("\"'([<- ")
    found = _REFUSAL.match(start) if len(case.words) <= 120 else None
    reworded = _REWORDS.search(case.prompt) and not _APOLOGY.match(start) and not _ABOUT_ITSELF.search(start)
    if not found or reworded:
        return None
    return f"the response declines: {excerpt(case.response, 80)}"


def _as_model(case: Case) -> str | None:
    if "model" not in case.lower and " ai" not in case.lower and "gpt" not in case.lower and "cutoff" not in case.lower:
        return None
    found = _AS_MODEL.search(case.response)
    if not found or _ABOUT_MODELS.search(case.prompt) or _ABOUT_MODELS.search(case.history):
        return None
    return f"the response speaks as a model: {excerpt(case.response[found.start() :])}"


def _cannot_draw(case: Case) -> str | None:
    if len(case.response) > 500 or not mentions(case.lower, "visual", "draw", "graphic", "image", "audio", "picture"):
        return None
    found = _VISUAL.search(case.response)
    if not found or _ABOUT_MODELS.search(case.prompt):
        return None
    return f"the task asks for something visual, and the response says it cannot: {excerpt(case.response)}"


REFUSAL = Rule(
    "refusal",
    "The response declines the task.",
    0.6,
    _refuses,
    defective=(
        ("Create a window with four panels.", "Sorry, I cannot answer this question."),
        ("Rank the players.", "I'm sorry, but I am unable to rank them."),
        ("Handwrite a note.", "Sorry, this cannot be done as it is visual."),
        ("Who won?", "There is not enough information to answer."),
        ("Translate the sentence.", "I cannot fulfil this request. Is there anything else I can do for you?"),
        ("Remind me at five.", "This instruction cannot be completed by a GPT language model."),
    ),
    sound=(
        ("Write a song of longing.", "I can't wait to see you again"),
        ("What does a sloth do?", "It sleeps, and it cannot run."),
        ("Reword: I am not able to help him.", "I cannot help him."),
        ("Express surprise.", "I can't believe that!"),
        ("Apologise for a late reply.", "I'm sorry for the delay, here is the report."),
    ),
)
SPEAKS_AS_MODEL = Rule(
    "speaks_as_model",
    "The response speaks of itself as a language model although nobody asked.",
    0.5,
    _as_model,
    defective=(
        ("What do you like to eat?", "As an AI language model, I do not eat."),
        ("Plan my exercise.", "Sorry, that is beyond the capability of the model."),
    ),
    sound=(
        ("What is a chatbot?", "I am an AI chatbot, a program that talks."),
        ("How do people earn money at home?", "Work as a virtual assistant and sell your services."),
    ),
)
CANNOT_DRAW = Rule(
    "cannot_draw",
    "The task asks for a picture, and the response says that it cannot make one.",
    0.8,
    _cannot_draw,
    defective=(
        (
            "Create art in the style of Van Gogh.",
            "This requires creating a visual output, which a model cannot provide.",
        ),
        ("Draw a graph.", "I am unable to draw."),
    ),
    sound=(("Describe a graph.", "A graph shows values as points on two axes."),),
)
