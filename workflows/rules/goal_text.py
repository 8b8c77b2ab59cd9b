"""Reads a goal's sentence: who acts, what is done to what, and what is counted (G2, letters S and M). Pure.

It knows English verbs and nouns by list; an unknown verb is believed only after "the mentee will".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from workflows.rules import goal_words as words

_TOKEN = re.compile(r"[€$£]?\d[\d.,]*\d?(?:k\b|[%€$£])?(?![\w-])|\d[\w.-]*|[a-z][\w'/-]*|[,;:&%]")
_NUMBER = re.compile(r"^[€$£]?\d[\d.,]*k?[%€$£]?$")
_SIGN = re.compile(r"[%€$£]")
_MENTEE = re.compile(r"^(?:(?:the|our|my) )?mentee\b(?!'s\b| and\b)")
_FIRST_PERSON = re.compile(r"^i(?:'ll| will| shall| am going to| plan to| aim to| want to)? ")
_WILL = re.compile(r"^[^,;:]{1,60}? (?:will|shall) ")

_ENDINGS = (
    ("ies", ("y",)),
    ("ied", ("y",)),
    ("es", ("", "e")),
    ("s", ("",)),
    ("ing", ("", "e")),
    ("ed", ("", "e")),
)

WRONG_ACTOR = 'let the mentee act: "The mentee will publish ...".'
NO_ACTION = "say what the mentee will do that others can see, such as publish, present, run or reduce."
NO_OBJECT = "name what the action produces or changes; words such as skills or awareness cannot be shown."


def plain(statement: str) -> str:
    """The sentence in lower case, with single spaces and straight quotes."""
    text = statement.lower().replace("\u2019", "'").replace("\u2018", "'").replace("\u00a0", " ")
    return " ".join(text.split())


def vague(text: str, *, by_mentee: bool) -> str | None:
    """Why a sentence is not specific (letter S), or None if it is. Its times are taken out before."""
    text = text.strip(" ,;:.!-")
    actor = _after_actor(text, by_mentee=by_mentee)
    if actor is None:
        return WRONG_ACTOR
    body, named = actor
    doing, _, _ = body.partition("how to ")
    reason = NO_ACTION
    for place, clause in enumerate(_clauses(tokens(doing))):
        verdict = _act(clause, known=named and place == 0)
        if verdict is None:
            return None
        reason = NO_OBJECT if NO_OBJECT in {reason, verdict} else verdict
    return reason


def measured(text: str, *, change: bool = False) -> bool:
    """Whether a number with a unit or a thing that can be counted stands in the text. `change`: a number that
    only says where ("in our 3 plants") is no measure of it."""
    found = tokens(text)
    return any(
        _is_number(token) and _counts(found, place) and not (change and _says_where(found, place))
        for place, token in enumerate(found)
    )


def deliverable(text: str) -> bool:
    """Whether one thing is named that is there or not, such as "a playbook"."""
    found = tokens(text)
    return any(
        token in words.ARTICLES and bool(set(_phrase(found[place + 1 :])) & words.DELIVERABLES)
        for place, token in enumerate(found)
    )


def tokens(text: str) -> list[str]:
    """Words, numbers (with their sign) and the punctuation that divides clauses."""
    return [token.rstrip(".,") or token for token in _TOKEN.findall(text)]


def _after_actor(text: str, *, by_mentee: bool) -> tuple[str, bool] | None:
    """What follows the actor, and whether the mentee was named; None where somebody else acts."""
    mentee = _MENTEE.match(text)
    if mentee:
        return _skip(text[mentee.end() :].split(), words.MODALS), True
    first = _FIRST_PERSON.match(text)
    if first:
        return (text[first.end() :], True) if by_mentee else None
    if _WILL.match(text) or _another_subject(text.split()):
        return None
    return text.removeprefix("to "), False


def _another_subject(found: Sequence[str]) -> bool:
    place = next((n for n, word in enumerate(found) if word not in words.ARTICLES | words.POSSESSIVES), 0)
    subject, following = [*found[place:], "", ""][:2]
    if subject.rstrip("s") in words.ACTORS_OR_VERBS:
        return place > 0 or subject.endswith("s") or following in words.MODALS
    return subject in words.OTHER_ACTORS


def _skip(found: Sequence[str], unwanted: Collection[str]) -> str:
    rest = list(found)
    while rest and rest[0] in unwanted:
        del rest[0]
    return " ".join(rest)


def _clauses(found: Sequence[str]) -> list[list[str]]:
    """The parts between commas, "and" and the like; "by publishing ..." begins a part of its own."""
    parts: list[list[str]] = [[]]
    for place, word in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else ""
        if word in words.BREAKS or (word == "by" and following.endswith("ing")):
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _act(clause: list[str], *, known: bool) -> str | None:
    """Why a clause is no visible action on something, or None if it is."""
    while clause and (clause[0] in words.FILLERS | words.MODALS or clause[0].endswith("ly")):
        clause = clause[1:]
    if len(clause) > 1 and clause[0] == "have" and _base_forms(clause[1]) & words.ACTIONS:
        clause = clause[1:]  # "will have held"
    if not clause:
        return NO_ACTION
    sentence = " ".join(clause)
    forms = _base_forms(clause[0])
    if any(f"{form}{sentence[len(clause[0]) :]}".startswith(words.VAGUE_PHRASES) for form in forms):
        return NO_ACTION
    if forms & words.VAGUE_VERBS:
        return NO_ACTION
    if forms & words.CHANGES:
        return None if measured(sentence, change=True) else NO_ACTION
    if not forms & words.ACTIONS and not known:
        return NO_ACTION
    return None if _has_object(clause[1:]) else NO_OBJECT


def _has_object(after: Sequence[str]) -> bool:
    """Whether what follows a verb names a thing: its own phrase, or after "to", "with" and the like that."""
    rest = list(after)
    while rest:
        phrase = [word for word in _phrase(rest) if word not in words.ARTICLES]
        if phrase:
            return phrase[-1] not in words.VAGUE_NOUNS and phrase[-1] not in words.MULTIPLES
        del rest[0]
    return False


def _counts(found: Sequence[str], place: int) -> bool:
    token, after = found[place], list(found[place + 1 :])
    before = found[place - 1] if place else ""
    if before in words.PRODUCTS:
        return False
    if after[:1] == ["of"]:
        del after[0]  # "12 of our help pages"
    if _SIGN.search(token) or token in words.MULTIPLES or (after and after[0] in words.UNITS):
        return True
    phrase = _phrase(after)
    if phrase:
        return phrase[-1] not in words.VAGUE_NOUNS
    return before in words.BEFORE_TARGET and not (after and after[0] in words.ARTICLES)


def _says_where(found: Sequence[str], place: int) -> bool:
    before = [token for token in found[:place] if token not in words.ARTICLES | words.POSSESSIVES]
    signed = _SIGN.search(found[place]) or found[place + 1 : place + 2] in (["%"], ["percent"])
    return bool(before) and before[-1] in words.WITHIN and not signed


def _phrase(found: Sequence[str]) -> list[str]:
    """The words up to the end of the noun phrase that begins here; an article may open it."""
    phrase: list[str] = []
    for token in found:
        if (token in words.STOPS or not token[0].isalpha()) and not (token in words.ARTICLES and not phrase):
            break
        if not token.endswith("ly"):
            phrase.append(token)
    return phrase


def _is_number(token: str) -> bool:
    return bool(_NUMBER.match(token)) or token in words.NUMBERS or token in words.MULTIPLES


def _base_forms(verb: str) -> frozenset[str]:
    """What a verb may be a form of: `publishes`, `publishing` and `published` of `publish`."""
    forms = {verb, words.PAST.get(verb, verb)}
    for ending, replacements in _ENDINGS:
        if verb.endswith(ending) and len(verb) > len(ending) + 1:
            stem = verb[: -len(ending)]
            forms |= {stem + other for other in replacements}
            if ending in {"ing", "ed"} and len(stem) > 2 and stem[-1] == stem[-2]:
                forms.add(stem[:-1])
    return frozenset(forms)
