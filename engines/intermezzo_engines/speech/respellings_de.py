"""What German spelling does not say: stems with an unexpected length, stress or consonant, in the spelling of `g2p_de`.

Written by us. `STEMS` holds the beginnings of stems (the longest that fits is replaced), `WORDS` whole words with their
phones where even a respelling will not do. Compare the module docstring of `g2p_de` for the signs.
"""

from __future__ import annotations

__all__ = ["STEMS", "WORDS"]


def _table(text: str) -> dict[str, str]:
    return {word: respelt for word, _, respelt in (entry.partition("=") for entry in text.split())}


STEMS: dict[str, str] = _table("""
hoch=ho:ch höch=hö:C höchst=hö:C-st höh=hö: nach=na:ch nacht=nacht nächst=nä:C-st näher=nä:er buch=bu:ch büch=bü:ch
tuch=tu:ch tüch=tü:ch kuchen=ku:chen such=su:ch fluch=flu:ch flüch=flü:ch sprach=spra:ch spräch=sprä:ch brachte=bra.chte
brach=bra:ch bräch=brä:ch stach=sta:ch wuchs=wu:ks wüchs=wü:ks husten=hu:sten pusten=pu:sten brandenburg=brandEnburg
hütte=hütte abstrakt=apstr'akt minütig=min'ü:tig quadrat=quadr'a:t schuster=schu:ster kloster=klo:ster
manchmal=manchma:l zweimal=zwaima:l tennis=tennis training=trä:ning train=trä:n talent=tal'ent walt=walt
psycholog=psücol'o:g zoolog=zo:ol'o:g jedoch=jed'och sowie=zow'ie: sowohl=zow'o:l somit=zom'i.t aufgrund=aufgr'und
zusammen=zuZ'ammen hingegen=hin-g'e:gen philosophie=filoZof'ie: kommissar=komiss'a:r entweder=entwe:der diesmal=di:sma:l
daraufhin=darauf-h'i.n bankrott=bankr'ott autoren=aut'o:ren afrika=a:frika afrikan=afrik'a:n mexiko=meksiko
methode=met'o:de johannes=joh'annes idee=id'ee türkei=türk'ei indirekt=indirekt direkt=dir'ekt provinz=prov'inz
stattdessen=schtatt-d'essen mittlerweile=mittlerw'aile keinerlei=kainerlai analyse=anal'ü:Ze benjamin=benjami:n
vegetarier=veget'a:rYer vakuum=va:kuum volumen=vol'u:men vorhanden=fo:rh'anden vorbei=fo:rb'ai unterwegs=unterw'e:gs
wahrscheinlich=wa:rH'ainlich zeitlebens=zaitle:bens bengal=beng'a:l derzeit=de:rzait zivilist=zivil'ist sonntag=Zonnta:g
montag=mo:nta:g dienstag=di:nsta:g donnerstag=donnersta:g freitag=fraita:g samstag=Zamsta:g mittag=mitta:g
alltag=allta:g ideal=ide'a:l kostüm=kost'ü:m hinzu=hinz'u: zuvor=zuf'o:r gegenüber=ge:gen-'ü:ber überhaupt=ü:berh'aupt
zuständ=zu:-schtänd kartoffel=kart'offel terrasse=terr'asse justiz=just'i:z kathedral=katedr'a:l theater=te'a:ter
theorie=teor'ie: kapitel=kap'i.tel titel=ti:tel maschine=maH'i:ne tunnel=tunnel hotel=hot'ell kapell=kap'ell
modell=mod'ell klöster=klö:ster ostern=o:stern oster=o:ster trost=tro:st tröst=trö:st röst=rö:st rost=rost wüst=wü:st
düster=dü:ster wust=wu:st biest=bie:st obst=o:bst probst=pro:bst propst=pro:pst krebs=kre:bs vogt=vo:gt mond=mo:nd
monat=m'o:nat jagd=ja:gd magd=ma:gd art=a:rt ärt=ä:rt arzt=a:rzt ärzt=ä:rzt bart=ba:rt bärt=bä:rt quarz=qua:rz
harz=ha:rz erd=e:rd werd=we:rd wert=we:rt pferd=pfe:rd herd=he:rd schwert=schwe:rt erst=e:rst geburt=gebu:rt wirst=wirst
städt=schtä.t tot=to:t töt=tö:t brot=bro:t bröt=brö:t stadt=schta.t fahrt=fa:rt fährt=fä:rt leb=le:b lieb=lie:b gab=ga:b
gäb=gä:b hab=ha:b habt=ha:bt grab=gra:b gräb=grä:b stab=schta:b stäb=schtä:b lag=la:g läg=lä:g sag=sa:g frag=fra:g
trag=tra:g träg=trä:g schlag=schla:g schläg=schlä:g tag=ta:g täg=tä:g weg=we:g bog=bo:g zog=zo:g zög=zö:g flog=flo:g
flug=flu:g flüg=flü:g zug=zu:g züg=zü:g trug=tru:g trüg=trü:g schlug=schlu:g krug=kru:g krüg=krü:g klug=klu:g
genug=genu:g lob=lo:b hob=ho:b schob=scho:b schub=schu:b hof=ho:f höf=hö:f ruf=ru:f rüf=rü:f graf=gra:f gräf=grä:f
schlaf=schla:f schläf=schlä:f straf=schtra:f traf=tra:f träf=trä:f schaf=scha:f las=la:s läs=lä:Z gras=gra:s gräs=grä:Z
glas=gla:s gläs=glä:Z gas=ga:s nas=na:Z los=lo:s bös=bö:Z lös=lö:Z kam=ka:m käm=kä:m nahm=na:m nähm=nä:m nam=na:m
näml=nä:ml schon=scho:n schön=schö:n lohn=lo:n ton=to:n tön=tö:n mon=mo:n plan=pla:n plän=plä:n bahn=ba:n span=schpa:n
für=fü:r vor=fo:r tür=tü:r spür=schpü:r führ=fü:r nur=nu:r spur=schpu:r uhr=u:r war=wa:r wär=wä:r gar=ga:r klar=kla:r
jahr=ja:r paar=paar jahrhundert=ja:rhundert tal=ta:l täl=tä:l wal=wa:l mal=ma:l mäl=mä:l wähl=wä:l wahl=wa:l zahl=za:l
schul=schu:l stuhl=schtu:l bot=bo:t böt=bö:t not=no:t nöt=nö:t rot=ro:t röt=rö:t gut=gu:t güt=gü:t blut=blu:t blüt=blü:t
mut=mu:t müt=mü:t hut=hu:t hüt=hü:t flut=flu:t rat=ra:t rät=rä:t tat=ta:t tät=tä:t bat=ba:t bät=bä:t trat=tra:t
träte=trä:te saat=saat rad=ra:d räd=rä:d bad=ba:d bäd=bä:d lud=lu:d süd=sü:d jud=ju:d jüd=jü:d gen=ge:n tun=tu:n
typ=ty:p öd=ö:d schrot=schro:t schmied=schmie:d hatt=hatt stud=schtu:d heb=he:b geb=ge:b gib=gi.b gibt=gi:bt
ergib=ergi:b web=we:b beb=be:b kleb=kle:b streb=schtre:b steh=schte: geh=ge: seh=se: leg=le:g reg=re:g pfleg=pfle:g
bieg=bie:g lieg=lie:g red=re:d lad=la:d schad=scha:d gnad=gna:d find=find bild=bild rund=rund sieb=sie:b üb=ü:b
trüb=trü:b spiel=schpie:l viel=fie:l vers=fers nerv=nerF brav=bra:F pulver=pulFer frevel=fre:Fel hannover=hann'o:Fer
larve=larFe kurve=kurVe sechs=Zeks sechz=ZeCz sechst=Zekst wechs=weks wachs=waks wächs=weks fuchs=fuks füchs=fü.ks
ochs=oks achs=aks büchs=bü.ks sachs=Zaks sächs=Zeks luchs=luks lachs=laks dachs=daks flachs=flaks deichs=daiks
weichs=waiks echs=eks woch=woch hochzeit=ho.chzait nachbar=na.chbar vorteil=fo.rtail viertel=fi.rtel vierzehn=fi.rze:n
vierzig=fi.rzig achtzehn=aXze:n achtzig=aXziC zwölf=zwölf nobel=nob'el dusch=du:sch wäsch=wäsch rutsch=rutsch
plätsch=plä:tsch grätsch=grä:tsch nutsch=nutsch rätsel=rä:tsel rätsl=rä:tsl ging=ging fing=fing hing=hing
familie=fam'i:lYE linie=l'i:nYE serie=Z'e:rYE komödie=kom'ö:dYE tragödie=trag'ö:dYE lilie=l'i:lYE folie=f'o:lYE
aktie=akzYE prämie=pr'ä:mYE materie=mat'e:rYE immobilie=immob'i:lYE ferie=f'e:rYE medien=m'e:dYEn bestie=bestYE
orgie=orgYE arterie=art'e:rYE bakterie=bakt'e:rYE hostie=hostYE historie=hist'o:rYE journal=Jurn'a:l
journalist=Jurnal'ist journalistisch=Jurnal'istisch genie=Jen'ie: ingenieur=inJenY'ö:r regisseur=reJiss'ö:r
regie=reJ'ie: gelatine=Jelat'i:ne engag=angaJ engagement=angaJem'ang engagiert=angaJ'ie:rt engagieren=angaJ'ie:ren
restaurant=restor'ang saison=seZ'ong cousin=kuZ'eng cousine=kuZ'i:ne terrain=terr'eng fonds=fong chance=Hangse
branche=brangHe revanche=rew'angHe orange=or'angJe garage=gar'a:Je republik=republ'i.k musik=muZ'i:k politik=polit'i:k
politiker=pol'i.tiker politisch=pol'i:tisch fabrik=fabr'i.k kritik=krit'i:k physik=füZ'i:k mathematik=matemat'i:k
katholik=katol'i:k rubrik=rubr'i:k mosaik=moZa'i:k klinik=kli:nik technik=technik europa=oir'o:pa europä=oirop'ä:
österreich='ö:stEraiC vielleicht=fiel'aiCt oft=oft herr=herr england='englant china=C'i:na zudem=zud'e:m bisher=bish'e:r
seither=Zaith'e:r woher=woh'e:r daher=dah'e:r vorher=forh'e:r nachher=na:chh'e:r umher=umh'e:r außerdem=außerde:m
trotzdem=trozde:m seitdem=Zaitde:m team=ti:m show=Ho: berlin=berl'i:n wenn=wenn vom=fom von=fon voll=foll voran=for'an
stets=schte:ts insbesonder=insbEZ'onder ander=ander heirat=haira:t problem=probl'e:m projekt=proj'ekt interess=intr'ess
modern=mod'ern reserv=reZ'erV sport=schport sort=Zort ort=ort fort=fort wort=wort wört=wört amt=amt ämt=ämt gast=gast
gäst=gäst größ=grö:ß groß=gro:ß mög=mö:g hör=hö:r öl=ö:l natur=nat'u:r natür=nat'ü:r dafür=daf'ü:r selten=selten
chef=Hef chefs=Hefs obwohl=obw'o:l obgleich=obgl'aiC amerika=am'e:rika amerikan=amerik'a:n september=sept'ember
oktober=okt'o:ber november=noV'ember dezember=dez'ember januar=januar februar=fe:bruar august=aug'ust april=apr'i.l
medizin=mediz'i:n person=perZ'o:n personal=perZon'a:l persön=perZ'ö:n karriere=karrY'e:re absolv=apZolv aktuell=aktu'ell
volksrepublik=folksrEpubl'i.k kommiss=kom'iss kommission=komissY'o:n radio=r'a:dYo relev=relew lokal=lok'a:l
initiative=inizYat'i:Ve hervorragend=herf'o:ragend ursprünglich=u:rschprünglich ursprung=u:rschprung
österreichisch='ö:stEraiCisch robert=ro:bert kopenhagen=kopEnh'a:gen renaissance=renäss'ang charakter=kar'akter
barock=bar'ock demokratie=demokrat'ie: erwart=erwart wart=wart wärt=wärt zunächst=zun'ä:Cst doktor=doktor
direktor=dir'ektor professor=prof'essor motor=mo:tor autor=autor minister=min'ister ministerium=minist'e:rYum
universität=uniwerZit'ä:t universum=uniw'erZum temperatur=tempErat'u:r literatur=literat'u:r literarisch=liter'a:risch
kultur=kult'u:r figur=fig'u:r architekt=archit'ekt architektur=architekt'u:r spektakulär=schpektakul'ä:r
christian=kristYan julian=ju:lYa:n olympia=ol'ümpYa julius=ju:lYus religion=religY'o:n religiös=religY'ö:s
periode=perY'o:de senior=Ze:nYor senioren=ZenY'o:ren europäisch=oirop'ä:isch denkmal=denkma:l merkmal=merkma:l
märchen=mä:r-chen psych=psü:ch psycho=psücho zyklus=zü:klus zyklen=zü:klen zyklisch=zü:klisch olivgrün=ol'i:f-grün
italien=it'a:lYen italienisch=italY'e:nisch spanien=schp'a:nYen asien='a:ZYen familien=fam'i:lYen ferien=fe:rYen
serien=Ze:rYen mutter=mutter mütter=mütter vetter=Fetter wetter=wetter butter=butter akut=ak'u:t minute=min'u:te
museum=muZ'e:um museen=muZ'e:en über=ü:ber überall=ü:ber'all übereinander=ü:berain'ander untereinander=unterain'ander
miteinander=mitain'ander einander=ain'ander daneben=dan'e:ben nahezu=na:Ez'u: insgesamt=insgEZ'amt jetzt=jezt
nichts=nichts selbst=Zelbst computer=kompY'u:ter software=Softwä:r internet=internett online=onnlain design=diZ'ain
designer=diZ'ainer manager=männeJer management=männeJment job=Gob jobs=Gobs jeans=Gi:ns baby=be:bi: hobby=hobbi:
party=pa.rti: handy=händi: happy=häppi: city=ßitti: meeting=mi:ting marketing=marketing interview=intervYu:
computerspiel=kompY'u:terschpi:l airport=ä:rport broadway=bro:twe: hollywood=holliwudd pop=popp bands=bänts fan=fänn
fans=fäns song=ßong songs=ßongs live=laif story=ßto:ri: stories=ßto:ris cool=ku:l new=nYu: york=Yo:rk london=london
washington=wosching-ton usa=u:-eß-'a: teams=ti:ms website=webßait email=i:me:l mail=me:l display=diß-ple:
displays=diß-ple:s container=kont'e:ner charles=Ta:rls john=Gonn james=Ge:ms george=Go:rG jack=Gäck jackson=Gäcksen
smith=ßmiß google=gu:gel facebook=fe:ßbuck youtube=Yu:tYu:b microsoft=maikroßoft restaurator=restaur'a:tor
experte=exp'erte palermo=pal'ermo orchester=ork'ester kulturell=kultur'ell kontinent=kontinent patient=pazY'ent
patienten=pazY'enten system=Züßt'e:m ökumene=ökum'e:ne charakteristisch=karakter'ißtisch molekül=molek'ü:l
prozess=proz'ess zentimeter=zentim'e:ter kilometer=kilom'e:ter hyazinth=hüaz'int selbständ=Zelb-schtänd
naturdenkmal=nat'u:r-denkma:l weimar=waimar dresden=dre:sden ungar='uNgar kollege=koll'e:ge jazz=Gäss michael=miCael
österreicher='ö:stEraiCer psychologie=psücolog'ie: zoologie=zo:olog'ie: joseph=jo:Zef wilhelm=wilhelm
dargestellt=da:r-gEstellt öffentlich='öffEntlich beauftrag=bE'auftra:g ausmaß=ausma:ß zertifikat=zertifik'a:t
manchester=mänTester mohammed=m'o:hammed vegetar=weget'a:r schwerst=schwe:rst restaur=restaur restaurier=restaur'ie:r
prozession=prozessY'o:n annähernd=annä:ernt charaktere=karakt'e:re chines=Cin'e:z chinesisch=Cin'e:Zisch einzeln=ainzEln
einzelne=ainzElne anzahl=anza:l vorhaben=fo:r-ha:ben gesamt=gEZ'amt allgemein=allgEm'ain telefon=telef'o:n
statistik=schtat'istik geheirat=gEh'aira:t schwerd=schwe:rd
""")

