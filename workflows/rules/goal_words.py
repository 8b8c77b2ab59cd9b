"""The words by which a goal's text is judged (G2): data only, in lower case and in their base form."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ACTIONS = _words(
    """
    achieve adapt add adopt agree analyse analyze announce answer apply appoint approve archive arrange
    ask assemble assess assign attend attract audit author automate benchmark blog book brief build
    calculate call cancel capture categorise chair change chart check choose clean clear close co-author
    co-host coach code collect combine commission compare compile complete compose conduct configure
    consult contact contribute convert correct count cover create curate cut debate debug decide decrease
    define delegate deliver demo demonstrate deploy describe design develop devise digitise digitize
    direct distribute document double draft earn edit educate eliminate enrol enter equip establish
    evaluate execute extend extract facilitate file fill film finalise finish fix follow forward fund gain
    gather generate give grow guide halve hand handle hire hold host identify illustrate implement import
    increase inspect install instruct integrate interview introduce invite issue join launch lead list log
    lower make manage map measure meet mentor merge migrate model moderate modernise modernize monitor
    move negotiate nominate note observe obtain offer onboard open order organise organize own partner pay
    perform photograph pilot pitch place plan post practise prepare present price print process produce
    program propose prototype publish purchase put qualify raise rank rate reach reallocate rebuild
    receive recommend record recruit redesign reduce refine register rehearse relaunch release remove
    renew repair replace reply report request research resolve respond restructure retire review revise
    rewrite roll run save scan schedule score screen secure select sell send serve set shadow share shift
    ship shoot shorten show shrink sign simplify sketch solve sort source speak specify split sponsor
    staff standardise standardize start stop storyboard stream structure submit summarise supervise supply
    survey switch take talk teach tell test track train translate trial trim triple turn unify update
    upload use validate visit vote win write
    """
)
"""Verbs of something one does; they need an object that is not vague."""

BEHAVIOURS = _words(
    """
    acknowledge apologise apologize ask challenge coach compliment credit delegate empower include
    interrupt invite involve listen mentor praise recognise recognize respond thank trust welcome
    """
)
"""Acts between people that count only when they are repeated (R50)."""

CHANGES = _words(
    """
    advance better boost bring broaden connect deepen drive drop encourage engage enhance expand foster
    get help improve lift optimise optimize promote sharpen strengthen support upgrade
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
    "take an interest",
    "take interest",
    "take notice",
    "take time",
)
"""Openings that stay vague even beside a number."""

VAGUE_NOUNS = _words(
    """
    abilities ability areas aspects awareness basics capabilities capability comfort communication
    competence competences competency confidence culture engagement experience exposure familiarity
    fluency idea impression improvement improvements insight inspiration knowledge learning
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

PAST = {
    "brought": "bring",
    "built": "build",
    "chosen": "choose",
    "drawn": "draw",
    "given": "give",
    "held": "hold",
    "led": "lead",
    "made": "make",
    "met": "meet",
    "paid": "pay",
    "rebuilt": "rebuild",
    "rewritten": "rewrite",
    "sent": "send",
    "shot": "shoot",
    "shown": "show",
    "sold": "sell",
    "spoken": "speak",
    "spent": "spend",
    "taken": "take",
    "taught": "teach",
    "told": "tell",
    "won": "win",
    "written": "write",
}
"""Participles that no ending tells, as in "will have written"."""

WITHIN = _words("across among at between for in of throughout with")
"""Before a number these say where a change happens, not how large it is."""

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
