# ruff: noqa: E501 - a rule is easier to read on one line, beside its name.
"""Knows the furniture of a news page: the lines that surround a story and are no part of it. Pure.

A rule names what it drops. It must match the line as a page prints it and never a sentence of a story that only speaks
of the same thing: where a word could stand in a story, the rule asks for the paper's own voice ("we", "you") as well.
"""

import re

_MONEY = r"(?:(?:[A-Z]{2,3}|US|A|C|NZ)?\s*[£€$¥₹]|[A-Z]{3}|kr\.?|Fr\.?|zł)\s*\d[\d\s.,'’]*(?:\s*(?:k|m|million))?|\d[\d\s.,'’]*\s*(?:[£€$¥₹]|[A-Z]{3}\b|kr\.?|zł|pounds|euros?|dollars)"
_CO_OP = r"(?:co[\s-]?op(?:erative|s)?\b|reader[\s-]?owned|owned by (?:its|our|the) (?:readers|members)|shares? offer|(?:buy|buying|own|owning) (?:a )?shares?|community benefit society)"
_VOICE = r"\b(?:we|we[’']re|we are|our|us|you|your)\b"
_OUTLETS = r"(?:facebook|twitter|x|whatsapp|telegram|linkedin|reddit|bluesky|mastodon|threads|pocket|e-?mail|instagram)"

RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("skip link", r"^(?:skip|jump)(?: straight)? to\b.{0,40}$"),
        ("cookies", r"^.*\b(?:we|this (?:web)?site|our partners)\b.*\bcookies?\b.*$"),
        ("cookies", r"^(?:(?:accept|allow|reject|refuse|decline|manage)(?: all| optional| necessary)?(?: cookies| preferences| settings)?|cookie (?:policy|settings|preferences|notice)|only necessary(?: cookies)?)\W*$"),
        ("co-op notice", rf"^(?=.*{_VOICE})(?=.*{_CO_OP}).*$"),
        ("supporter line", r"^(?:please )?(?:become|be) (?:a|an|our) (?:\w+ )?(?:supporter|member|subscriber|patron|friend|co[\s-]?owner|owner)s?(?: (?:today|now|here|(?:of|for|from) (?:the |our )?\S+(?: \S+){0,3}))*\W*$"),
        ("supporter line", r"^(?:please )?(?:support|back) (?:us|our (?:work|journalism|paper)|independent (?:media|journalism|news)|the paper|this paper)\b.{0,120}$"),
        ("supporter line", r"^(?:join us|already a (?:supporter|member|subscriber)\b.*|subscribe(?: now| today)?|log ?in|sign ?in|register|my account)\W*$"),
        ("fund block", r"^(?:the |our |this month[’']s )?(?:[\w’'-]+ ){0,2}(?:fighting|appeal|press|reader(?:s[’']?|[’']s)?|solidarity)[\s-]+fund(?: appeal| total)?\W*$"),
        ("fund block", rf"^(?:so far )?(?:you|we|readers)?\s*(?:[’']?ve|have|had)?\s*raised(?: so far)?\s*[:=–-]?\s*(?:{_MONEY})?\W*$"),
        ("fund block", rf"^(?:we|you)?\s*(?:still )?(?:need(?:ed|s)?|to (?:go|raise)|outstanding)\s*[:=–-]?\s*(?:{_MONEY})?(?: (?:more|to go|by .{{1,30}}))?\W*$"),
        ("fund block", rf"^(?:(?:our )?(?:target|goal|total|raised|needed|remaining|shortfall|collected)(?: so far| this month)?)\s*[:=–-]?\s*{_MONEY}\W*$"),
        ("fund block", rf"^{_MONEY}\s*(?:raised|needed|to go|still needed|of .{{1,30}}|remaining|so far|target|goal)?\W*$"),
        ("fund block", r"^(?:only |just )?\d+\s+days?\s+(?:remaining|left|to go)\W*$|^days?\s+(?:remaining|left|to go)\s*[:=–-]?\s*\d*\W*$|^last day\W*$"),
        ("fund block", r"^\d{1,3}\s?%(?: (?:funded|raised|complete|of (?:target|goal).{0,20}))?\W*$"),
        ("donate button", r"^(?:please )?(?:donate|contribute|give|chip in)(?: (?:today|now|here|online|monthly|once|what you can|to (?:the|our) .{1,30}|a gift))*\W*$"),
        ("sharing", rf"^(?:share|tweet|print|save|copy link|send|forward|post|pin|like)(?: (?:this|it))?(?: (?:article|story|page|post))?(?: (?:on|via|with|by|to|using) {_OUTLETS}|[: ]+(?:{_OUTLETS}[\s,|/]*)+)?\W*$"),
        ("sharing", rf"^(?:{_OUTLETS}[\s,|/·]*)+$|^\d+ (?:shares|comments|likes)\W*$|^(?:leave a )?comments?(?: \(\d+\))?\W*$"),
        ("newsletter", r"^(?:sign up|subscribe|get|receive|join)\b.*\b(?:newsletter|bulletin|inbox|mailing list|e-?mail(?:s|ed)?)\b.*$"),
        ("newsletter", r"^(?:(?:enter )?your e-?mail(?: address)?|e-?mail address|(?:our )?(?:daily |weekly |free |morning |evening )*newsletters?(?: sign[\s-]?up)?|sign (?:me )?up|no spam.{0,60}|unsubscribe (?:at )?any ?time.{0,20})\W*$"),
        ("advertisement", r"^(?:advertisement|advertising|sponsored(?: content)?|promoted)\W*$"),
        ("navigation", r"^(?:home|menu|search|close|back to top|top|next|previous|e-?edition|today[’']s paper)\W*$|^(?:[^.!?]{1,30}\s*[>›»/|]\s*){1,5}[^.!?]{0,60}$"),
        ("imprint", r"^(?:©|\(c\)|copyright)\s?.{0,120}$|^all rights reserved.{0,60}$|^(?:privacy|terms|contact|about)(?: (?:policy|us|of use|notice))?\W*$"),
    )
)  # fmt: skip
RELATED = re.compile(
    r"^(?:related(?: (?:articles?|stor(?:y|ies)|content|topics?|news))?|read (?:more|also|next)|more (?:on|from|like) .{1,40}|more stories"
    r"|see also|most (?:read|popular|viewed)|you (?:may|might) (?:also )?(?:like|be interested).*|also (?:in|on|by) .{1,40}|recommended(?: for you)?"
    r"|trending(?: now)?|latest(?: (?:news|stories|articles))?|similar (?:articles|stories)|editor[’']?s[’']? picks?|in this (?:section|series))\s*[:…]?$",
    re.IGNORECASE,
)
READ_MORE = re.compile(r"^(?:read more|see also|related|more)\s*[:–-]\s*.{1,160}$", re.IGNORECASE)
BYLINE = re.compile(
    r"^by [^.!?]{3,80}$|^(?:published|updated|posted|last (?:updated|modified))\b.{3,60}$"
    r"|^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9},? \d{4}.{0,20}$"
    r"|^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?[a-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4}.{0,20}$|^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.{0,12}$|^\d+ min(?:ute)?s? read$",
    re.IGNORECASE,
)


def named(line: str) -> str | None:
    """This function will name the furniture that a line is, or None where it may be part of a story.

    >>> named("24 Days remaining"), named("They need £14,179 to finish the roof, she said.")
    ('fund block', None)
    """
    return next((name for name, pattern in RULES if pattern.match(line)), None)
