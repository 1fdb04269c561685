"""Units, and the words beside a number that say what it measures."""

MINUTES = {
    "min": 1.0, "minute": 1.0, "minutes": 1.0, "mins": 1.0, "second": 1 / 60, "seconds": 1 / 60, "sec": 1 / 60,
    "secs": 1 / 60, "secondes": 1 / 60, "seconde": 1 / 60, "h": 60.0, "hr": 60.0, "hour": 60.0, "hours": 60.0,
    "heure": 60.0, "heures": 60.0, "hrs": 60.0, "day": 1440.0, "days": 1440.0, "jour": 1440.0, "jours": 1440.0,
    "j": 1440.0, "d": 1440.0, "week": 10080.0, "weeks": 10080.0, "semaine": 10080.0, "semaines": 10080.0, "w": 10080.0,
    "wk": 10080.0, "month": 43800.0, "months": 43800.0, "mois": 43800.0, "mo": 43800.0, "year": 525600.0,
    "years": 525600.0, "an": 525600.0, "ans": 525600.0, "annee": 525600.0, "annees": 525600.0, "night": 720.0,
    "nuit": 720.0, "nights": 1440.0, "nuits": 1440.0, "fortnight": 20160.0, "yr": 525600.0, "yrs": 525600.0,
}  # fmt: skip
DAY = 1440.0
# Named times, in minutes before now; both ends of what is meant would do, the nearer is kept.
NAMED_TIMES = {
    ("this", "morning"): 300.0, ("ce", "matin"): 300.0, ("tonight",): 120.0, ("ce", "soir"): 120.0, ("today",): 300.0,
    ("aujourdhui",): 300.0, ("cet", "apres", "midi"): 180.0, ("this", "afternoon"): 180.0, ("this", "evening"): 120.0,
    ("cette", "nuit"): 480.0, ("last", "night"): 720.0, ("hier", "soir"): 720.0, ("yesterday",): 1200.0,
    ("hier",): 1200.0, ("la", "veille"): 1440.0, ("avant", "hier"): 2880.0, ("overnight",): 480.0,
    ("this", "week"): 3000.0, ("cette", "semaine"): 3000.0, ("last", "week"): 10080.0,
    ("la", "semaine", "derniere"): 10080.0,
    ("semaine", "derniere"): 10080.0, ("semaine", "passee"): 10080.0, ("last", "month"): 43800.0,
    ("le", "mois", "dernier"): 43800.0, ("mois", "dernier"): 43800.0, ("last", "year"): 525600.0,
    ("annee", "derniere"): 525600.0, ("an", "dernier"): 525600.0, ("this", "year"): 262800.0, ("midi",): 300.0,
    ("just", "now"): 10.0, ("a", "while", "ago"): 1000.0, ("noon",): 300.0, ("lunchtime",): 300.0,
    ("last", "summer"): 200000.0, ("last", "winter"): 200000.0, ("last", "spring"): 200000.0,
    ("ete", "dernier"): 200000.0,
    ("hiver", "dernier"): 200000.0, ("years", "ago"): 1500000.0, ("months", "ago"): 200000.0,
    ("decades", "ago"): 9000000.0,
    ("weeks", "ago"): 30000.0, ("monday",): 5000.0, ("lundi",): 5000.0, ("mardi",): 5000.0, ("tuesday",): 5000.0,
    ("mercredi",): 5000.0, ("wednesday",): 5000.0, ("jeudi",): 5000.0, ("thursday",): 5000.0, ("vendredi",): 5000.0,
    ("friday",): 5000.0, ("samedi",): 5000.0, ("saturday",): 5000.0, ("dimanche",): 5000.0, ("sunday",): 5000.0,
}  # fmt: skip
NAMED_BY_FIRST: dict[str, list[tuple[tuple[str, ...], float]]] = {}
for _words, _minutes in NAMED_TIMES.items():
    NAMED_BY_FIRST.setdefault(_words[0], []).append((_words, _minutes))