WORDS: dict[str, str] = {
    word: phones.replace("+", " ")
    for word, phones in _table("""
der=D+EE1+RX0 die=D+IY1 das=D+A1+S den=D+EE1+N dem=D+EE1+M des=D+EH1+S wer=V+EE1+RX0 wen=V+EE1+N wem=V+EE1+M
er=EE1+RX0 her=HH+EE1+RX0 wir=V+IY1+RX0 mir=M+IY1+RX0 dir=D+IY1+RX0 ihr=IY1+RX0 ihn=IY1+N ihm=IY1+M ihnen=IY1+N+AH0+N
und=UH1+N+T in=IH1+N im=IH1+M an=A1+N am=A1+M ab=A1+P um=UH1+M zum=TS+UH1+M zur=TS+UW1+RX0 zu=TS+UW1 bis=B+IH1+S
mit=M+IH1+T von=F+AO1+N vom=F+AO1+M was=V+A1+S es=EH1+S das=D+A1+S man=M+A1+N ob=AO1+P hat=HH+A1+T hast=HH+A1+S+T
bin=B+IH1+N wird=V+IH1+RR+T wirst=V+IH1+RR+S+T wurde=V+UH1+RR+D+AH0 wurden=V+UH1+RR+D+AH0+N davon=D+A0+F+AO1+N
oft=AO1+F+T tut=T+UW1+T tust=T+UW1+S+T euer=OY1+RX0 hin=HH+IH1+N
""").items()
}
