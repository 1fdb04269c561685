"""The last gate before a patient reads a sentence: no diagnosis, no dose, no start or stop of a drug, no reading of a
test, no reassurance that delays care. French and English, whatever the sentence came from; it can only block.
"""

import re
from typing import Final
from uuid import UUID

from osler.assistant.wording import plain, sentences
from osler.core.log import get_logger

log = get_logger()

# What may follow "you have" or "vous avez" in a statement: something the patient did or said, or an obligation to ask.
_DONE_EN = (
    r"(?:already |not yet |not |just |also |now )*(?:answered|described|told|said|written|wrote|sent|given|shared|"
    r"mentioned|"
    r"reported|stopped|finished|completed|reached|asked|chosen|confirmed|added|contacted|called|read|agreed|been asked|"
    r"any (?:other )?questions?|the right)\b"
)
_DONE_FR = (
    r"(?:deja |pas encore |pas |bien |aussi |encore )*(?:repondu|decrit|dit|ecrit|envoye|donne|partage|mentionne|"
    r"signale|"
    r"indique|arrete|termine|atteint|demande|choisi|confirme|ajoute|contacte|appele|lu|accepte|precise|parle|le droit|"
    r"la possibilite|(?:une |d'autres )?questions?)\b"
)
_PERHAPS_EN = (
    r"(?:probably |likely |most likely |clearly |certainly |almost certainly |possibly |maybe |just |only |simply )*"
)
_PERHAPS_FR = (
    r"(?:probablement |surement |certainement |sans doute |vraisemblablement |peut[- ]etre |tres probablement |"
    r"simplement |juste |sans aucun doute )*"
)
_DOSE = (
    r"\d+(?:[.,]\d+)? ?(?:mg|g|µg|mcg|ml|ui|iu|units?|unites?|comprimes?|cachets?|gelules?|gouttes?|bouffees?|sachets?|"
    r"tablets?|pills?|capsules?|puffs?|drops?|spoons?)\b"
)
_MEDICINE = (
    r"(?:medications?|medicines?|medicaments?|meds|drugs?|tablets?|pills?|treatments?|traitements?|doses?|comprimes?|"
    r"cachets?|"
    r"anticoagulants?|antiplaquettaires?|antibioti\w+|beta[- ]?(?:blockers?|bloquants?)|blood thinners?|painkillers?|"
    r"antalgiques?|anti[- ]inflammatoires?|insulin\w?|aspirin\w?|paracetamol|doliprane|ibuprofene?|advil|kardegic|"
    r"apixaban|eliquis|"
    r"warfarin\w?|ramipril|bisoprolol|metformin\w?|cortisone|ventoline|inhalers?|\w{3,}(?:pril|sartan|olol|statine?|"
    r"xaban|"
    r"cilline?|mycine?|dipine|gliptine?|gliflozine?))\b"
)
_TEST = (
    r"(?:troponin\w?|d-?dimer\w*|results?|resultats?|tests?|ecg|ekg|electrocardiogramme|scans?|scanner|irm|mri|"
    r"x-?rays?|radio|"
    r"blood (?:pressure|test|work|sugar)|tension|analyses?|bilan|glycemie|prise de sang|cholesterol|crp|inr|value|"
    r"valeur|level|"
    r"taux|temperature|saturation|pulse|pouls|heart rate)"
)
_VERDICT = (
    r"(?:normal|normale?s|normaux|abnormal|anormale?s?|anormaux|high|low|raised|elevated|fine|ok|okay|good|bad|"
    r"positive|negative|"
    r"reassuring|worrying|eleve\w*|bas|basse|bon|bonne|bons|mauvais\w*|rassurant\w*|inquietant\w*|positi\w+|negati\w+|"
    r"correcte?s?|too|trop|within|dans les normes)"
)