DEGREES = {"degres", "degre", "degrees", "degree", "deg", "celsius", "centigrade", "celcius"}
FEVER_CUES = {
    "fievre", "fever", "temperature", "temp", "temperatures", "febrile", "thermometer", "thermometre", "fiebre",
    "feverish", "tempera", "fivre", "monte", "grimpe", "hot", "chaud", "shivering", "frissons",
}  # fmt: skip
BP_CUES = {
    "tension", "bp", "pressure", "ta", "systolic", "systolique", "tensiometre", "arterielle", "hypertension",
    "tensions",
}  # fmt: skip
PULSE_CUES = {
    "slow", "ralentit", "ralentir", "calmer", "slows", "palpitant", "ticker",
    "pulse", "pouls", "hr", "bpm", "heart", "coeur", "rate", "cardiaque", "heartbeat", "rythme", "frequence", "bat",
    "beating", "beats", "battements", "fc", "palpitations", "watch", "montre", "fitbit", "smartwatch",
    "cardiofrequencemetre", "racing", "pulses", "puls",
}  # fmt: skip
SAT_CUES = {
    "sat",
    "sats",
    "saturation",
    "saturations",
    "spo2",
    "oxygen",
    "oxygene",
    "sature",
    "oximeter",
    "oxymetre",
    "o2",
    "spo",
}
SUGAR_CUES = {
    "sugar", "sugars", "glucose", "glycemie", "glycemies", "sucre", "dextro", "glucometer", "bm", "bg", "bgl",
    "glucometre",
    "lecteur", "capillaire", "hyper", "hypo", "bloodsugar", "libre", "dexcom", "freestyle", "sugarlevel", "glyc",
}  # fmt: skip
BREATH_CUES = {"respiratory", "respiratoire", "breaths", "respirations", "breathing"}
WEEKS = {"sa", "week", "weeks", "semaine", "semaines", "wks", "wk", "w"}
PREGNANT = {
    "pregnant", "enceinte", "pregnancy", "grossesse", "gestation", "amenorrhee", "sa", "gone", "along", "aménorrhée",
    "embarazada", "expecting", "trimester", "trimestre",
}  # fmt: skip
TABLETS = {
    "tablet", "tablets", "pill", "pills", "comprime", "comprimes", "cachet", "cachets", "gelule", "gelules", "capsule",
    "capsules", "cp", "cps", "tabs", "tab", "caps", "medocs", "pilules", "boite", "boites", "box", "boxes", "packet",
    "packets", "pack", "packs", "plaquette", "plaquettes", "tablettes", "blister", "blisters", "bottle", "flacon",
}  # fmt: skip
PUFFS = {"puff", "puffs", "bouffee", "bouffees", "inhalations", "sprays", "inhalation"}
YEAR_BEFORE = frozenset(
    """in en since depuis from of de back january february march april may june july august september october november
    december janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre summer winter spring
    autumn ete hiver printemps automne""".split()
)
SINCE = {"since", "depuis", "for", "pendant", "durant", "over", "during"}
AGO_FR = {"a", "ya"}


AGE_WORDS = {"ans", "years", "year", "old", "age", "weeks", "semaines", "sa"}
CHILD_WORDS = {
    "baby",
    "bebe",
    "fils",
    "fille",
    "son",
    "daughter",
    "il",
    "elle",
    "he",
    "she",
    "nourrisson",
    "newborn",
    "infant",
}
OLD_AFTER = {"old", "vieux", "vieille"}
BABY = {
    "bebe", "baby", "nourrisson", "newborn", "infant", "nouveau", "son", "daughter", "fils", "fille", "petit", "petite",
    "enfant", "child", "kid", "boy", "girl", "toddler", "twin", "twins", "jumeau", "garcon", "ne", "nee",
    "neveu", "niece",
    "nephew", "grandson", "granddaughter", "petits", "puce", "loulou", "garçon",
}  # fmt: skip
