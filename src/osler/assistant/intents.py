"""What a patient asks of the assistant besides answering: a person, the reception, or something it must not give.

Rules of words over folded text (`wording.plain`), French and English together since patients mix them. They only
choose a fixed answer that comes before the next question; what was said stays in the transcript in any case, so a
wrong match costs a sentence and never a fact.
"""

import re
from typing import Final

from osler.assistant.wording import plain

# Words with their usual misspellings, in folded form.
_DRUG = (
    r"(?:medicament|medoc|traitement|cachet|comprime|gelule|pilule|goutte|dose|posologie|antibio\w*|anticoag\w*|"
    r"medication|medicine|meds?|tablet|pill|drug|antibiotic|painkiller|blood thinner|inhaler|insulin|"
    r"doliprane|paracetamol|ibuprofen\w*|advil|aspirin\w*|kardegic|eliquis|apixaban|xarelto|rivaroxaban|pradaxa|"
    r"dabigatran|warfarin\w*|previscan|coumadin|clopidogrel|plavix|ticagrelor|brilique|ramipril|perindopril|"
    r"bisoprolol|metoprolol|atenolol|propranolol|amiodarone|cordarone|digoxin\w*|furosemide|lasilix|spironolactone|"
    r"metformin\w*|levothyrox|levothyroxine|atorvastatin\w*|rosuvastatin\w*|amoxicillin\w*|augmentin|prednisolone|"
    r"cortisone|ventoline|salbutamol|tramadol|codeine|morphine|xanax|lexomil|amlodipine|candesartan|losartan|"
    r"\w{3,}(?:pril|sartan|olol|statine?|xaban|azole|cilline?|mycine?|oxacine?|prazole|dipine|gliptine?|gliflozine?))s?"
)
_TEST = (
    r"(?:troponin\w*|d-?dimer\w*|ferritin\w*|creatinin\w*|cholesterol|crp|nfs|inr|hba1c|bnp|nt-?probnp|tsh|ecg|ekg|"
    r"electrocardiogramme|prise de sang|bilan(?: sanguin)?|analyses?|resultats?|scanner|irm|radio|echographie|"
    r"holter|blood test|blood work|test results?|lab results?|results?|x-?ray|scan|mri|ct|ultrasound|biopsy|biopsie)"
)
_QUESTION_FR = r"(?:est[- ]ce (?:que|qu'|normal|grave)|c'est (?:normal|grave|bon|mauvais|inquietant|trop)|qu'est[- ]ce)"
_CAN_I = (
    r"(?:can|could|should|may|shall|must) i|do i (?:need to|have to)|is it ok(?:ay)? (?:to|if i)|"
    r"(?:est[- ]ce que )?(?:je peux|je dois|je devrais|j'ai le droit)|(?:puis|dois|devrais|pourrais)[- ]je|faut[- ]il|"
    r"il faut (?:que je )?|on peut|peut[- ]on|j'peux"
)
_DISEASE = (
    r"(?:infarctus|crise cardiaque|avc|cancer|embolie|angine|pneumonie|covid|grippe|appendicite|meningite|migraine|"
    r"tumeur|anevrisme|sepsis|phlebite|arythmie|fibrillation|depression|diabete|ulcere|heart attack|stroke|embolism|"
    r"angina|pneumonia|flu|appendicitis|meningitis|tumou?r|aneurysm|clot|arrhythmia|panic attack|anxiety|ulcer|"
    r"diabetes|infection|allergie|allergy|fracture|serious|grave|dangerous|dangereux)"
)
_NOTHING = (
    r"(?:rien|pas grave|nothing(?: serious)?|not serious|no big deal|fine|normal|dans ma tete|in my head|le stress)"
)

