"""Decide, for each mention, whether the finding is there now, and if not, which words say so.

Everything errs towards "present": a trigger counts only when nothing between it and the mention could have
broken the link, and a contradiction keeps the mention.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from osler.triage.language.clauses import Clause
from osler.triage.language.matching import Match
from osler.triage.language.normalise import Normalised


class Assertion(StrEnum):
    PRESENT = "present"
    THIRD_PARTY = "third_party"
    UNSURE = "unsure"
    RESOLVED = "resolved"
    NEGATED = "negated"
    PAST = "past"
    FAMILY = "family"
    HYPOTHETICAL = "hypothetical"
    INFORMATION = "informational"
    IDIOM = "idiom"


CURRENT = frozenset({Assertion.PRESENT, Assertion.THIRD_PARTY, Assertion.UNSURE})

_NEGATORS = frozenset(
    """no not without never nor neither denies deny denied denying pas
    sans jamais aucun nobody personne aucune ni none zero nie nothing""".split()
)
_LIST_WORDS = frozenset("or nor ni ou and et".split())
_CLOSING = frozenset("or nor ni ou".split())
_FILLERS = frozenset(
    """any a an the of de des du d le la les un une other real actual current recent new particular specific major
    significant obvious sign signs signe signes symptom symptoms trace history have has had having got get getting feel
    feeling felt felt notice noticed experience experienced experiencing been being really even ai as avons ont
    eu ressens
    ressenti sens sent fait mal au aux a in my mes ma mon more single moindre vraiment particulier autre autres
    think believe pense crois que that it is this was cest ce est etre suis am are were be to y avait plus du tout all
    at evidence episode episodes severe sudden bad big grosse gros grande grand forte fort intense me se l
    specially especially either anymore right now currently actuellement longer suffering from souffre present
    presente plan plans planning intention intentions idea want wants wanted going veux veut envie trying
    thought thoughts
    thinking about idee idees pensees pensee feelings desire need ne n me m se hurts does do""".split()
)
_DETERMINERS = frozenset("une la cette chaque autre seule premiere".split())
_THINK = frozenset("think believe pense crois que that qu say said dit dis".split())
_SUBJECTS = frozenset("i je it il elle on he she ce ca there this they we you vous tu".split())
_SAYING = frozenset("say dire deny denying denies nier nie that que qu without sans like dis pretend pretendre".split())
_PAST_TENSE = frozenset("had was were got did eu etais etait avais avait ete fut went became faisais".split())
_TOLD = frozenset("had was went did eu etais etait avais avait fut were".split())
_PEOPLE = frozenset({"child_patient", "young_infant"})
_NOT_LACKING = frozenset("arret cesse stopping stop prevenir warning raison reason doubt doute idea".split())
_DURING = frozenset(
    "a la le lors de du pendant during at in with after apres birth my ma mon first premiere grave".split()
)
_ANSWER_NO = frozenset("no non none nope nah absent absente aucun aucune negative negatif nada".split())
_ANSWER_YES = frozenset("yes oui yeah yep ouais yup si affirmative".split())
_LIKE_THIS_REACH = 9


@dataclass(frozen=True, slots=True)
class Verdict:
    assertion: Assertion
    trigger: tuple[int, int] | None = None


_PRESENT = Verdict(Assertion.PRESENT)


class Context:
    """The triggers of one message, ready to be asked about its mentions."""

    def __init__(
        self, text: Normalised, words: tuple[str, ...], clauses: tuple[Clause, ...], found: dict[str, list[Match]]
    ) -> None:
        self._text = text
        self._words = words
        self._found = found
        self._clauses = clauses
        self._clause_of: list[Clause] = []
        for clause in clauses:
            self._clause_of.extend([clause] * (clause.last - clause.first))
        self._taken: dict[int, int] = {}
        self._events: list[tuple[int, int]] = []

    def cover(self, name: str, matches: list[Match], kind: str) -> None:
        """Remember words of findings: a negation reaches through them along a list, and an event claims its time."""
        if kind == "qualifier":
            return
        if kind in {"event", "history"} and name not in _PEOPLE:
            self._events.extend((first, last) for first, last, _ in matches)
        for first, last, _ in matches:
            for i in range(first, last):
                self._taken[i] = min(first, self._taken.get(i, first))

    def clause(self, word: int) -> Clause:
        return self._clause_of[word]

    def judge(self, match: Match, kind: str) -> Verdict:
        """Return what the message says of one finding.

        A qualifier is taken as it stands. Of the other kinds, only symptoms and diseases can be "past",
        because an event
        or a condition matters by having been.
        """
        first, last, _ = match
        if kind == "qualifier":
            return _PRESENT
        idiom = self._overlapping("idiom", first, last)
        if idiom is not None:
            return Verdict(Assertion.IDIOM, idiom)
        negation = self._answer_after(last) if kind == "lack" else self._negation(match)
        if negation is not None and negation.assertion is Assertion.PRESENT:
            negation = None
        if negation is not None and negation.assertion is not Assertion.UNSURE:
            return negation
        for judged in (
            self._family(first, last, kind),
            None if kind == "history" else self._information(first, last),
            None if kind == "history" else self._hypothetical(first, last),
            self._past(first, last, kind),
            self._resolved(last, kind),
        ):
            if judged is not None:
                long_gone = judged.assertion is Assertion.RESOLVED and self._long_ago(first)
                return Verdict(Assertion.PAST, judged.trigger) if long_gone else judged
        if negation is not None:
            return negation
        other = self._experiencer(first)
        return Verdict(Assertion.THIRD_PARTY, other) if other else _PRESENT

    def qualifier(self, name: str, match: Match) -> bool:
        """Say whether the words of a qualifier (ctx_mild, ctx_severe) stand beside a finding."""
        first, last, _ = match
        places = self._text.places
        for start, end, _holes in self._found.get(name, ()):
            if start >= last:
                near = places[start] - places[last - 1] <= 6
            elif end <= first:
                near = places[first] - places[end - 1] <= 4
            else:
                near = True
            if near and not self._contrast_between(min(start, first), max(start, first)):
                return True
        return False

    def _contrast_between(self, left: int, right: int) -> bool:
        return self._clause_of[left].segment != self._clause_of[right].segment

    def _overlapping(self, name: str, first: int, last: int) -> tuple[int, int] | None:
        for start, end, _ in self._found.get(name, ()):
            if start < last and first < end:
                return (start, end)
        return None

    def _in_segment(self, name: str, first: int, before: int | None = None) -> tuple[int, int] | None:
        """Return the trigger nearest to `first` in its segment; `before` asks for one that starts earlier."""
        segment = self._clause_of[first].segment
        best: tuple[int, int] | None = None
        for start, end, _ in self._found.get(name, ()):
            if self._clause_of[start].segment != segment or (before is not None and start >= before):
                continue
            if best is None or abs(start - first) < abs(best[0] - first):
                best = (start, end)
        return best

    def _in_sentence(self, name: str, first: int, *, outside: tuple[int, int] | None = None) -> tuple[int, int] | None:
        """Return a trigger in the sentence of `first`; `outside` skips a word of the finding ("the TV tells me")."""
        sentence = self._clause_of[first].sentence
        for start, end, _ in self._found.get(name, ()):
            within = outside is not None and end - start == 1 and outside[0] <= start < outside[1]
            if self._clause_of[start].sentence == sentence and not within:
                return (start, end)
        return None

    # Negation

    def _negation(self, match: Match) -> Verdict | None:
        first, last, holes = match
        answer = self._answer_after(last)
        if answer is not None:
            return answer if answer.assertion is Assertion.NEGATED else None
        for start, end in holes:
            for i in range(start, end):
                if self._words[i] in _NEGATORS and self._reaches(i, end):
                    return self._weigh(i, last)
        return self._walk_left(first, last)

    def _reaches(self, negator: int, end: int) -> bool:
        return all(self._words[i] in _FILLERS or self._words[i] in _NEGATORS for i in range(negator + 1, end))

    def _walk_left(self, first: int, last: int) -> Verdict | None:
        words, breaks = self._words, self._text.breaks
        segment = self._clause_of[first].segment
        closed: bool | None = None
        i = first - 1
        steps = 0
        while i >= 0 and steps < 14 and self._clause_of[i].segment == segment:
            steps += 1
            word = words[i]
            if breaks[i + 1] == 2:
                return None
            if breaks[i + 1] == 1:
                closed = self._list_closes(i + 1, last) if closed is None else closed
                if not closed:
                    return None
            if word in _NEGATORS and not (word == "personne" and i and words[i - 1] in _DETERMINERS):
                return self._weigh(i, last)
            if word == "plus" and i + 1 <= first:
                return self._no_more(i)
            if i in self._taken:
                if breaks[i + 1] == 0 and words[i + 1] not in _LIST_WORDS and not self._shares(i, first):
                    closed = self._list_closes(i + 1, last) if closed is None else closed
                    if not closed:
                        return None
                i = self._taken[i] - 1
                continue
            if word in ("and", "et") and not self._ends_here(last):
                return None
            if word in _SUBJECTS and i > 0 and words[i - 1] in _THINK:
                i -= 1
                continue
            if word not in _FILLERS and word not in _LIST_WORDS and not self._is_item(i):
                return None
            i -= 1
        return None

    def _is_item(self, i: int) -> bool:
        """Say whether an unknown word is an item of a list: "no shingles or chest pain", "never A, strokes or B"."""
        words = self._words
        opens = i > 0 and (self._text.breaks[i] == 1 or words[i - 1] in _NEGATORS or words[i - 1] in _LIST_WORDS)
        return opens and words[i + 1] in _CLOSING and self._text.breaks[i + 1] == 0

    def _shares(self, i: int, first: int) -> bool:
        """Say whether word i and the mention at `first` belong to one overlapping finding."""
        return self._taken[i] == self._taken.get(first, -1)

    def _ends_here(self, last: int) -> bool:
        return last >= len(self._words) or self._text.breaks[last] == 2

    def _list_closes(self, start: int, last: int) -> bool:
        """Say whether a list such as "no fever, cough or chest pain" is closed by an "or"."""
        stop = min(len(self._words), last + 7)
        sentence = self._clause_of[start].sentence
        for i in range(start, stop):
            if self._clause_of[i].sentence != sentence:
                return False
            word = self._words[i]
            if word in _CLOSING:
                return True
            if i >= last and i not in self._taken and word not in _FILLERS and word not in _LIST_WORDS:
                return False
        return False

    def _weigh(self, negator: int, last: int) -> Verdict | None:
        """Return what a negator that reaches a finding amounts to."""
        words = self._words
        if (
            words[negator] in {"sans", "without", "no"}
            and words[negator + 1 : negator + 2]
            and words[negator + 1] in _NOT_LACKING
        ):
            return None
        here = Verdict(Assertion.NEGATED, (negator, negator + 1))
        unsure = Verdict(Assertion.UNSURE, (negator, negator + 1))
        if self._overlapping("ctx_pseudo_negation", negator, negator + 1):
            return _PRESENT
        after = words[negator + 1] if negator + 1 < len(words) else ""
        before = words[max(0, negator - 4) : negator]
        if words[negator] == "pas" and after == "mal" and not {"ne", "n"} & set(before):
            return unsure
        if words[negator] in {"never", "jamais"} or "never" in before or "jamais" in before or words[negator] == "rien":
            for start, _, _ in self._found.get("ctx_like_this", ()):
                if negator < start <= last + _LIKE_THIS_REACH and self._same_segment(negator, start):
                    return _PRESENT
        for i in range(max(0, negator - 8), negator):
            if words[i] in _NEGATORS and self._same_segment(i, negator):
                if i == negator - 1 and words[i] in _NEGATORS and words[negator] not in {"without", "sans"}:
                    continue
                between = set(words[i : negator + 1])
                if between & _SAYING and words[i] not in {"ni", "nor", "neither"} and self._text.breaks[negator] == 0:
                    return _PRESENT
        if "longer" in words[negator : negator + 2]:
            return Verdict(Assertion.RESOLVED, (negator, negator + 2))
        return here

    def _same_segment(self, a: int, b: int) -> bool:
        return self._clause_of[a].segment == self._clause_of[b].segment

    def _no_more(self, i: int) -> Verdict | None:
        words = self._words
        before = words[max(0, i - 4) : i]
        after = words[i + 1] if i + 1 < len(words) else ""
        if before and (before[-1] in {"de", "en", "le", "la", "les", "beaucoup", "bien", "encore", "pas", "non", "un"}):
            return None
        if after in {"en", "fort", "forte", "grave", "que", "grand", "grosse"} or after[:1].isdigit():
            return None
        if {"ne", "n"} & set(before):
            return Verdict(Assertion.RESOLVED, (i, i + 1))
        return Verdict(Assertion.UNSURE, (i, i + 1))

    def _answer_after(self, last: int) -> Verdict | None:
        """Read "chest pain: no" and "Fièvre ? oui."."""
        words, breaks = self._words, self._text.breaks
        if last >= len(words):
            return None
        if breaks[last] == 2 and last not in self._text.question_ends:
            return None
        word = words[last]
        ends = (
            last + 1 >= len(words) or breaks[last + 1] > 0 or words[last + 1] in ("but", "mais", "and", "et", "i", "je")
        )
        ends = ends or (last + 1) in self._taken
        if word in _ANSWER_NO and ends:
            opens_next = (last + 1) in self._taken and breaks[last + 1] == 0
            if opens_next and last not in self._text.question_ends:
                return None  # "Fever, no rash": the "no" belongs to the rash.
            runs_on = last + 1 < len(words) and breaks[last + 1] == 0
            if runs_on and "," in self._text.between(last - 1, last):
                return None  # "Chest tight, no I have no cough."
            return Verdict(Assertion.NEGATED, (last, last + 1))
        if word in _ANSWER_YES and ends and not (word == "si" and breaks[last] == 0):
            return Verdict(Assertion.PRESENT, (last, last + 1))
        return None

    # Person

    def _experiencer(self, first: int) -> tuple[int, int] | None:
        for name in ("ctx_family_nouns", "ctx_other_nouns", "ctx_third_pronoun"):
            found = self._in_sentence(name, first)
            if found is not None:
                return found
        return None

    def _family(self, first: int, last: int, kind: str) -> Verdict | None:
        if kind in {"history", "event"}:
            return None
        history = self._in_sentence("ctx_family_history", first)
        if history is not None and not self._own(first, last):
            return Verdict(Assertion.FAMILY, history)
        tree = self._found.get("ctx_family_form")
        if tree and not self._own(first, last) and self._in_sentence("ctx_now", first) is None:
            return Verdict(Assertion.FAMILY, (tree[0][0], tree[0][1]))
        person = self._in_segment("ctx_family_nouns", first) or self._in_segment("ctx_other_nouns", first)
        if person is None or self._first_person_between(person[1], first):
            return None
        asked = self._found.get("ctx_family_question")
        if asked and self._in_segment("ctx_family_nouns", first) and self._in_segment("ctx_now", first) is None:
            return Verdict(Assertion.FAMILY, (asked[0][0], asked[0][1]))
        past = self._in_segment("ctx_family_past", first) or self._in_segment("ctx_past", first)
        if past is None or self._in_segment("ctx_now", first) is not None:
            return None
        remote = self._remote(first)
        if remote is not None and not (self._tied(remote, first) and not self._claimed(remote, first)):
            remote = None
        illness = self._in_segment("ctx_illness", first) if self._in_segment("ctx_family_nouns", first) else None
        if kind == "disease" or remote or illness or self._dead(first):
            return Verdict(Assertion.FAMILY, past)
        return None

    def _first_person_between(self, left: int, first: int) -> bool:
        return left <= first and any(w in {"i", "je", "my", "mon", "ma"} for w in self._words[left:first])

    def _dead(self, first: int) -> bool:
        segment = self._clause_of[first].segment
        dead = {"died", "late", "feu", "pendu", "mort", "morte", "decede", "decedee", "deceased", "passed"}
        return (
            any(
                self._words[i] in dead and self._clause_of[i].segment == segment
                for i in range(max(0, first - 12), min(len(self._words), first + 12))
            )
            and self._in_segment("ctx_family_past", first) is not None
        )

    def _remote(self, first: int) -> tuple[int, int] | None:
        old = self._in_segment("ctx_old_time", first)
        if old is not None and not self._is_onset(old):
            return old
        return self._in_segment("ctx_past", first) or self._in_segment("ctx_long_past", first)

    def _is_onset(self, time: tuple[int, int]) -> bool:
        words = self._words
        before = set(words[max(self._clause_of[time[0]].first, time[0] - 9) : time[0]])
        started = {
            "depuis",
            "since",
            "for",
            "started",
            "start",
            "began",
            "pendant",
            "commence",
            "debute",
            "beginning",
            "found",
            "noticed",
            "spotted",
            "felt",
            "trouve",
            "remarque",
            "decouvert",
            "senti",
            "appeared",
            "apparu",
            "came",
        }
        after = words[time[1] : time[1] + 2]
        return bool(before & started) or (bool(after) and after[0] in {"que", "qu"})

    # Time

    def _past(self, first: int, last: int, kind: str) -> Verdict | None:
        if kind == "history":
            return None
        record = self._found.get("ctx_record")
        if record and self._told_as_past(first):
            return Verdict(Assertion.PAST, (record[0][0], record[0][1]))
        remote = self._in_segment("ctx_long_past", first) if kind == "event" else self._remote(first)
        if remote is None or (first <= remote[0] and remote[1] <= last) or not self._tied(remote, first):
            return None
        if kind != "event" and self._claimed(remote, first):
            return None
        now = self._in_segment("ctx_now", first)
        if now is not None and not (now[0] >= remote[0] and now[1] <= remote[1]):
            return None
        return Verdict(Assertion.PAST, remote)

    def _long_ago(self, first: int) -> bool:
        if self._in_sentence("ctx_long_past", first) is not None:
            return True
        old = self._in_sentence("ctx_old_time", first)
        return old is not None and not self._is_onset(old) and self._in_sentence("ctx_now", first) is None

    def _told_as_past(self, first: int) -> bool:
        """Say whether the sentence of a finding is in the past; used where a message hands in a history."""
        if self._in_sentence("ctx_now", first) is not None:
            return False
        sentence = self._clause_of[first].sentence
        words = {w for i, w in enumerate(self._words) if self._clause_of[i].sentence == sentence}
        return bool(words & _PAST_TENSE) or self._in_sentence("ctx_past", first) is not None

    def _claimed(self, time: tuple[int, int], first: int) -> bool:
        """Say whether a time belongs to an event ("my stent was put in last month") nearer than the finding."""
        if self._in_segment("ctx_long_past", first) and self._clause_is_past(first):
            return False
        distance = min(abs(time[0] - first), abs(first - time[1]))
        return any(
            (start < time[1] and time[0] < end) or min(abs(start - time[1]), abs(time[0] - end)) < distance
            for start, end in self._events
            if not start <= first < end and not self._during(first, start)
        )

    def _clause_is_past(self, first: int) -> bool:
        clause = self._clause_of[first]
        words = self._words[clause.first : clause.last]
        return bool(_TOLD & set(words)) or any(pair == ("ai", "fait") for pair in pairwise(words))

    def _during(self, first: int, event: int) -> bool:
        """Say whether a finding is told of as part of an event ("a bleed at the birth of my first")."""
        if event < first:
            between = self._words[event:first]
            near = len(between) <= 9 and not {"and", "et", "now"} & set(between)
            return near and bool({"with", "avec"} & set(between)) and not any(self._text.breaks[event + 1 : first + 1])
        between = self._words[first + 1 : event]
        return (
            len(between) <= 4 and bool(set(between) & _DURING) and all(w in _DURING or w in _FILLERS for w in between)
        )

    def _tied(self, time: tuple[int, int], first: int) -> bool:
        """Say whether a past time speaks of the finding: no comma between, or the time opens the sentence."""
        breaks = self._text.breaks
        left, right = (time[1], first) if time[0] < first else (first + 1, time[0])
        commas = [i for i in range(left, right + 1) if i < len(breaks) and breaks[i] == 1]
        if not commas:
            return True
        if time[0] > first:
            return commas == [time[0]]
        start = time[0]
        while start > 0 and breaks[start] == 0:
            start -= 1
        opens = (start == 0 or breaks[start] == 2) and time[0] - start <= 3
        told = any(w in _PAST_TENSE for w in self._words[commas[-1] : first])
        return (opens and (len(commas) == 1 or told)) or (told and len(commas) <= 2)

    def _resolved(self, last: int, kind: str) -> Verdict | None:
        if kind in {"history", "event"}:
            return None
        here = self._clause_of[last - 1]
        for start, end, _ in self._found.get("ctx_resolved", ()):
            if start < last:
                continue
            there = self._clause_of[start]
            if there.sentence > here.sentence + 1 or start - last > 18:
                continue
            if any(
                w in {"still", "encore", "toujours", "again", "not", "pas", "keeps"} for w in self._words[last:start]
            ):
                continue
            return Verdict(Assertion.RESOLVED, (start, end))
        return None

    # Questions and suppositions

    def _asserted_now(self, first: int) -> bool:
        return self._in_sentence("ctx_now", first) is not None

    def _information(self, first: int, last: int) -> Verdict | None:
        if self._own(first, last) or self._asserted_now(first):
            return None
        trigger = self._in_sentence("ctx_information", first, outside=(first, last))
        if trigger is None:
            # A message that says what it is for ("for our newsletter") says so once.
            whole = self._found.get("ctx_about")
            trigger = (whole[0][0], whole[0][1]) if whole else None
        return Verdict(Assertion.INFORMATION, trigger) if trigger else None

    def _own(self, first: int, last: int) -> bool:
        """Say whether a finding is claimed ("my", "this", "I have") in its own clause."""
        words = self._words
        clause = self._clause_of[first]
        claims = {"my", "mon", "ma", "mes", "this", "these", "cette", "ces", "notre", "our"}
        if any(w in claims for w in words[max(clause.first, first - 2) : last]):
            return True
        for i in range(clause.first, first):
            pair = words[i : i + 2]
            if pair in (
                ("i", "have"),
                ("i", "am"),
                ("je", "ai"),
                ("ai", "mal"),
                ("i", "feel"),
                ("je", "suis"),
                ("i", "got"),
            ):
                before = words[max(0, i - 2) : i]
                return not {"if", "si", "when", "quand", "do", "am"} & set(before)
        return False

    def _hypothetical(self, first: int, last: int) -> Verdict | None:
        trigger = self._in_segment("ctx_hypothetical", first, before=last) or self._opening_if(first)
        if trigger is None or self._asserted_now(first):
            return None
        if trigger[0] < last and first < trigger[1] and trigger[0] >= first:
            return None
        provoked = self._in_sentence("ctx_provoked", first)
        if provoked is not None and provoked[0] <= trigger[1] and provoked[1] >= trigger[0]:
            return None
        if trigger[1] <= first and self._claimed_after(trigger[1], first):
            return None
        return Verdict(Assertion.HYPOTHETICAL, trigger)

    def _opening_if(self, first: int) -> tuple[int, int] | None:
        """Return the "if" that opens the sentence of a finding."""
        i = first
        while i > 0 and self._text.breaks[i] < 2:
            i -= 1
        return (
            (i, i + 1)
            if self._words[i] in {"si", "if", "suppose", "supposons", "imagine", "imaginons"} and i < first
            else None
        )

    def _claimed_after(self, left: int, first: int) -> bool:
        """Say whether a new clause in the present starts between a supposition and the finding."""
        here = self._clause_of[first].first
        return here > left and self._words[here] in {"my", "i", "ma", "mon", "je"} and self._own(first, first + 1)
