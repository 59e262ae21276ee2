"""Ordinary English words, one of each family: a capital at the head of a sentence names nobody.

Words that are common as names too (Rose, Hill, Grant) are left out: they are held to be names.
"""

from rag.particulars.words import stem_of

_WORDS = """
aberrant ability ablation able abnormal abnormalities abortion about above abroad abrupt absence
absolutely absorbed absorption abundance abundant abuse academic accelerated accepting access
accessible accommodate accompanied according accordingly account accumulation accuracy accurate
accused achieve acid acidic acidification acidity acknowledged acquired acquitted across actin
acting action activated activator active activists activity actors actual acute ad adaptation
adapting adaptive addition additional addressing adds adenosine adequate adhesion adipocytes
adipose adjustment administering administration administrators admit adolescents adopt adulthood
adults advanced advantage adverse advertising advice advise advocates aerosols affect affinity
afford after afterwards again against age aged agency agent aggravated aggressive aging agree
agreed agriculture ahead aid aim air aircraft airlines airplane al alarmists albedo album alcohol
alert algae algorithm all alleged allele allogeneic allows almost alone along alongside alpha
alpine already also alterations altered alternative although altitude altogether always
ambassadors ambitious ambulatory amid ammonia among amount amplifies amygdala an analyses analysis
analysts analyzing anandamide anatase ancient and anglicized animal announced annual anomalies
another answer anterior anthropogenic anti antibiotics antibody anticipation antidepressants
antigen antihypertensive antimicrobial antiretroviral anxiety any anyone anything anyway anywhere
apart apoptosis apparent appearances application apply applying appointed approach appropriate
approval approximately architectural areas aren arguably argue armed around arousal arrangement
arrays arrest arrive article artificial artist as ascorbic aside asked askinglot aspects aspx
assault assembly assessing assets assigned assistance associations assuming assumptions asteroid
asymmetric asymptomatic at atherosclerosis atherosclerotic athletes atmosphere atmospheric atolls
attackers attacks attempt attended attention attentional attraction attributable attribution
auditors auditory author authority autism autistic autoimmune autologous automatically autonomic
autophagy availability available average aviation avoiding awarded aware awareness away axis
axonal baby back background bacteria bacterial bad baggage bags balance ball ballots band bank
bans bar bariatric baseball based baseline baseload basically basis basketball basophils batches
bats beans beat because becoming before beginning behavior behavioural behind beige belief believe
believers below beneath beneficial benefits besides beta better between beyond bias big bigger
biggest billion binding biochemical biodiversity biogenesis biological birds birth bison blame
bleaching blend blind blocking blog blood board body boiling bonds bone bonus book boomers border
born borrowed borrowers both bottles bottom boundary bradycardia brain brands break breast
breathing breed breeders breeding bridges bright brightening brine bring briny broader broadly
broilers brother brown bubbles budget buildup built bulk bullying bumblebees burden bureau burning
bursts buses bushfires businesses but buyers buying by calcium calculated calendar call called
calorie cameras campaigners campaigns campus can cancel cancers candidates candy cannot
capabilities capable capacity capita capital capitalize caps captain capture carbon carbonate
carbonic card cardiac cardiomegaly cardiovascular care career carefully carriers carry cases cash
cast catastrophic category cats cattle caught causes cells cellular census cent centimetres
central century cerevisiae certain certainty cervical chain chair challenges chance chancellor
changes channels chaperone character characteristics characterization characterized charcoal
charge chart cheap cheaper check chemical chemistry chemokines chickenpox chickens childhood
children chip chlorine choice cholesterol choose chromatin chromosome chronic chunk cigarette
cinema circadian circulation circumstances citation citing citizen citizenship citrullinated city
civilization claims clarity class classical classified classroom clathrin cleaning clearly client
climate climatic climatology clings clinical clinicians clogs closer closing cloth clouds club
clusters cnbc co coach coal coastal coat code coffee cognitive cohort cold colder coldest colic
colitis collaboration collapse colleagues collecting collectively colleges collisions color
colorectal colorless combat combination combinatorial combining combustion coming commanders
comments commercial commit committee common communication communities commuters company comparable
comparatively compared comparisons compensation compensatory compete competition competitive
complete complex complexity compliance complicated components composed composition compound
comprehensive computational computed computer concentrated concept concerns concluded conclusions
concurrent condensation conditions conducting cones confidence confirmation confirmed conflicts
congress connection connectivity consecutive consensus consent consequences consequently
conservation conserved consider considerable considerably consideration consistent consists
conspiracy constant constitute constitutive construction consult consumed consumers consumption
contact contains contemporary content context continental continuation continued continuous
contraction contrarian contrary contrast contributions contributor control controversial
controversy convection conventional conversely converting convicted convincing cooks cooler
cooling cooperation coordinates copies coral core corn coronary coronavirus corporations
corrections correlation corresponding correspondingly cortex cortical cosmic costs could couldn
council councillors counsel count country county couple course court cover coverage cows crab
cracking cream creating creative creditors crime criminal crisis criteria criticism critics crops
cross crossover crucially crude cubs culprit cultures cumulative curb cure currency currently
curve customers cutting cyanobacteria cyclin cycling cyclists cyclones cytochrome cytokines
cytology cytoplasmic cytosolic daily damage danger dangerous dark darker data database datasets
dating daughters days daytime de dead dealing death debating debris debt debut decades deceased
decided decision declared decline decreased dedicated deed deep deeper default defeated defect
defective defender deficiency deficient deficits define definition definitive deforestation
degradation degree dehydration delays delegates deletion deliberately delivered delivery demand
dementia demonstrate demonstrators dendritic dengue dense density departments dependent depending
depletion depression deprivation deprived depth derivation derivatives derived describing
description deserts designed despite destination destroying destruction details detected
detectives determine detrimental devastating develop developer developmental devices diabetes
diabetic diagnosed diagnosis diagnostic diagram didn died dielectric diesel diet dietary
difference different differential differentiation difficult difficulties diffuser digital
dimensional dimensions diminished dimming dioxide diplomacy diplomats dipole direct director
disability disappear disasters disastrous discernible discover discovery discrepancy
discrimination discuss diseases disorders disperse displacement displayed displaystyle disposal
disproven disputes disruptions dissociation dissolved distance distant distillation distinct
distributed district divergence divers diverse diversity dividends dividing do dockers doctors
documentary documentation documented doesn doing dollars domain domestic dominant dominated
donations donors dopamine doses doubling doubt down download downward draft dragonflies dramatic
drastically drawing drier drilling drink driven drivers droplets dropped drought drug drum dubbed
due duration during dust duty dyes dying dynamically dysfunction each earlier earliest early
earned earthquakes easier easily easy eat ecological economic economists economy ecosystems
ectopic ed edge edible edition editor education educational effective effectiveness effects
efficacy efficiency efficient efforts eight either elderly elected electrical electricity electron
electronic elementary elements elevated elevator eleven eligible eliminating elite elongation else
elsewhere email embryonic embryos emergencies emerging emissions emitted emotion emotional
empirical employ employees employers enables encoding encourage end endangered endometrial
endoplasmic endorse endurance energy enforcement engaging engine engineers engraved enhanced
enhancer enjoy enormous enough ensure entanglement enter entertainment entire entitled entry
envelopes environment environmental envoys enzymes epidemiological episodes epithelial equally
equator equatorial equilibrium equipment equivalent erectile erosion error eruptions escape
especially essay essentially establishing estate estimates etc etched ethanol ethnic euro
evaluation evaporation even events eventually ever every everyone everything everywhere evidence
evident evolution evolved ex exact exaggerated examination examined examples exams exceeding
exceeds excellent exception excess excessive excluding exclusive executive exempt exercise exerts
exhaustion exhibit exist existential exit expand expansion expectations expected expedition
expenditure expenses expensive experienced experiment experimental experts explain explanation
explicitly explore explorers exports exposed exposure expression extended extension extensive
extent external externalities extinction extra extracellular extractive extraordinary extreme eye
face facial facilitate facilities factories factors facts failing failure fair fake fall falling
false families famine famous fans far farmers farms fashion faster fastest fasting fatal father
fault favor fear featuring federal feedback feeding feel feet fellow female ferries fetal fever
few fewer fiber fibroblast fibrosis fifty fighter fighting figures file fill filming finally
finance financial findings fines fingerprint fingers finishing fire firefighters firm first fish
fishermen fitness fitting five fixed flag flat flawed flexible flies flights flip floating floods
floor flora flowing flu fluctuations fluid flush flux focusing fog folate fold folic folks
following food football for forcing forecast foreign forests forever forget forkhead formation
former forms formula forty forward fossil foster foundations four fourteen frac fracking fraction
fractures frame framework franchises frankly fraud free freedom freezer freezing frequency
frequent fresh friends from front frost frozen fruits fuel full fully fun function functional
fundamental funding furniture further future gain galaxy gallons games gamma garbled gas gastric
gather gauge gay gear gender general generating genes genetic genome genomic geological geologists
geometric geometry geothermal germ get giant gigatonnes girls given glacial glaciation glaciers
glass glial glioblastoma glioma global glucose glutamate goal goalkeeper goes going gone good gov
government governor grade gradual graduates grain gram grammar granite granted granule graph
graphic gravity gray greater greatest greatly greener greenhouse grid gross ground groundwater
group growing growth guaranteed guess guide guidelines gunmen gusts guys habitat habitual hackers
half handle hands happening happiness hard harder harm harmful harmony harsh hasn having hazard he
headaches heading health healthcare healthier healthy heard heart heartbeat heat heatwaves heavier
heavily heavy height help helpful hematopoietic hemoglobin hence here herpes herself heterogeneity
heterologous hiatus hide high higher highest highlight himself hip hippocampal hippocampus his
histone historically history hit hoax hockey holding hole home homeostasis homework homocysteine
homozygous honeybees hooligans hoping hormone horses hospitals hostages hosts hot hothouse hotter
hottest hours households houses however html https huge human humanity humid humidity hundreds
hurricanes hurt husband hydrofluorocarbons hydrogen hydronephrosis hydroxide hypertension
hypochlorite hypothalamic hypotheses hypothesis hypothetically ice idea ideal identical
identification identify identity if iflscience ignoring illegal illness illusory illustrate image
imagine imbalance immediately immigrants immigration immune immunity immunoglobulin impacts
impaired implement implementation implications implies importantly imports imposing impossible
impressed impressive improvements impulsivity in inaccurate inappropriate incentive inches
incidence incident including inclusive income inconsistent incorporating incorrect increases
increasingly incredibly indeed independence independent indexed indicate indicators indirectly
individual induced induction industrial industrialization industry ineffective inequality infants
infection infertility inflammasome inflammation inflammatory inflation influence influencing
influential influenza information informed infrared infrastructure ingredients inhabit inherited
inhibiting inhibitor initial injected injury inland innate innovative input insects insertion
inside insights insignificant insomnia inspections inspectors inspiration inspired instability
installations installing instead institutional institutions instruction instructors instrumental
insufficient insula insulin insurance intake integral integrated integrity intellectual
intelligence intelligent intended intense intensifying intensity intensive intentionally inter
interaction interactive interested interference interglacial interior interleukin internal
international interpretation interrupt interscholastic interschool interval intervention interview
intestinal into intra intracellular intraepithelial intramembrane intramural introducing
introduction invading invasion invasive invented investigation investigators investing investors
invited involvement ionic irisin iron ironic irradiance irrelevant irreversible is isolated
isotopes issues it item its itself ivermectin jars jobs joined joint journals judges judiciary
jump jurors jury just keep kidney kids kill killed kilometers kilometres kinase kind kinetic knee
knockdown knockout knowledge known labeling labor lack lambda lamin land language lapse laptop
large larger largest laser last late later latest latitudes latter launched law lawmakers lawsuit
lawyers layer leaders leadership leading leaks learn learners least left legal legislation
legislative legitimate lenders length lesions less let letter leukemia levees level lexicography
licensing lies life lifelong lifespan lifestyle lifetime ligand ligation light lightning like
likelihood likewise limitation limited line lineage linear linguistic linking lipid liquids list
listen listeners literature litigation litre litterbox little livehealthy liver living load loan
local localization located lockdown locus lone long longer longevity longitudinal looking loop
losing loss lots low lower lowest luminosity lung lupus luxury lying lyrics lysine machine
macrophages magazine magistrates magnetic magnitude mail main maintaining maintenance major
majority make makers malaria males malnutrition mammalian mammals management manager mangrove
manner manufacturing many margins marine marked markedly markers marketing marriage married masks
mass massive match matchcenter material maternal math mathematical mating matrix matsutake matter
mature maximal maximum maybe mayor mean meaningful meanwhile measurements meat mechanical
mechanism media median mediated medical medications medium medullary meeting melting members
membership membrane memorials memory men mentalfloss mentioned merely mesenchymal message
metabolic metabolism metals metasilicate metastasis metastatic meter methane methodology methods
methylation metres metric mg mice microglia microwave micsroscopic middle midfielder might
migraine migrants migration mild militants military millennia millennials million mind miners
minimal minimizing minimum mining ministers ministry minority minute misleading mission mistakes
misunderstandings misunderstood mitigation mitochondria mitochondrial mixed mixture mlssoccer mode
models moderate modern modest modifications modified module moisture mole molecular molecules
moment monetary money monitors monoclonal monocytes monomers mononuclear months monument more mori
morphology mortality most mother motion motorists mountain mouse movie movies moving much multi
multilateral multiple multiply multivariable murine muscle muscular mushrooms music must mutant
mutations my mycolic myeloid myocardial myth named narrative narrow narrowbody nation nationwide
native natural nearby nearly necessarily necessary need negative negotiators neighbor neighbours
neither neonatal neoplasia nerve nervous net network neural neurological neuron neutral
neutralizing neutrophil never nevertheless newly newspaper next night nine ninety nitrogen nitrous
no nobody nocturnal noise nomination nominee none nonhuman nonschool nor normal not notable
notably nothing notice noticeable notion novel now nuclear nucleus numbered numerous nurses obese
obesity objective objects observational observations observed observers obtain obviously occipital
occupational occupied occurred occurrence ocean odd odorless of off offender offensive offer
officers officials offset offshore often oil okay older oldest ommatidia on once one ongoing
online only onset onto opened operations operative operators opinion opponents opportunities
opposed opposition optimal options or oral orbital ordering ordinary organ organic organisms
organizations organized originally originates other otherwise our out outbreak outcomes outdoor
outer outgassing outgoing outline output outside outweigh ovarian over overall overestimated
overexpression overweight overwhelming owing owned owners oxidation oxidative oxide oxidized
oxygen oyster ozone pace packaging pain painful paint pair pale palm pancreatic pandemics panels
paper paradoxically paragraph parallel paramedics parameters parents parliament part partial
participants participation participatory particles particularly particulate parties partnered
partnership pass passengers passport past patches path pathogenesis pathogens pathway patients
patterns payment pays peak pedestrians pediatric peer penalties people per perceive percent
percentage perception perfect performing perhaps period peripheral permafrost permanent permission
persist persistent personal personnel perspective pervasive petroleum pharmacist pharmacological
phase phenomena phenomenon phenotype phenotypic philosophers philosophical phone phosphorylation
photo photosynthesis photosynthetic photovoltaic phrase physical physicians physiological pick
picture piece pilots pine pioglitazone pipes place placebo planet planetary planning plants plaque
plasma plastic plasticity platform play players please pledges plenty plus pneumonia pointing
polar police policy political politicians pollen polling polls pollutants pollution polymerase
polymerization poorer poorly popular population porcini portable portion pose position positive
possibility possible possibly post posttraumatic potent potential pots pounds pours poverty powder
power powerful ppmv practical prazosin pre precipitation precise predators predictions predictive
preexisting prefer prefrontal pregnancy pregnant preliminary premature premiere preparing
prescribed presence presently president presidential pressure pretty prevalence preventing
previous prey prices primarily primary principal principles prior prioritize priority prison
prisoners privacy private pro probability probable probably problems procedures proceed process
producer producing product productive productivity professional professor profile profit profound
progenitor progerin prognosis programs progression progressive prohibited projections
proliferation prolonged prominent promise promote promoters prompted prone pronounced proof
properly property proponents proportion proposed prosecutors prosperity prostate protecting
protective protein protest protesters prove proven provider providing province proxy
prudentreviews psychiatric psychological public publication published pulmonary pulses pump
punishment pupils purchase pure purpose purposefully push put pylori quadrature qualifications
qualified quality quantity quantum quarter question quick quiet quite quoted race radar radiation
radiative radiology rain rainfall rainforests raise random range ranked rapamycin rape rapid
rarely rash rather ratios rats raw rays reaching reaction reactive reactivity read readily ready
reality realize really reason reasonable rebels rebounds received recent receptor recognition
recognizing recommend reconstitution reconstructions record recovery recruits recurrence recurring
recycling red reduced reduction reefs referee referenced references reflecting reflective
reflectivity reforms refugees regain regarding regardless regime region registered registration
registry regression regular regulation regulators regulatory reinforcement related relationships
relatives relaxed released relevant reliable religion religious rely remains remarkably remember
remind remission remote removal renal renewable renewal rents repairs repeat repeatedly replacing
replenishment replication report reportedly represent representation reproduce reproductive
reprogramming request required rescuers research researchers residence residency residents
residual resilience resilient resistance resistant resolution resources respect respectively
respiration respiratory responding responses responsibilities responsible responsive resting
restoration restore restriction results reticulum retinoic retirement retreat return revealed
revenue reverse reversible reviewers reviewing revised revved reward rhythmic ribosomal rice
riding right rigour ringed rising risk roads robust rock rods role room root rotation rotator
roughly rounding routes routine rules run runaway runner runnersworld runoff rural safe safety
sailors salary sales salinity salt same samples sand sang satellite saturated saved say scaling
scandal scapular scattered scenarios scenes schedule schematic scholars schools science scientific
scientists scope scores scrambling screening sea seabirds seal search season seat seawater second
secondary secretary secretion sections sector secure security sediments see seed seek seem
selected selective self selling semi sending seniors sensing sensitive sensitivity sensory
separate sepsis sequels sequence serial series serious serum serve services session set settle
seven seventy several severity sexual shale shall shallow shapes shareholders shares sharp
shattering she sheet shelf shells shelves shifting ships shops short shortages shortened shorter
shot should shoulder show showers shrimp shrinking sibutramine side signals signatures
significantly similarly simple simply simulation simultaneously since singer single sink sister
site situations sixth sixty size skepticism skeptics skills skin sleep slightly slowdown slower
slowing small smaller smart smog smoke smokestacks snow snowfall snowflakes so soccer social
societal societies socio sodium soft software soil solar sold soldiers solely solid solidarity
solutions solve somatic some somebody someone something sometimes somewhat somewhere song soon
soot sort sounds sources space span spatial speaker speaking special specialized species
specifically specificity specimens spectators spectrum speech speed spells spending spin
spiritedness splitting spokesman spokesperson spokeswoman sponsored spontaneous sport spot
spraying spreading spring spurred square stability stabilized stable stackexchange staff stages
stakeholders standard standing stars starting state static stationary statistical status stay
steadily steady steam steep stem step stereotypes stick stiff still stimming stimulation stimuli
stocks stomata stomatal stop storage store stories storms straightdope strain strand strange
strangulation strategies stratosphere stratospheric stream strength strengthened stress striker
striking stroke stromal strong stronger strongest structure struggle students studies studio
styles subject subjective subscribers subsequent subsidies substances substantial substrate
success successful such sudden suffer sufficient sugar suggested suitable sulfate sulfur
summarized summary summer sunlight sunspots supervised supplementation supply supporters
supporting suppose suppression suppressor sure surface surge surgery surgical surprised
surprisingly surrounding surveillance surveys survival survivors susceptibility susceptible
sustainability sustained sweat switched symbol symbolic symmetry sympathetic symptoms synaptic
syndrome synthesis synthetic system systematic systemic tackle taking talent talk tall targets
tartar task taxation taxes teach teachers team technically techniques technology teeth telephone
television tell telling temperate temperatures temporal temporarily temporary ten tend tennis
tension tenths terminal terms terrestrial terrorist testable tests thalamic thalamus than thanks
that thawing the their them themselves then theoretical theory therapeutic therapies there thereby
therefore thermal thermodynamics thermometers these they thick thickness things think thinning
third thirty this thorough those though thousands threatening threats three threshold through
throughout throw thus thymic ticket tidal tides tied till time tiny tipping tired tissue titled to
tobacco today together tolerance toll tonic tonnes tons tools top topic total touch tough tour
tourism tourists tournament toward town toxic trace track tract trade traders tradition
traditionally traffic trafficking trains traipsed trait trans transcription transcriptional
transcriptome transfer transgenic transient transition translating transmission transplantation
transport transportation trapping trauma traumatic travel travelers treasurer treatment tree
trends trials triangle tribe tribunal trick triggering trillion trilogy trip troops tropical
troposphere tropospheric trouble truck true truffles try tuberculosis tubing tumor tumour turbines
turn tweet twentieth twenty twice twin two type typically tyrosine ultimately ultrasound unable
unadjusted unbiased uncertain uncertainty unclear uncoupling under underestimate undergo
underground underlying undermine understanding unemployment unequivocal unexpectedly unfortunately
unhealthy uninhabitable unions unique unit universities unknown unless unlike unlimited
unprecedented unrealistic unstable unsupervised until untrained unusually up upcoming updated upon
upper upregulation upset uptake upward urban urbanization urgent urinary urine usage use used
useful users using usually utility utilizing vaccination vaccine vacuum vagal vagaries valid
validity value vapor vapour varenicline variability variable variants variations varicella variety
various varsity varying vast vegetation vehicle vendors verification verify version versus vertex
very vessels veteran vibrational victims victory video views vigorous village violation violence
viral virtually virus visible vision visitors visits visual vitamin vitro vivo vocals voice
volcanic volcanoes volume volunteers vortex voters votes vulnerability vulnerable wages waiting
wake walking wall want warmer warmest warming warmth warnings wasn waste wastewater watchdog
watching water watts wavelengths waves ways we weak weaker wealth wealthy weapons wearing weather
website weekly weighed weighted welfare well wetlands wetter whatever when whenever where whereas
whereby whether which while whites who whoever whole whom whose wide widespread wife wiki wild
wildfires wildlife winds wing winner winning winters wipe wisdom with withholding within without
witnesses women words workers workforce working workouts workplace workshops world worldwide
worrisome worry worse worsening worship worst worth would wouldn wound wrap writer written wrong
yarn years yeast yet yields you young younger your yourself youth zero zone zoster
"""
# People, things and doings that news, minutes, rules and abstracts begin with.
_SUBJECTS = """
abstentions accountants adherence admission airports amnesty anger applause archaeologists
architects ash assassination astronomers asylum attrition avalanches bail barley barristers beer
bees bids biologists biomass birch bleeding boats bosses bread broadband broadcasters brokers
builders bulbs bulletins burials canals cancellations carers castles casualties caterpillars
cathedrals chairman challengers champions cheese chemists chicks chocolate churches claimants
clerks closures coalitions cocoa coins consultations contenders contractors crews cups custody
dams defendants demolition denial departures deportation deposits deputies detention discharge
disclosure dismissal dizziness dogs doors dosage dropout dwellings eggs elephants encryption
execution extradition federations fees firmware flowers founders gales galleries goats grapes
graves grief growers guards hail harbours hardware headteachers historians honours hostels hotels
hunters imams imprisonment inhabitants inmates internet inventories journalists keepers kidnapping
landlords landslides larvae leagues lecturers lessons libraries licences lighthouses lobster maize
malware marchers medals mediators mileage milk mobile mortgages mosques moths motorways mourners
museums musicians nausea negotiations nests notification nuns offline orphans palaces parole
passwords payouts pensions permits physicists pigs pilgrims pipelines potatoes pottery praise
priests prizes probation publishers punctuality quarries rabbis railways ransom ransomware readers
reception refineries refunds refusal rejection relapse relief reporters reservations reservoirs
resignation restaurants retention rivals robbers roofs routers ruins sailings schemes senators
servers sheep shock silence skulls smugglers snakes solicitors spiders spokesmen spruce squads
surgeons surveyors suspects swelling swimmers tablets tankers tariffs tea temples tenants tenders
termination theatres thieves towers trams travellers treaties trophies trustees tunnels turbidity
turnout turnover umpires unanimity verdicts viewers villagers vomiting whales wheat widows windows
withdrawal worshippers yachts yards
"""
# These open sentences and are hardly ever written small.
_CONNECTIVES = """
moreover furthermore nevertheless nonetheless meanwhile therefore thus hence otherwise instead
overall lastly firstly secondly thirdly besides alongside amid despite regardless likewise
hereafter thereafter notwithstanding
"""
ORDINARY = frozenset(
    stem_of(word) for word in (*_WORDS.split(), *_SUBJECTS.split(), *_CONNECTIVES.split())
)
