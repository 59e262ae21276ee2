"""Further words that have an opposite, as `rag.particulars.opposites` reads them.

Keeping and breaking, starting and ending, giving and taking, presence and absence, kin and roles,
places and times of day, qualities; of comparatives only such as have no adjective here.
"""

# The two sides of a pair stand around a colon; a stroke parts the pairs.
ANTONYMS = """
men man male : women woman female /
hold unchanged : cut hike / hold stand withstand : collapse burst / accept believe : doubt /
welcome approve back support praise : object resent protest / adhere follow : avoid shun ignore /
mild warm : cold colder / thefirst : thelast / rain rainy wet : dry sunshine sunny / play : miss /
sharpen : dull blunt / close shut seal : open unseal / near nearby beside : farfrom / yield
surrender : resist withstand / forsake : take bring carry / break breach violate flout infringe
contravene defy : honour honor fulfil fulfill obey observe respect comply adhere keep / free :
captive / lead : behind / cancel scrap suspend : run operate /
finish complete : abandon / reach meet attain achieve : miss / remember : forget / free release :
jail imprison detain hold / attack : defend protect / defend : criticise criticize attack abandon /
push : pull / add insert : remove delete strip / remove take : leave retain keep / retain :
relinquish lose forfeit surrender / restore reinstate : abolish remove suspend scrap / appoint
elect promote : dismiss sack oust remove demote / promote : relegate demote / create establish
introduce : abolish dissolve disband dismantle / introduce : scrap withdraw / merge unite
join combine reunite : split separate divide part / attend present : absent miss skip boycott /
present presence : absent absence / absent lack : attend / abundant plentiful plenty ample : scarce
insufficient shortage / surplus excess glut : shortage scarcity shortfall deficit / sufficient
enough adequate : insufficient inadequate / fill full : empty vacant / flood : drain / load :
unload / lock : unlock / cover : uncover expose / hide conceal : reveal disclose show publish /
reveal disclose publish release : withhold conceal suppress / advance : retreat / retreat : attack
/ ascend climb rise : descend / float : sink / melt thaw : freeze / heat warm : cool / evaporate :
condense / attract : repel deter / please delight welcome : disappoint dismay anger upset / relief
: disappointment dismay / hope : despair fear / trust believe : doubt distrust mistrust / agree
agreement consensus : disagree disagreement dissent / approve approval support : disapprove
disapproval opposition / friend ally allied : enemy foe rival / peaceful calm quiet : violent
violence stormy rough noisy / peace ceasefire truce : war / willing keen eager : unwilling
reluctant / reward : punish penalise penalize / praise : blame rebuke / thank : blame / forgive
pardon : punish condemn / innocence : guilt / plaintiff claimant prosecution prosecutor : defendant
defence defense / landlord : tenant / employer : employee / buyer purchaser customer : seller
vendor supplier / doctor : patient / winner : runner-up / host : guest / victim : attacker
perpetrator culprit / ancestor predecessor : descendant successor / parent : child / son : daughter
/ brother : sister / mother : father / husband : wife / uncle nephew : aunt niece / grandson
grandfather : granddaughter grandmother / king : queen / boy : girl / actor : actress / ally :
opponent / supporter proponent advocate backer : opponent critic / adult : child / amateur :
professional / male : female / day daytime : night overnight nighttime / morning dawn sunrise :
evening dusk sunset / noon midday : midnight / summer : winter / former previous outgoing : current
incoming / retrospective : prospective / front : back rear / ceiling : floor / port : starboard /
uphill : downhill / upstairs : downstairs / upstream : downstream / indoor indoors : outdoor
outdoors / inward inbound incoming arrival : outward outbound outgoing departure / entrance entry :
exit / inner internal interior : outer external exterior / coast coastal : inland / onshore :
offshore / central : peripheral / local : national / horizontal : vertical / parallel :
perpendicular / clockwise : anticlockwise counterclockwise / young : elderly old / large big huge :
small tiny / tall : short / long lengthy : short brief / wide broad : narrow / deep : shallow /
heavy : light / fast quick rapid swift : slow gradual / hard : soft / rough : smooth / sharp :
blunt / bright sunny clear : dull dim cloudy overcast / clear sunny : foggy / loud : quiet silent /
rich wealthy prosperous : poor / flourish thrive prosper : wither decay / sweet : sour bitter /
fresh : stale / clean : dirty polluted contaminated / clear : murky / pure : impure / dry arid :
damp humid moist / drought : flood / raw : cooked / healthy : ill sick diseased / recover
improve : relapse deteriorate / cure heal : infect / benign : malignant / acute : chronic / mild :
severe harsh / gentle : harsh / slight : severe / lenient : harsh strict / strict tight : lax loose
/ simple : complex complicated / easily : hardly / true genuine authentic real : false fake forged
bogus counterfeit / correct right accurate : wrong incorrect inaccurate / lawful legitimate :
illicit / valid : void invalid / fair just : unfair unjust / honest : dishonest / sane : mad insane
/ conscious awake : unconscious asleep / wake : sleep / sober : drunk / single : married / marry :
divorce / solid : liquid / acid acidic : alkaline / flexible : rigid / stable : unstable volatile /
fixed : variable floating / natural : artificial synthetic / wild : tame captive domesticated /
native indigenous : invasive introduced / vegetable : animal / permanent : provisional interim /
absolute : relative / direct : indirect / active : inactive dormant passive idle / busy : idle
quiet / visible : invisible hidden / known famous : obscure / guilt : innocent / literate :
illiterate / religious sacred : secular / nationalise nationalize : privatise privatize / regulate
: deregulate / centralise centralize : decentralise decentralize / invest : divest / deposit :
withdraw / save : waste spend / save rescue : doom / spend : earn save / borrow : repay /
appreciate : depreciate / overestimate overstate exaggerate : underestimate understate / overvalued
: undervalued / inflation : deflation / boom : recession slump / solvent : insolvent bankrupt /
asset : liability / income revenue : expenditure spending / income receipt : cost / bull : bear /
bullish : bearish / gross : net / minimum least : maximum most / most majority : minority few /
best : worst / often regularly : seldom rarely / seldom : frequently / quickly rapidly promptly :
slowly gradually / immediately : later eventually / sudden : gradual / suddenly abruptly :
gradually / deliberate intentional deliberately intentionally : accidental accidentally
inadvertently / mandatory required obligatory compulsory : optional voluntary / require need
necessary : unnecessary needless optional superfluous / possible feasible : impossible infeasible /
likely probable : unlikely improbable / certain sure : uncertain unsure doubtful / unanimous
unanimously : divided split / united : divided / together jointly : separately alone / attached :
detached / connect link attach join : disconnect detach sever / assemble : dismantle / construct
erect : demolish raze dismantle / repair mend fix : damage break / damage : repair undamaged intact
unscathed unharmed / damage destroy ruin wreck : spare save preserve / destroy : preserve build
rebuild / intact : broken damaged / injured hurt wounded : unhurt uninjured unharmed unscathed /
survive : perish die succumb / born birth : died death / plant sow : harvest reap uproot fell /
stay remain : leave depart move go emigrate / emigrate emigration : immigrate immigration / flee :
stay return / evacuate : return / arrive arrival : departure / land : takeoff / board embark :
disembark alight / accelerate quicken hasten speed : delay hinder slow brake / hasten advance :
delay postpone defer / early ahead : late delayed overdue / punctual : late delayed / extend
prolong lengthen : shorten curtail cut / extend renew : end terminate expire lapse / renew prolong
extend : cancel terminate / sign : tear / enforce : waive / ban prohibit forbid outlaw : legalise
legalize allow permit / allow permit let : stop / legalise legalize : outlaw criminalise
criminalize / arm : disarm / mobilise mobilize : demobilise / escalate intensify worsen : ease
abate subside / intensify strengthen : weaken abate subside ease / ease relax loosen : tighten
toughen / relax ease : stiffen / aggravate exacerbate : alleviate relieve ease mitigate / calm :
inflame / help assist aid : hinder hamper obstruct impede / promote foster stimulate : inhibit
suppress curb / activate : deactivate / enable : disable / facilitate : hinder impede / encourage :
deter / attractive : unattractive / inhibit suppress : stimulate enhance / enhance improve : impair
harm / benefit help : harm hurt / benefit advantage : drawback disadvantage / advantage strength :
disadvantage weakness / beneficial useful : harmful useless / harmless : harmful / effective :
ineffective useless / sense : nonsense / toxic poisonous : harmless / edible : poisonous / appear
emerge : vanish / persist last : vanish fade wane cease / wax : wane / peak : trough / high height
: depth / shrink contract : expand grow / inflate : deflate / stretch : shrink / swell : shrink
subside / rise ascent : descent / doubled double : halve halved / multiply : divide / narrow :
widen broaden / deepen : ease / lighten brighten : darken / brighten : fade / strengthen firm :
weaken soften / harden : soften / thicken : thin / steepen : flatten / victorious : defeated /
score convert : miss / leader : bottom / qualify : eliminated / qualify advance : miss / selected
pick : drop omit / fit : injured / confident optimistic hopeful : doubtful pessimistic gloomy /
hopeful : hopeless / happy glad pleased satisfied : unhappy sad dissatisfied / satisfied content :
dissatisfied / proud : ashamed / calm : anxious nervous / brave : cowardly / generous : mean stingy
/ polite : rude / hostile : friendly supportive / supportive : opposed / wise : foolish / patient :
impatient / careful cautious : careless reckless / trusting : suspicious / loyal : disloyal
treacherous / innocent : guilty / affirm uphold : reverse / assert affirm : deny contradict /
confirm corroborate verify support : contradict disprove refute undermine / prove : disprove /
support consistent : contradict inconsistent / accept : dispute contest challenge / agree : contest
/ welcome invite : shun reject / invite : exclude bar / admit : exclude expel bar / admit accept :
expel / include contain : omit lack / acquire gain : lose forfeit shed / obtain gain : forfeit /
grant award : withhold revoke / award : strip / grant issue : revoke withdraw / issue : recall /
impose introduce : lift abolish / impose : waive / levy : waive / lift ease : tighten impose / ban
: unban / upgrade : downgrade / overweight : underweight / overpaid : underpaid / overtake : trail
/ inferior : superior / junior : senior / subordinate : superior / primary : secondary / major :
minor / serious grave : trivial minor slight / important significant : unimportant insignificant
trivial minor negligible / significant substantial considerable : negligible marginal slight
insignificant / large : negligible / vast : tiny / strong : faint feeble / powerful : weak
powerless / fierce : mild / dense : sparse / crowded : deserted empty / densely : sparsely /
populous : uninhabited / inhabited : uninhabited deserted / fertile : barren infertile / steep :
gentle flat / mountainous : flat / straight : curved crooked / rural : urban / highland upland :
lowland / northward northwards : southward southwards / northerly : southerly / easterly : westerly
/ convex : concave / singular : plural / guilty : cleared / positive : negative / plus : minus /
agree : refuse / heed heeded obey : defy disobey / before : after / until : since / prior :
subsequent / previous : following / preceding : following / predate : postdate / older elder :
younger / high : low / nearer closer : farther further / closest nearest : farthest furthest /
fewer : more / fewest : most / fewer less : greater / greater larger : lesser / better : poorer /
thick : thin / wet : dry / brighter : darker dimmer / harder tougher : easier softer / tougher
stricter : looser softer milder / safer : riskier / sooner : later / strong : weak / lighter :
heavier darker / warm hot : cold cool / cheapest : dearest costliest / costlier dearer pricier :
cheaper / easy : hard / sustain retain
maintain preserve : lose
"""
