"""A report beside its alert: what was found an emergency when it was written stays one in the report."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Final

from osler.conversations import Message
from osler.triage import redflags
from osler.triage.facts import MAX_TEXT
from osler.triage.par import Par, RaisedFlag, Reason, Source, Urgency
from osler.triage.par_summary import summary_of
from osler.triage.urgency import reason_text

_CONTEXT: Final = 8
_BASES: Final = frozenset({"U00", "U96", "U97", "U98", "U99"})


def with_alert(par: Par, flag_ids: Iterable[str], messages: Sequence[Message]) -> Par:
    """Return the report as an emergency that names every flag of its alerts.

    Each message is checked as it comes in, with less at hand than the whole transcript, so its alert may know flags
    that the assessment of the whole does not. Such a flag rests on the message in which the engine sees it.
    """
    known = {flag.id for flag in par.red_flags if flag.level == "emergency"}
    rules = redflags.load_rules().by_id
    missing = [flag_id for flag_id in dict.fromkeys(flag_ids) if flag_id not in known and flag_id in rules]
    if par.urgency is Urgency.EMERGENCY and not missing:
        return par
    places = _places(frozenset(missing), messages)
    added = tuple(
        RaisedFlag(flag_id, "emergency", rules[flag_id].label[par.lang], places.get(flag_id, ()), rules[flag_id].source)
        for flag_id in missing
    )
    flags = (*added, *(flag for flag in par.red_flags if flag.id not in missing))
    reasons = [Reason(flag.id, flag.label, flag.source, flag.reference) for flag in added]
    reasons += [reason for reason in par.reasons if reason.id not in {*_BASES, *missing}]
    raised = dataclasses.replace(
        par,
        urgency=Urgency.EMERGENCY,
        red_flags=flags,
        reasons=tuple(reasons) or (Reason("U95", reason_text("U95", par.lang) or ""),),
    )
    return dataclasses.replace(raised, summary=summary_of(raised.to_json()))


def _places(wanted: frozenset[str], messages: Sequence[Message]) -> dict[str, tuple[Source, ...]]:
    """Find each flag in the message that first raises it, read as it was when it came in."""
    found: dict[str, tuple[Source, ...]] = {}
    for index, message in enumerate(messages):
        if message.role != "patient" or found.keys() >= wanted:
            continue
        before = [m for m in messages[:index] if m.role in {"patient", "assistant", "nurse"}][-_CONTEXT:]
        context = [redflags.Turn(role="patient" if m.role == "patient" else "assistant", text=m.text) for m in before]
        for flag in redflags.decide(message.text[:MAX_TEXT], context=context).flags:
            if flag.id in wanted and flag.id not in found:
                spans = flag.spans or ((0, len(message.text.rstrip())),)
                found[flag.id] = tuple(Source(str(message.id), message.seq, index, *span) for span in spans)
    return found
