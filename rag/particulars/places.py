"""Words that name one thing in several ways: countries and their people, titles, short forms."""

# A country: its name, then its other names, its adjective and its people.
_COUNTRIES = """
afghanistan afghan afghans; albania albanian albanians; algeria algerian algerians;
angola angolan angolans; argentina argentine argentinian argentines argentinians;
armenia armenian armenians; australia australian australians; austria austrian austrians;
azerbaijan azerbaijani azerbaijanis azeri; bahrain bahraini;
bangladesh bangladeshi bangladeshis; belarus belarusian belarusians; belgium belgian belgians;
benin beninese; bhutan bhutanese; bolivia bolivian bolivians; bosnia bosnian bosnians;
brazil brazilian brazilians; britain british briton britons uk; bulgaria bulgarian bulgarians;
burundi burundian; cambodia cambodian cambodians; cameroon cameroonian;
canada canadian canadians; chad chadian; chile chilean chileans; china chinese;
colombia colombian colombians; congo congolese; croatia croatian croatians croat croats;
cuba cuban cubans; cyprus cypriot cypriots; czechia czech czechs; denmark danish dane danes;
ecuador ecuadorian ecuadorean; egypt egyptian egyptians; england english englishman;
eritrea eritrean; estonia estonian estonians; ethiopia ethiopian ethiopians;
europe european europeans; fiji fijian; finland finnish finn finns;
france french frenchman frenchwoman; gabon gabonese; gambia gambian;
georgia georgian georgians; germany german germans; ghana ghanaian ghanaians;
greece greek greeks; greenland greenlandic; guatemala guatemalan; guinea guinean;
guyana guyanese; haiti haitian haitians; honduras honduran; hungary hungarian hungarians;
iceland icelandic icelander; india indian indians; indonesia indonesian indonesians;
iran iranian iranians; iraq iraqi iraqis; ireland irish irishman; israel israeli israelis;
italy italian italians; jamaica jamaican; japan japanese; jordan jordanian jordanians;
kazakhstan kazakh kazakhs; kenya kenyan kenyans; kosovo kosovar kosovan;
kuwait kuwaiti kuwaitis; kyrgyzstan kyrgyz; laos lao laotian; latvia latvian latvians;
lebanon lebanese; liberia liberian; libya libyan libyans; lithuania lithuanian lithuanians;
luxembourg luxembourgish; madagascar malagasy; malawi malawian; malaysia malaysian malaysians;
mali malian; malta maltese; mauritania mauritanian; mexico mexican mexicans;
moldova moldovan moldovans; mongolia mongolian; montenegro montenegrin;
morocco moroccan moroccans; mozambique mozambican; myanmar burma burmese; namibia namibian;
nepal nepali nepalese; netherlands dutch holland dutchman; nicaragua nicaraguan;
niger nigerien; nigeria nigerian nigerians; norway norwegian norwegians; oman omani;
pakistan pakistani pakistanis; palestine palestinian palestinians; panama panamanian;
paraguay paraguayan; peru peruvian peruvians; philippines philippine filipino filipinos;
poland polish pole poles; portugal portuguese; qatar qatari qataris;
romania romanian romanians; russia russian russians; rwanda rwandan rwandans;
scotland scottish scot scots; senegal senegalese; serbia serbian serbians serb serbs;
singapore singaporean; slovakia slovak slovaks slovakian; slovenia slovenian slovene slovenes;
somalia somali somalis; spain spanish spaniard spaniards; sudan sudanese;
sweden swedish swede swedes; switzerland swiss; syria syrian syrians; taiwan taiwanese;
tajikistan tajik; tanzania tanzanian; thailand thai thais; togo togolese;
tunisia tunisian tunisians; turkey turkish turk turks turkiye; turkmenistan turkmen;
uganda ugandan ugandans; ukraine ukrainian ukrainians; uruguay uruguayan;
us usa american americans america; uzbekistan uzbek uzbeks; venezuela venezuelan venezuelans;
vietnam vietnamese; wales welsh welshman; yemen yemeni yemenis; zambia zambian;
zimbabwe zimbabwean; africa african africans; asia asian asians; paris parisian; rome roman;
vienna viennese; moscow muscovite; london londoner londoners; berlin berliner;
jewish jew jews; arab arabs arabic; mauritius mauritian; botswana batswana;
barbados barbadian; bahamas bahamian; belize belizean; maldives maldivian; tonga tongan;
samoa samoan; suriname surinamese; eswatini swazi; djibouti djiboutian; brunei bruneian;
trinidad trinidadian; macedonia macedonian; bermuda bermudian; palau palauan; nauru nauruan;
monaco monegasque; andorra andorran; timor timorese; tibet tibetan; catalonia catalan catalans
"""
ONE_NAME = {name: names.split()[0] for names in _COUNTRIES.split(";") for name in names.split()}
# Two words that are one name.
JOINED = {
    ("united", "states"): "us",
    ("united", "kingdom"): "britain",
    ("great", "britain"): "britain",
    ("saudi", "arabia"): "saudi",
    ("south", "africa"): "southafrica",
    ("south", "african"): "southafrica",
    ("north", "korea"): "northkorea",
    ("north", "korean"): "northkorea",
    ("south", "korea"): "southkorea",
    ("south", "korean"): "southkorea",
    ("new", "zealand"): "newzealand",
    ("sri", "lanka"): "srilanka",
    ("sri", "lankan"): "srilanka",
    ("czech", "republic"): "czechia",
    ("united", "nations"): "un",
    ("european", "union"): "eu",
    ("federal", "reserve"): "fed",
}
# Capitals and offices, each for the government that sits there.
SEATS = {
    "beijing": "china", "moscow": "russia", "kremlin": "russia", "washington": "us",
    "london": "britain", "westminster": "britain", "paris": "france", "berlin": "germany",
    "rome": "italy", "madrid": "spain", "lisbon": "portugal", "warsaw": "poland",
    "prague": "czechia", "vienna": "austria", "budapest": "hungary", "athens": "greece",
    "ankara": "turkey", "kyiv": "ukraine", "kiev": "ukraine", "minsk": "belarus",
    "tehran": "iran", "teheran": "iran", "baghdad": "iraq", "damascus": "syria",
    "riyadh": "saudi", "cairo": "egypt", "jerusalem": "israel", "tokyo": "japan",
    "seoul": "southkorea", "pyongyang": "northkorea", "delhi": "india", "islamabad": "pakistan",
    "canberra": "australia", "ottawa": "canada", "pretoria": "southafrica", "brussels": "eu",
    "stockholm": "sweden", "oslo": "norway", "copenhagen": "denmark", "helsinki": "finland",
    "dublin": "ireland", "belgrade": "serbia", "taipei": "taiwan", "hanoi": "vietnam",
}  # fmt: skip
# In front of a name and never a part of it.
HONORIFICS = frozenset(
    "mr mrs ms miss mx dr sir dame lord lady madam prof professor st lj qc kc jr sr phd md mp cbe "
    "obe mbe herr frau señor senor señora senora monsieur madame".split()
)
# Offices: written with a capital before a name, in small letters elsewhere.
ROLES = frozenset(
    """
    president vice prime minister secretary senator governor mayor judge justice chief captain
    general colonel major lieutenant sergeant king queen prince princess pope bishop archbishop
    cardinal councillor chancellor ambassador speaker chairman chairwoman chair director manager
    officer commissioner treasurer professor doctor inspector superintendent constable deputy
    leader coach editor reporter minister's foreign finance defence defense interior health
    transport education energy justice attorney prosecutor representative congressman congresswoman
    premier sheikh emir sultan sheriff executive head spokesman spokeswoman spokesperson author
    researcher engineer lawyer driver analyst economist scientist coordinator clerk surveyor
    geologist painter architect designer founder owner former acting state member
    """.split()
)
SAME_ROLE = {
    "cllr": "councillor", "ceo": "executive", "cfo": "finance", "pm": "minister", "mps": "member",
    "prof": "professor", "gov": "governor", "sen": "senator", "gen": "general",
    "col": "colonel", "capt": "captain", "lt": "lieutenant", "rep": "representative",
    "gop": "republican", "bce": "bc", "ce": "ad", "hq": "headquarters", "vp": "vice",
    "ag": "attorney", "sens": "senator", "reps": "representative", "dems": "democrats",
    "tory": "conservative", "tories": "conservatives",
}  # fmt: skip
# What a place or a country has, so that its name may stand before it.
BODIES = frozenset(
    """
    court department ministry council police university agency senate house government parliament
    legislature assembly army navy force commission county city state authority board bank
    institute party republican democrat administration
    """.split()
)
