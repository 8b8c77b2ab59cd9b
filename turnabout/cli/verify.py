"""`turnabout verify`: is the log whole, and do the read models say what it says?"""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from turnabout.cli.output import Format, note, show, show_document
from turnabout.cli.session import job
from turnabout.errors import VerificationFailed


def verify(
    *,
    read_models: bool = True,
    remember: Annotated[bool, Parameter(negative="")] = False,
    expect: str | None = None,
    output: Format = "table",
) -> None:
    """Check the whole log, and the read models against a fresh build that nobody sees. [engine]

    Versions, ids, bodies, seals, states, effects, messages, keys and the fingerprint of it all. It may run
    while everything else does, and changes nothing. Exits with 1 where something is wrong, and says where.

    Parameters
    ----------
    read_models
        Compare the read models, too; each is built beside the live one, which takes a while on a long log.
    remember
        Keep the fingerprint in the database if nothing is wrong: later runs tell of any change to it.
    expect
        A fingerprint that was kept elsewhere, as POSITION:FINGERPRINT.
    """
    from turnabout.faults import count

    report = job(
        "verify", read_models=read_models, remember=remember, expect=expect, module="workers.verify.job"
    )
    if output == "table":
        show(report.checks, output)
        if report.faults:
            note("")
            show(report.faults, output)
        note(f"Fingerprint of the {report.events} events: {report.position}:{report.fingerprint}")
    else:
        show_document(report, output)
    if report.total:
        raise VerificationFailed(
            f"{count(report.total, 'fault was', 'faults were')} found.",
            hint="Change nothing by hand: docs/recovery.md says what each means and what to do.",
        )
