"""The words by which a goal's text is judged (G2): data only, in lower case and in their base form."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ACTIONS = _words(
    """
    achieve add adopt agree analyse analyze announce answer appoint apply approve arrange ask assess
    assign attend attract audit author automate benchmark blog book brief build calculate call cancel
    capture categorise chair change clean coach code collect commission compare compile complete compose
    conduct configure consult convert create cut debate decide decrease define delegate deliver demo
    demonstrate deploy describe design develop digitise direct distribute document double draft edit
    educate eliminate enrol establish evaluate execute facilitate file film finalise finish fix follow
    fund gain gather give grow guide halve handle hire hold host implement increase install instruct
    interview introduce invite issue join launch lead lower make map meet mentor merge migrate model
    moderate move negotiate note observe offer open order organise organize own partner pay pilot pitch
    plan post prepare present price process produce program propose prototype publish purchase qualify
    raise rank rate reach reallocate recommend record recruit redesign reduce refine release remove
    renew replace reply report research resolve respond review revise rewrite run save schedule secure
    select sell send serve set share shadow ship shoot shorten show sign simplify solve speak specify
    staff start stop stream submit summarise survey switch talk teach test track train translate triple
    turn update upload use validate visit win write
    """
)
"""Verbs of something one does; they need an object that is not vague."""

CHANGES = _words(
    """
    advance better boost broaden connect deepen drive encourage engage enhance expand foster get help
    improve optimise optimize promote sharpen strengthen support upgrade
    """
)
"""Verbs of change that say something only together with a measure."""

VAGUE_VERBS = _words(
    """
    appreciate be become consider discover discuss embrace enjoy experience explore familiarise
    familiarize feel grasp have hear immerse investigate know learn leverage like look master network
    see study think try understand watch
    """
)
"""Verbs that nobody can see being done."""

VAGUE_PHRASES = (
    "get exposure",
    "get to know",
    "get familiar",
    "get acquainted",
    "get a feel",
    "get a feeling",
    "get a sense",
    "get an idea",
    "get an overview",
    "get an understanding",
    "get better",
    "get comfortable",
    "get insight",
    "get involved",
    "get up to speed",
    "follow along",
)
"""Openings that stay vague even beside a number."""

VAGUE_NOUNS = _words(
    """
    abilities ability areas aspects awareness basics capabilities capability comfort communication
    competence competences competency confidence culture engagement experience exposure familiarity
    fluency idea ideas impression improvement improvements insight inspiration knowledge learning
    learnings literacy mindset mindsets network networking networks openness overview perspective
    perspectives presence relationship relationships sense skill skills stuff thing things thinking
    topics understanding ways
    """
)
"""Nouns that cannot be counted or shown."""

DELIVERABLES = _words(
    """
    agenda analysis app article audit blog board brief briefing budget campaign channel charter
    checklist clip course dashboard deck demo design document draft episode event experiment form
    framework guide handbook interview keynote landing-page leaflet library list manual map memo model
    newsletter onepager one-pager page paper pilot pitch plan playbook podcast policy post poster
    presentation process proposal prototype report review roadmap script series session show site skit
    story strategy study summary survey talk template test tool tutorial video vlog webinar website
    whitepaper wiki workflow workshop
    """
)
"""Things that are there or not: one of them can be counted."""

OTHER_ACTORS = _words(
    """
    agency colleagues company customers department employees everybody everyone he hr it junior
    marketing organisation organization pair people sales she somebody someone staff team they we
    """
)
"""Who else a goal may start with by mistake."""

ACTORS_OR_VERBS = _words("mentor partner")
"""Who else, if an article or a plural says that it is a noun."""

STOPS = _words(
    """
    a about across after against along among an and are around as at back before between both but by for
    from her his if in into is its of off on onto or our out over per so than that the their then this
    through to towards until up via was we were when where which while who will with within without your
    """
)
"""Words that end a noun phrase, or hold it together."""

NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "hundred": 100,
}

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

MODALS = _words(
    """
    able agrees aims be can commits going has intends is must needs plans shall should to wants will
    """
)
"""What may stand between the actor and the verb."""

FILLERS = _words("again also at each finally first jointly least successfully then together")
ARTICLES = _words("a an another each her his its one our the their this")
POSSESSIVES = _words("all both my")
UNITS = _words("% chf dollars eur euro euros gbp per percent percentage points pounds usd")
MULTIPLES = _words("dozen dozens half once thrice twice")
BEFORE_TARGET = _words("above at below by from least most over to under")
PRODUCTS = _words("copilot gpt microsoft office studio version web windows")
"""Names that a number may follow without counting anything."""

BREAKS = frozenset({",", ";", ":", "&", "and", "then", "plus"})
"""What divides a sentence into clauses."""
