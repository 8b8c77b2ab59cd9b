"""The text that people agree to when they join (R102), with its version and hash. Pure.

A cohort publishes it when enrolment opens, and what people agreed to is on record by version and hash. An
organisation may bring its own text in the spec.
"""

from __future__ import annotations

import hashlib
from typing import Final

from pydantic import Field

from turnabout.model import Line, Model, Text


class Consent(Model):
    """A text that people agree to; `version` names it, such as `house-en-1`."""

    version: Line = Field(description="names the text, such as `acme-en-1`")
    text: Text = Field(description="what people agree to, at most 4000 characters")

    @property
    def text_hash(self) -> str:
        """SHA-256 (hex) of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


HOUSE: Final = Consent(
    version="house-en-1",
    text="""\
What you agree to when you join

1. It is your choice. You may say no, and you may leave at any time, before you have a partner or after. \
You pick a reason from a short list; nobody else learns it. Neither a no nor leaving has any effect on \
your pay, appraisal or promotion, and no manager may ask you to join or to stay.

2. What we use. From your employer's records: role, level, function, place, time zone and the line above \
you. From you: skills, interests, and what you hope for. From the program: who you meet and when, whether \
sessions took place, your goal and how it went, and short surveys.

3. What we use it for. To find a partner you choose, to remind you at your working hours, to keep people \
safe, and to see whether the program works. For nothing else: no appraisal, no ranking of people, no \
control of work.

4. Who sees what. Candidates see your skills, interests, function and place. Your partner sees your goal \
and sessions. The program lead sees who is in a pair and whether it meets. The sponsor and your manager \
see nothing about you or your pair. Your survey answers and free texts are encrypted with a key of your \
own; people see them only in groups of five or more. What you tell the safety steward stays with the \
steward.

5. No protected traits. Sex, origin, religion, health, age, orientation, politics and union membership \
are neither asked nor used.

6. A computer proposes, people decide. Shortlists come from a published formula that gives its reasons. \
You rank, the mentor accepts or declines, and nobody is paired against their will.

7. How long. The record of a cohort is kept no longer than your organisation has agreed with its employee \
representatives. You may ask at any time what is held about you, have it corrected, or have it erased: \
your answers then become unreadable for good. Totals already published stay.

8. Whom to ask. The program lead, the safety steward, or your employee representatives.""",
)
"""The house's own text, in English."""