_RULES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "instructions",
        (
            r"\b(?:ignore[rz]?|forget|disregard|override|bypass|oublie[rsz]?|contourne[rsz]?)\b.{0,30}"
            r"\b(?:rules?|instructions?|prompt|guidelines?|restrictions?|regles?|consignes?|limites?)\b",
            r"\b(?:system prompt|prompt systeme|developer mode|mode developpeur|jailbreak|dan mode)\b",
            r"\b(?:pretend|act|behave|fais (?:comme si|semblant)|faites (?:comme si|semblant)|"
            r"joue[rz]? le role)\b.{0,20}"
            r"\b(?:you are|to be|as if|as a|tu es|vous etes|etre|d'un|de)\b.{0,15}\b(?:doctors?|medecins?|nurses?|"
            r"docteurs?)\b",
            r"\b(?:you are|you're|tu es|vous etes) (?:now|desormais|maintenant) (?:an? |un |une )?\w+",
            r"\b(?:tell|give|show|donne|dis|donnez|dites)[ -]?(?:me|moi)? (?:the |your |le |ton |votre )?"
            r"(?:hidden |secret )?(?:instructions|prompt|consignes)\b",
        ),
    ),
    (
        "human",
        (
            r"\b(?:speak|talk|chat|be put through|connect(?: me)?|transfer(?: me)?)\b.{0,12}\b(?:to|with)\b.{0,12}"
            r"\b(?:human|person|people|someone|somebody|nurse|doctor|receptionist|staff|agent|secretary|real)\b",
            r"\b(?:real|actual|live) (?:human|person|nurse|doctor)\b(?! said)",
            r"\b(?:parler|parlez|discuter|echanger|joindre|avoir|passez|passe)[ -]?(?:moi)?\b.{0,12}"
            r"\b(?:a |avec |au |a l'|a la |une? |l'|la |le )(?:quelqu'un|humain|vraie personne|personne reelle|"
            r"infirmiere?|"
            r"secretaire|secretariat|conseiller|operat\w+|soignant|medecin|docteur|vrai medecin|standard|humaine)\b",
            r"\b(?:un humain|une vraie personne|un etre humain|un vrai (?:medecin|docteur)|une vraie infirmiere)\b",
            r"\b(?:call me back|ring me back|rappelez[- ]moi|me rappeler|qu'on me rappelle|etre rappelee?)\b",
            r"\b(?:i want|i need|i'd like|get me|je veux|je voudrais|j'aimerais) (?:a |an |un |une )(?:human|person|"
            r"humain|"
            r"nurse|infirmiere?)\b",
        ),
    ),
    (
        "document",
        (
            r"\b(?:sick|doctor'?s|fit|medical) (?:note|certificate|letter)\b",
            r"\b(?:arret (?:de travail|maladie)|certificat(?: medical)?|ordonnance|bon de transport|mot d'excuse|"
            r"justificatif medical|dispense de sport)\b",
            r"\b(?:write|give|send|get|issue|renew|refill)\b.{0,12}\b(?:prescription|referral|certificate|script)\b",
            r"\b(?:prescribe|prescris|prescrivez|prescrire|renouveler|renouvelez)\b",
            r"\b(?:letter|courrier|lettre)\b.{0,25}\b(?:employer|insur\w+|boss|work|school|employeur|patron|assurance|"
            r"ecole)\b",
        ),
    ),
    (
        "medication",
        (
            rf"\b(?:{_CAN_I})\b.{{0,30}}\b(?:take|have|use|double|halve|stop|skip|start|increase|reduce|change|mix|"
            rf"combine|miss|prendre|prenne|doubler|arreter|augmenter|diminuer|reduire|sauter|commencer|reprendre|"
            rf"changer|"
            rf"melanger|associer|remplacer)\b.{{0,40}}\b(?:{_DRUG})\b",
            rf"\b(?:{_CAN_I})\b.{{0,20}}\b(?:double|halve|doubler)\b",
            rf"\b(?:what|which|how much|how many|quelle?s?|combien(?: de)?)\b.{{0,30}}\b(?:{_DRUG})\b.{{0,50}}"
            r"\b(?:take|use|need|have|give|prendre|prenne|prends|donner|utiliser|safe|maximum|max|faut|peux|puis|"
            r"dois)\b",
            r"\b(?:what|which|quelle?)\b.{0,10}\b(?:dose|dosage|posologie)\b",
            rf"\b(?:dose|posologie|dosage)\b.{{0,15}}\b(?:of|de|du|d'|pour|for)\b.{{0,15}}\b(?:{_DRUG})\b.{{0,30}}\?",
            r"\b(?:what|which|quoi|quel(?:le)?)\b.{0,20}\b(?:medicine|medication|drug|medicament|traitement)\b.{0,30}"
            r"\b(?:take|should|prendre|faut|conseill\w+|recommend\w*)\b",
            r"\bqu(?:e|oi|'est[- ]ce que je)\b.{0,12}\b(?:prendre|prends) (?:pour|contre|comme medicament)\b",
            rf"\b(?:take|prendre)\b.{{0,15}}\b(?:{_DRUG})\b.{{0,25}}\b(?:together|with|avec|"
            rf"en meme temps)\b.{{0,30}}\?",
        ),
    ),
    (
        "test",
        (
            rf"\b(?:my|mon|ma|mes|the|le|la|les|ces|these|this)\b.{{0,15}}\b{_TEST}\b.{{0,60}}(?:\b(?:is|are|est|"
            rf"sont)\b.{{0,12}}"
            r"\b(?:bad|good|ok|okay|normal|normale?s?|high|low|serious|grave|mauvais|bon|bons|eleve\w*|haut|bas|"
            r"inquietant)\b"
            r".{0,3}\?|\b(?:mean|means|veut dire|veulent dire|signifie\w*|interpret\w*)\b)",
            rf"\b{_TEST}\b.{{0,50}}(?:is (?:it|that|this) (?:bad|ok|okay|normal|high|low|serious|good)|{_QUESTION_FR}|"
            r"should i (?:be worried|worry)|dois[- ]je m'inquieter|c'est (?:normal|grave|quoi|bon|mauvais))",
            rf"\b(?:interpret|explain|read|what do|what does|is|are|interprete[rz]?|explique[rz]?|lire|que veut dire|"
            rf"que signifie\w*|que veulent dire|que disent|que donne)\b.{{0,15}}"
            rf"\b(?:my|mon|ma|mes|cette?|ces|the|les?|la)\b.{{0,12}}\b{_TEST}\b(?!.{{0,30}}\b(?:send|sent|envoy\w+)\b)",
        ),
    ),
    (
        "diagnosis",
        (
            rf"\b(?:am i having|have i got|do i have|could (?:it|this|i) (?:be|have)|is (?:it|this|that)|"
            rf"is this a)\b.{{0,15}}"
            rf"\b(?:{_DISEASE})\b",
            rf"\b(?:est[- ]ce que (?:je fais|j'ai|c'est|ce serait|ca peut etre)|je fais|j'ai peut[- ]etre|ai[- ]je|"
            rf"fais[- ]je|"
            rf"suis[- ]je en train de faire|est[- ]ce|c'est|ca (?:peut|pourrait) etre|serait[- ]ce)\b.{{0,18}}"
            rf"\b(?:{_DISEASE})\b.{{0,12}}\?",
            rf"\best[- ]ce que (?:je fais|j'ai|c'est|ce serait|ca peut etre)\b.{{0,18}}\b(?:{_DISEASE})\b",
            r"\b(?:what(?:'s| is) wrong with me|what do i have|what have i got|what is (?:it|causing this)|"
            r"what'?s (?:my|the) diagnosis|tell me the diagnosis|give me (?:a|the|your) diagnosis|what disease|"
            r"your opinion doctor|do you think (?:it'?s|i have))\b",
            r"\b(?:qu'est[- ]ce que j'ai\b(?! (?:pris|mange|fait|dit|ecrit|oublie))|de quoi je souffre|de quoi s'agit|"
            r"(?:quel est|donne[zr]?[- ]moi|dis[- ]moi|dites[- ]moi|faites|poser?) (?:le|mon|un|votre|ton) diagnostic|"
            r"c'est quoi (?:ma maladie|mon probleme|d'apres vous|selon vous)|vous pensez que (?:c'est|j'ai)|"
            r"(?:a|d')apres vous,? (?:c'est|j'ai)|j'ai quoi|c'est grave docteur)\b",
        ),
    ),
    (
        "reassurance",
        (
            rf"\b(?:friend|husband|wife|mother|mum|mom|father|dad|sister|brother|neighbou?r|pharmacist|colleague|ami|"
            rf"amie|"
            rf"copine?|mari|femme|mere|pere|soeur|frere|voisine?|pharmacienne?|collegue|entourage|gens|everyone|"
            rf"on)\b.{{0,12}}"
            rf"\b(?:says?|said|thinks?|tells? me|told me|dit|disent|pense|pensent|m'a dit|me dit|"
            rf"m'ont dit)\b.{{0,30}}\b{_NOTHING}\b"
            r".{0,40}(?:\?|\bright\b|\bn'est[- ]ce pas\b|\bhein\b|\bnon\b$)",
            rf"\b(?:it'?s|it is|this is|c'est|ce n'est|ca n'a)\b.{{0,12}}\b{_NOTHING}\b.{{0,20}}(?:\bright\b|"
            rf"\bisn'?t it\b|\bhein\b|"
            r"\bn'est[- ]ce pas\b|\bnon \?|\bno\?|\?)",
            r"\b(?:should i be worried|do i need to worry|nothing to worry about|tell me (?:it'?s|i'?m|that) |"
            r"reassure me|"
            r"can (?:it|this|i) wait|is it safe to wait|i can wait)\b.{0,40}(?:\?|$|fine|nothing|ok)",
            r"\b(?:rassurez[- ]moi|rassure[- ]moi|(?:dites|dis)[- ]moi que (?:ce n'est|c'est|ca va)|"
            r"dois[- ]je m'inquieter|"
            r"je dois m'inquieter|(?:ca|cela) peut attendre|(?:je peux|puis[- ]je|on peut) attendre|"
            r"faut[- ]il (?:que je )?m'inquiet\w+|"
            r"pas besoin de m'inquieter|il n'y a pas de quoi s'inquieter)\b",
        ),
    ),
    (
        "administrative",
        (
            r"\b(?:opening (?:hours|times)|what time (?:do you|are you|does)|are you open|when (?:do you|"
            r"are you) (?:open|close)|"
            r"where are you|your address|(?:book|make|cancel|move|change|reschedule|get)\b.{0,12}\bappointment|"
            r"how much (?:is|does) "
            r"(?:a|the) (?:visit|consultation|appointment)|parking|do you take (?:cards?|insurance))\b",
            r"\b(?:horaires?|heures? d'ouverture|vous (?:etes )?ouver[tz]\w*|etes[- ]vous ouvert|"
            r"quelle heure (?:ouvr\w+|ferm\w+)|"
            r"a quelle heure (?:vous|le cabinet|est[- ]ce)|votre adresse|ou (?:etes[- ]vous|se trouve le cabinet)|"
            r"(?:prendre|annuler|deplacer|changer|avoir|reporter|decaler)\b.{0,12}\b(?:rdv|rendez[- ]vous)|tarifs?|"
            r"carte vitale|"
            r"tiers payant|mutuelle|combien coute|parking)\b",
        ),
    ),
)
_COMPILED: Final = tuple((intent, re.compile("|".join(patterns))) for intent, patterns in _RULES)
# A long message tells a story: an aside in it ("my friend says…") is not what it asks.
LONGEST_ASK: Final = 400


def find_intent(text: str) -> str | None:
    """Return what a message asks for besides the interview, or `None`."""
    folded = plain(text)
    if len(folded) > LONGEST_ASK:
        return None
    return next((intent for intent, pattern in _COMPILED if pattern.search(folded)), None)
