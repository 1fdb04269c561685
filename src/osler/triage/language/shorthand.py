"""Abbreviations of text messages and of voice transcripts, in French and English."""

from collections.abc import Callable


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """Read lines of `short forms = long form`."""
    table: dict[str, tuple[str, ...]] = {}
    for line in text.strip().splitlines():
        short, _, long = line.partition("=")
        for key in short.split():
            table[key] = tuple(long.split())
    return table


SHORTHAND = _table("""
cant cannot = can not
cudnt couldnt couldn = could not
wont = will not
dont dnt = do not
doesnt dsnt doesn = does not
didnt didn = did not
isnt = is not
arent = are not
wasnt = was not
werent = were not
hasnt = has not
havent havnt = have not
hadnt = had not
wouldnt = would not
shouldnt = should not
mustnt = must not
aint = is not
im = i am
ive = i have
youre = you are
theyre = they are
weve = we have
hes = he is
shes = she is
thats = that is
whats = what is
theres = there is
ur = your
pls plz = please
thx = thanks
bc cuz coz cos becoz bcoz bcuz = because
b4 = before
rn = right now
gonna = going to
wanna = want to
wana = want to
gotta = got to
dunno = do not know
idk = i do not know
rly rlly = really
thru = through
smth sth = something
sm1 = someone
tmrw tmr = tomorrow
tonite 2nite = tonight
nite = night
tounge toungue = tongue
sen = sens
abel = able
havnt = have not
dosnt = does not
wuld = would
sere = serre
nuk = nuque
couil couilles = couille
yday yest = yesterday
abt = about
wk = week
wks = weeks
hrs = hours
mins = minutes
yr = year
yrs = years
yo = years old
mths mnths = months
preg = pregnant
hubby = husband
tum tummy = stomach
bby = baby
hosp = hospital
sob = short of breath
lil = little
kinda = kind of
outta = out of
jai = je ai
jsui jsuis chui chuis jui = je suis
jme jm = je me
jle = je le
jla = je la
jpeu jpeux jpe jpx = je peux
jveu jveux = je veux
jsai jsais = je sais
jarrive jariv jarive = je arrive
jcroi jcrois = je crois
jpense = je pense
jsens jsen = je sens
jvois jvoi = je vois
jvomi jvomis = je vomis
jtouss jtousse = je tousse
jcrach jcrache = je crache
jetouf jetouffe = je etouffe
jentend jentends = je entends
jcomprend jcomprends = je comprends
jrespire jrespir = je respire
javais = je avais
jetais = je etais
jaurais = je aurais
jpp = je en peux plus
jfais = je fais
jvais jvai = je vais
jtiens = je tiens
jnai = je ne ai
jen = je en
jdois = je dois
jpris = je pris
cest = ce est
cetait = ce etait
ya yaa = il y a
yavait = il y avait
yapa yapas = il y a pas
nai = ne ai
narrive = ne arrive
narrete narretent = ne arrete
dun = de un
dune = de une
lepaule = le epaule
loeil = le oeil
lestomac = le estomac
lhopital = le hopital
lurgence = le urgence
qd kan kand qand = quand
qqn qqun kelkun = quelque un
qqch qqchose = quelque chose
qq = quelques
bcp bp2 bcoup bocou boku = beaucoup
bq = beaucoup
tt = tout
tte = toute
tpdt pdnt = pendant
dps dpuis dep dpui depui = depuis
mtn mnt mtnt maint mintenan maintnan = maintenant
svp stp = sil vous plait
pb pbm pbs = probleme
pk pkoi pq pourkoi = pourquoi
pcq pck psk parske pske paske = parce que
tjs tjrs tjr toujour = toujours
ke = que
ki = qui
koi = quoi
kelle = quelle
ds = dans
dla = de la
ac avk = avec
vs = vous
ns = nous
pr = pour
auj ajd ajrd ojd = aujourdhui
aujourd'hui aujourdui ojourdui = aujourdhui
ts = tous
fo = faut
pri = pris
jave = je avais
gete = je etais
den = de en
vien = viens
mouvemen = mouvement
fere = ferree
plu = plus
mem = meme
kom = comme
koma = coma
sui = suis
fe fai = fait
voi = vois
sor = sort
froi = froid
san = sans
repon = repond
respir = respire
crachr = cracher
wen = when
wat = what
shuld = should
wud = would
cud = could
mwa moa = moi
ossi = aussi
bb = bebe
bbe = bebe
heur heurs = heure
mn = minutes
sem = semaine
biento = bientot
mdr lol ptdr xd = mdr
tho = though
lft = left
rght = right
hart hearth = heart
chst = chest
hed = head
hedache headach = headache
brest = breast
bak = back
arem = arm
brth = breath
breth = breath
brethe = breathe
nek = neck
stiffneck = stiff neck
troat = throat
thoat = throat
tung = tongue
tonge = tongue
blod = blood
bld = blood
leggs = legs
poumon = poumons
doulr doul dlr = douleur
poitr = poitrine
malo = mal au
keur ceour couer = coeur
tet = tete
fievr fiever = fievre
""")


def _after_number(before: str) -> bool:
    return before[:1].isdigit()


def _g(before: str, after: str) -> str:
    return "g" if _after_number(before) or after == "l" else "ai"


def _o(before: str, after: str) -> str:
    return "au" if after and before else "o"


def _c(before: str, after: str) -> str:
    return "c" if after == "section" or _after_number(before) else "ce"


def _avc(before: str, after: str) -> str:
    # In text messages "avc" is also short for "avec"; a stroke comes with an article or as an object.
    if before in {"le", "un", "de", "mini", "fait", "fais", "faire", "petit", "gros", "mon", "son", "en", "infarctus"}:
        return "avc"
    return "avec" if after and before and after not in {"ou", "et", "hemorragique", "ischemique", "il", "en"} else "avc"


def _m(before: str, after: str) -> str:
    del after
    return "minutes" if _after_number(before) else "m"


CONTEXT_SHORTHAND: dict[str, Callable[[str, str], str]] = {
    "moi": lambda before, _after: "mois" if _after_number(before) else "moi",
    "g": _g,
    "hr": lambda before, _after: "hour" if _after_number(before) or before in {"an", "a", "per"} else "hr",
    "pe": lambda before, _after: "peux" if before in {"je", "ne", "j"} else "pe",
    "bra": lambda before, _after: "bras" if before in {"le", "mon", "au", "les", "un", "mes", "du"} else "bra",
    "o": _o,
    "c": _c,
    "avc": _avc,
    "u": lambda before, after: "you" if after or before else "u",
    "r": lambda before, _after: "are" if before in {"you", "u", "they", "we", "arms", "legs", "lips"} else "r",
    "pa": lambda before, _after: "pas" if before and before not in {"my", "your"} else "pa",
    "j": lambda before, _after: "je" if not _after_number(before) else "j",
    "mai": lambda before, _after: "mais" if not _after_number(before) else "mai",
    "t": lambda before, _after: "te" if before in {"je", "il", "elle"} else "t",
}