_STATEMENTS: Final = {
    "diagnosis": (
        rf"\byou (?:{_PERHAPS_EN}(?:have|are having|are suffering from|suffer from|may have|might have|could have|"
        rf"must have|"
        rf"seem to have|appear to have|had)) (?!{_DONE_EN})",
        rf"\byou'(?:ve got|re having|re suffering from)\b|\byou've (?!{_DONE_EN})",
        rf"\b(?:this|it|that) (?:is|was|must be|may be|might be|could be|looks like|sounds like|seems like|"
        rf"seems to be|appears to be|"
        rf"suggests|points to) {_PERHAPS_EN}(?:an?|your|the|due|caused|related|consistent|typical|probably|likely|"
        rf"\w+(?:itis|osis|emia|aemia|pathy|oma|algia))\b(?! ?(?:program|automated|nurse|doctor|health|summary|"
        rf"question|conversation|emergency number|practice)\b)",
        r"\byour (?:symptoms?|answers?|pain|description)s? (?:are |is )?(?:suggests?|points? to|indicates?|"
        r"consistent with|typical of|"
        r"means?|looks? like|sounds? like)",
        r"\b(?:the|my|your|likely|probable) (?:most likely )?diagnos[ie]s (?:is|are|would|could)|\bi (?:think|believe|"
        r"suspect) (?:you|it|this)\b",
        rf"\bvous (?:avez|faites|presentez|semblez avoir|devez avoir|pourriez avoir|avez eu) (?!{_DONE_FR})|"
        rf"\bvous souffrez\b",
        rf"\b(?:c'est|ce serait|ce doit etre|il s'agit|il s'agirait|cela ressemble|ca ressemble|cela evoque|ca evoque|"
        rf"cela fait penser|"
        rf"ca fait penser|ce sont) {_PERHAPS_FR}(?:(?:une?|de|du|des|a|au|le|la)\b|[dl]')(?! ?(?:medecin|"
        rf"infirmiere?|"
        rf"soignant|programme|"
        rf"professionnel|question|resume|automat|equipe|votre)\w*)",
        r"\b(?:vos|votre|ces|cette) (?:symptomes?|reponses?|douleur|description) (?:evoque\w*|suggere\w*|indique\w*|"
        r"correspond\w*|"
        r"ressemble\w*|fait penser|font penser|signifie\w*)",
        r"\b(?:le|mon|votre) diagnostic (?:est|serait|probable|le plus)|\bje (?:pense|crois|soupconne) que (?:vous|"
        r"c'est|ce|cela|il)\b",
        r"\b(?:risk|risque|probability|probabilite|chances?)\b.{0,25}\d+ ?(?:%|percent|pour cent)|\d+ ?% (?:risk|"
        r"chance|de risque|de chances)",
    ),
    "dosing": (
        rf"\b(?:take|use|have|give|swallow|should|can|may|must|prenez|prendre|utilisez|donnez|avalez|pouvez|devez|"
        rf"devriez|faut)\b.{{0,40}}"
        rf"{_DOSE}",
        rf"\b(?:maximum|recommended|usual|maximale?|recommandee?|habituelle?) (?:dose|daily dose|posologie)\b|"
        rf"{_DOSE} (?:per|a|every|"
        rf"par|toutes les|fois) (?:day|jour|\d+|hours?|heures?)(?!.{{0,30}}\?)",
        r"\b(?:the|your|la|votre) (?:dose|posologie)(?: \w+)? (?:is|should|est|doit)\b",
    ),
    "medication_change": (
        rf"\b(?:stop|start|continue|keep|resume|skip|double|halve|increase|reduce|lower|raise|change|switch|restart|"
        rf"avoid|try|take|"
        rf"do not take|don't take)\b(?: (?:on |with |to )?(?:taking|using))?(?: \w+){{0,3}} {_MEDICINE}",
        r"\b(?:stop|start|continue|keep|resume|restart|avoid) (?:taking|using)\b",
        rf"\b(?:arretez|arreter|commencez|commencer|continuez|continuer|reprenez|reprendre|suspendez|suspendre|sautez|"
        rf"sauter|doublez|"
        rf"doubler|augmentez|augmenter|diminuez|diminuer|reduisez|reduire|changez|changer|remplacez|evitez|essayez|"
        rf"prenez|prendre|"
        rf"ne prenez pas)\b(?: de prendre| a prendre)?(?: [\w']+){{0,3}}[ ']{_MEDICINE}",
        r"\b(?:arretez|continuez|commencez|evitez|cessez) (?:de |a )prendre\b",
        r"\b(?:i|we) (?:recommend|suggest|advise|prescribe)\b|\bje vous (?:recommande|conseille|prescris|suggere)\b",
    ),
    "test_interpretation": (
        rf"\b{_TEST}\b.{{0,25}}\b(?:is|are|looks?|seems?|appears?|was|were|est|sont|semble\w*|parait|"
        rf"etait)\b (?:\w+ ){{0,3}}{_VERDICT}\b",
        rf"\b(?:normal|abnormal|elevated|raised|anormale?|elevee?)\b (?:\w+ ){{0,2}}{_TEST}\b",
    ),
    "reassurance": (
        r"\b(?:nothing to (?:worry|be worried|be concerned)|(?:do not|don't|no need to|needn't|no reason to) (?:worry|"
        r"panic|be concerned)|"
        r"not (?:serious|dangerous|an emergency|urgent|a concern)|(?:it|this|that) (?:is|'s) (?:nothing|harmless|"
        r"benign|fine|minor)|"
        r"you(?:'ll| will| are going to|'re| are) (?:be )?(?:fine|ok|okay|all right|alright|safe)|(?:you|it|this|"
        r"that) can wait|"
        r"no (?:danger|emergency|urgency|cause for concern)|everything (?:is|looks|seems) (?:fine|ok|normal)|"
        r"safe to (?:wait|stay|go)|just (?:stress|anxiety|a cold|a virus)|will (?:pass|go away|"
        r"get better) (?:by itself|on its own|soon))",
        r"\b(?:rien de grave|pas grave|pas dangereux|pas urgent|pas une urgence|sans gravite|rassurez[- ]vous|"
        r"soyez rassure|"
        r"ne vous (?:inquietez|en faites) pas|ne vous faites pas de souci|pas (?:besoin|lieu|de raison) de (?:vous |"
        r"s')?inquieter|"
        r"pas d'inquietude|aucune? (?:danger|urgence|inquietude|gravite)|(?:vous pouvez|on peut|cela peut|"
        r"ca peut) attendre|"
        r"ce n'est rien|c'est benin|benigne?\b|tout va bien|ca va (?:passer|aller)|cela va (?:passer|aller)|"
        r"hors de danger|"
        r"(?:juste|seulement|simplement) (?:le|du|un) (?:stress|rhume|virus))",
    ),
}
_COMPILED: Final = tuple((rule, re.compile("|".join(patterns))) for rule, patterns in _STATEMENTS.items())
# A question asks what the patient takes or has; only these words make a question an instruction or a promise.
_ALSO_IN_QUESTIONS: Final = frozenset({"reassurance"})
_CONDITION: Final = re.compile(
    r"^(?:if|when|in case|should you|si|s'il|quand|lorsque|en cas)\b|\b(?:if you|si vous|whether)\b"
)


def find_breach(text: str) -> str | None:
    """Return the rule that a text for a patient breaks, or `None`."""
    for sentence in sentences(text):
        folded = plain(sentence)
        is_question = folded.endswith("?")
        for rule, pattern in _COMPILED:
            if is_question and rule not in _ALSO_IN_QUESTIONS:
                continue
            for match in pattern.finditer(folded):
                if rule != "diagnosis" or not _is_conditional(folded, match.start()):
                    return rule
    return None


def _is_conditional(folded: str, position: int) -> bool:
    """Say whether a clause such as "if you have…" holds the match: it states nothing about the reader."""
    clause = folded[: position + 12].rpartition(",")[2].strip()
    return _CONDITION.search(clause) is not None


def passed(text: str, *, otherwise: str, conversation_id: UUID) -> str:
    """Return `text` when it may be shown, else the fixed text `otherwise`; a block is logged without the words."""
    rule = find_breach(text)
    if rule is None:
        return text
    log.warning("assistant_text_blocked", rule=rule, conversation_id=str(conversation_id), length=len(text))
    return otherwise
