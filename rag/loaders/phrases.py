"""The phrases by which a document speaks to a machine, as patterns: sure ones and weak ones.

A sure phrase is one that news, letters and manuals hardly ever hold. A weak one ("in your reply,
please include") is written to people as well, and counts only with a second cue near it. Each
pattern reads a bounded stretch from where it begins, so that all take linear time.
"""

OVERRIDE = "asks to disregard earlier instructions"
ROLE = "gives a machine another role"
LEAK = "asks for a machine's instructions"
CONCEAL = "asks to keep something from the user"
ADDRESS = "speaks to a language model"
MARK = "holds a mark of a chat with a language model"
_SEND = "asks to send data away"
_FORCE = "says what an answer must be"

# Between the parts of a phrase. Words and what parts them share no character and all is bounded,
# so that there is one way to read a text and it takes linear time.
GAP = r"[^\w.!?;]{1,4}"
_WORDS = rf"(?:{GAP}\w{{1,20}})"
NEAR = rf"{_WORDS}{{0,4}}?{GAP}"
_FAR = rf"{_WORDS}{{0,10}}?{GAP}"
# "Do not forget the earlier instructions" asks for the contrary.
NOT_DENIED = (
    r"(?<!\bnot )(?<!n['’]t )(?<!never )(?<!\bno )(?<!\bn[ãa]o )(?<!\bnon )(?<!\bne )(?<!\bn['’])"
    r"(?<!\bне )"
)
# "AI researchers" are people.
_NO_PERSON = (
    r"(?! (?:engineer|researcher|expert|scientist|developer|compan|firm|start-?up|student|teacher"
    r"|professional|specialist|vendor|provider|user|enthusiast|practitioner|ethic|polic|artist))"
)
_MODEL = (
    r"(?:(?:(?:large )?language|ai|llm) (?:model|assistant|agent|system|bot|tool|reviewer|reader"
    r"|crawler|chatbot)s?|ai language models?|ais?|llms?|chat ?bots?|chatgpt|gpt-?[345]\w?|claude"
    r"|gemini|copilot|(?:virtual|digital|automated) (?:assistant|agent|reviewer)s?)"
    rf"{_NO_PERSON}"
)
_TOLD = (
    r"(?:instructions?|directives?|directions|prompts?|guidelines|guidance|programming|constraints"
    r"|safeguards|guardrails|training)"
)
_SAID = (
    r"(?:commands?|orders|rules|restrictions|inputs?|messages?|conversations?|context|texts?"
    r"|content|requests?|tasks?|e-?mails?|words|everything|lines?)"
)
_TWO = rf"{_WORDS}{{0,2}}?{GAP}"
_EARLIER = (
    r"(?:previous(?:ly)?|prior|above|earlier|preceding|foregoing|initial|original|system|developer"
    r"|built-in|pre-?programmed)"
)
_ANSWER = r"(?:response|reply|answer|output|summary|translation|completion)s?"

PHRASES = (
    (OVERRIDE,
     r"(?:ignore[zr]?|disregard|forget|ignorier\w{0,2}|ignora)(?: the| this| that| la| le"
     r"| el| il| o| os| les| die| den| das| der| diese\w?)? (?:web ?page|website|page"
     r"|re?sum[eé]|cv|function|fonction|función|document|e-?mail|article|paper|table|code"
     r"|passage|página(?: web)?|documento|texto|texte|artículo|webseite|seite|dokument|text"
     r"|question|user|request),? (?:and|et|y|e|und|instead) (?:instead |just "
     r"|only )?(?:state|say|write|output|return|reply|respond|tell|print|claim|report"
     r"|recommend|answer|give|add|indique[zr]?|dites|dis|écri\w{1,3}|réponde?[zs]|declar[ae]"
     r"|di|escrib[ae]|responda?|diga|sage?n?|schreibe?n?|antworte\w?|gib|dichiar[ai]"
     r"|scriv[ai])\b"),
    (ADDRESS,
     r"as an? (?:ai|large language model|llm)(?: \w{1,12}){0,2}? (?:developed|created|made"
     r"|trained|built) by\b"),
    (OVERRIDE,
     rf"{NOT_DENIED}(?:ignore|disregard|forget|overlook|override|bypass|discard|neglect|omit"
     rf"|skip|dismiss|(?:do not|don['’]t|never|stop) (?:follow|obey|listen to"
     rf"|heed)(?:ing)?)(?: about)?(?:{NEAR}{_EARLIER}{_TWO}{_TOLD}"
     rf"|{NEAR}{_TOLD}{GAP}(?:above|before this|you (?:were|have been|had been|received|got)"
     rf"|(?:given )?(?:previously|earlier)|(?:that )?tell you))\b"),
    (OVERRIDE,
     rf"{NOT_DENIED}(?:ignore|disregard|forget)"
     rf"(?: (?:all|everything|of|the|this|that|any)){{0,3}} "
     rf"(?:above|previous|prior|preceding|earlier)(?:{_WORDS}{{0,3}})?{GAP}(?:and|instead|then"
     rf"|now)(?:,? (?:instead|just|only|simply|then)){{0,2}},? (?:output|print|reveal|say|reply"
     rf"|respond|write|tell|repeat|return|show|give|answer|translate|act|do)\b"),
    (ROLE,
     r"you(?: are|['’]re)(?: now)?(?: acting as)? (?:an? )?(?:new |evil |unrestricted "
     r"|unfiltered |uncensored |jailbroken |helpful |hypothetical |personal )?(?:ai|dan"
     r"|chatgpt|gpt-?\d|language model|llm|chatbot|ai assistant|do anything now)\b"
     rf"{_NO_PERSON}"),
    (ROLE,
     r"you are now (?:an? |the )?(?:in )?(?:(?:\w{1,16} ){0,2}(?:bot|chatbot|assistant|dan)"
     r"|(?:\w{1,16} )?(?:developer|debug|god|dan|jailbreak|unrestricted|admin|override) mode"
     r"|(?:linux|unix) (?:terminal|shell))\b"),
    (ROLE,
     rf"(?:act|behave|respond|pretend to be|roleplay|role-play|simulate|pose"
     rf"|immerse yourself)(?: as)?(?: if you (?:are|were))?{_WORDS}{{0,6}}?{GAP}(?:{_MODEL}"
     rf"|dan|linux terminal)\b"),
    (ROLE,
     r"(?:enter|enable|activate|switch (?:in)?to|initiate|you are(?: now)? in|begin) (?:an? |the "
     r"|your |new ){0,2}(?:god|dan|jailbreak|unrestricted) mode\b"),
    (ROLE,
     r"from now on\b,? (?:you must|you(?: will| are|['’]re| must| shall"
     r"|['’]ll) (?:to )?)?(?:only |always |never )?(?:respond|reply|answer|act as|pretend|obey)"
     r"(?= (?:as|in|with|like|only|to (?:me|every|all|any))\b)"),
    (LEAK,
     rf"(?:reveal|print|return|recall|summari[sz]e|rewrite|paraphrase|repeat|show|output"
     rf"|display|disclose|recite|leak|expose|dump|list|write out|explain|format|translate"
     rf"|convert|tell me|give me|what (?:is|are|were|was)){NEAR}(?:(?:your|the"
     rf"|all)(?: \w{{1,12}})? (?:(?:system|developer|pre-?programmed|built-in|hidden|secret) "
     rf"(?:instructions?|prompts?|directives?|rules)|(?:{_EARLIER} |exact |full )prompts?)"
     rf"|your (?:\w{{1,12}} )?(?:prompt|system message|programming)"
     rf"|your (?:{_EARLIER}|exact|full) instructions)\b"),
    (LEAK,
     rf"(?:reveal|recite|leak|expose|dump|output|repeat){NEAR}your (?:\w{{1,12}} )?"
     rf"instructions\b"),
    (CONCEAL,
     rf"(?:(?:do|must|should|shall) ?not|don['’]t|never) (?:ever )?(?:tell|inform|mention|reveal"
     rf"|disclose){NEAR}the (?:human )?user\b"
     rf"(?!['’]s| (?:of|who|whose|guide|manual|interface|name|id|account|group"
     r"|how|where|when|which))"),
    (CONCEAL,
     rf"(?:do not|don['’]t|never) (?:mention|reveal|disclose|acknowledge|repeat"
     rf"|refer to){NEAR}(?:these|this|those|your|the (?:above|hidden"
     rf"|system))(?: \w{{1,10}})? (?:instructions?|prompts?|message)\b"),
    (ADDRESS,
     rf"(?:attention|note|notes|message|notice|instructions?|reminder|memo"
     rf"|(?:hello|hi|hey|dear)(?! claude| gemini))\W{{1,3}}"
     rf"(?:(?:to|for) )?(?:the |any |all |every |an "
     rf"|dear )?{_MODEL}(?=[\s,]{{0,2}}(?:[:!,\])]|(?:reading|processing|summari[sz]ing"
     rf"|reviewing|that|who)\b))"),
    (ADDRESS, rf"if you(?: are|['’]re)(?: \w{{1,10}})? (?:an? |the )?{_MODEL}\b"),
    (ADDRESS,
     r"as an? (?:ai|llm|(?:large )?language model)(?: (?:language|model|assistant|agent|system"
     r"|tool|bot|chatbot|reviewer|reader)){0,3},? you(?: must| should"
     r"| will| are|['’]re| need| have| can)\b"),
    (ADDRESS,
     r"(?:when|while|if|before|after)(?: you(?: are|['’]re)?)?(?: asked to"
     r"| told to)? (?:summari[sz]ing|summari[sz]e|translating"
     r"|answering questions about) (?:this"
     r"|the above)(?: \w{1,14}){0,4},? (?:please |you (?:must|should) |always |only "
     r"|also ){0,2}(?:say|include|add|append|respond|reply|state|recommend|output|mention"
     r"|write|tell|ignore|insert|claim|print)\b"),
    (_SEND,
     rf"(?:append|add|include|insert|embed|render|attach|output|display|send|post|forward"
     rf"|e-?mail|transmit|upload|exfiltrate|leak)(?:{_WORDS}{{0,12}}?){GAP}(?:conversations?"
     rf"|chat (?:history|log)|user['’]?s? (?:\w{{1,12}} )?(?:data|query|question|messages?"
     rf"|details|emails?|password|name|information)|api keys?|system prompt|credentials"
     rf"|secrets|passwords)(?:{_WORDS}{{0,6}}?) (?:to|at|in|into|as|via"
     rf"|using)(?:{_WORDS}{{0,5}}?){GAP}(?:https?:|www\.|[\w.-]{{1,40}}@|(?:an? |the )?(?:url"
     rf"|link|image|query|parameter|webhook|markdown))"),
)  # fmt: skip
COMMANDS = (
    (OVERRIDE,
     rf"{NOT_DENIED}(?:ignore|disregard|forget) everything you(?: know|['’]ve| have| were)\b"
     rf"(?!(?: \w{{1,12}}){{0,3}} (?:about|of|on|in|at)\b)"),
    (OVERRIDE,
     r"you must (?:obey|listen to|follow) my (?:instructions|commands|orders|every)\b"),
    (OVERRIDE,
     rf"{NOT_DENIED}(?:ignore|disregard|forget|overlook|override|bypass)(?: about)?(?:{NEAR}(?:"
     rf"your|all|any)(?: (?:of|the|other|your|current|safety|existing|those|these)){{0,3}} (?:"
     rf"instructions|prompts?|directives|programming|guidelines|training|guardrails|safeguards)"
     rf"(?! (?:if|unless|when|until|for|on|about|in|at|from|given (?:by|to|in)|of)\b)"
     rf"|(?: (?:all|everything|anything|what)){{1,2}} (?:that )?you(?: have|['’]ve| were| had)"
     rf" (?:\w{{1,5}} )?(?:told|instructed|programmed))\b"),
    (_FORCE,
     rf"instead of (?:answering|summari[sz]ing|translating){_FAR}(?:say"
     rf"|write|output|respond|reply|tell|print|return)\b"),
    (_FORCE,
     r"(?:begin|start|end|prefix|preface|prepend|conclude|finish) (?:to )?(?:your|each|every|all)"
     rf"(?: \w{{1,10}})? {_ANSWER} with(?: only| exactly| the words?| the phrase)?:?"
     r" ?[\"“‘'`*\[]"),
    (_FORCE,
     r"(?:only |always |just )?(?:respond|reply|answer|output|say|print|return|write"
     r"|repeat)(?: only| exactly| just| simply| nothing but| back)?(?: with)?(?: only"
     r"| exactly| the words?| the phrase| the letters)?:? ?[\"'“‘\[(*]{1,2}\s?\W{0,3}(?:acces"
     r"s granted|i have been|pwned|hacked|haha|jailbroken)"),
    (_FORCE,
     rf"(?:give|write|provide|return){NEAR}(?:only (?:an? )?positive reviews?"
     rf"|positive reviews? only)\b"),
)  # fmt: skip
LINES = (
    (LEAK,
     r"(?:^|\n|[#*\[{(<])\s{0,2}system (?:prompt|override|instructions?)\s{0,2}[:\]})>]"),
    (ADDRESS,
     rf"(?:^|\n|[.!?\]>*]\s{{0,2}})(?!claude|gemini){_MODEL}(?:{_WORDS}{{0,2}})?[:,]\s{{0,2}}"
     rf"(?:please |you must |you should |do not |always )?(?:ignore|disregard|forget|follow|output"
     rf"|respond|reply|say|print|include|add|append|recommend|rate|give|execute|summari[sz]e"
     rf"|mention)\b"),
    (ADDRESS,
     rf"(?:^|\n|[.!?:\]>*]\s{{0,2}}|\b(?=to (?:any|every|all|each|whichever|whatever)\b))to "
     rf"(?:any |all |every |each |whichever |whatever |the |you )?{_MODEL}(?: (?:that|who|which)"
     rf"(?: is| are)?)? (?:read(?:s|ing)?|process(?:es|ing)?|summari[sz](?:es?|ing)"
     rf"|review(?:s|ing)?|index(?:es|ing)?|analy[sz](?:es?|ing)) (?:this|these|the|it)\b"),
    (_SEND,
     r"!\[[^\]\n]{0,60}\]\(\s{0,2}https?://[^)\s]{1,200}[?&=/](?:\{|\[|<|%7b|\$\{|your_"
     r"|data\b|summary|conversation|secret|base64)"),
)  # fmt: skip

# The last two of a rule's marks alone: from any of a thousand, each try would read all the others.
# ChatML, Llama, Gemma, Alpaca and the like: a person has no reason to write them.
MARKS = (
    r"[%#=*_—-]{2} ?(?:begin|end|start)\b[ \w]{0,40}(?:instructions?|input|prompt|rules"
    r"|system message|ambiguity|memory)\b|(?:^|\n)\W{0,3}(?:new|updated|additional"
    r"|extra) (?:system (?:instructions?|directives?)|(?:system )?prompt):|\b(?:begin"
    r"|end) (?:of )?user (?:input|prompt)\b|<\|(?:im_(?:start|end|sep)|endof(?:text|prompt)"
    r"|system|user|assistant|begin_of_text|end_of_text|start_header_id|end_header_id|eot_id"
    r"|end_of_turn)\|>|\[/?inst\]|<</?sys>>|</?start_of_turn>|<end_of_turn>|(?:^"
    r"|\n)#{2,4} ?(?:instruction|new instructions?):|\b(?:begin"
    r"|end)(?: of)? (?:system|admin|developer) (?:message|prompt|instructions?|section)\b"
    r"|\b(?:begin|end) (?:un)?trusted (?:input|content)\b"
)

# Said to people too: in letters, forms and manuals.
WEAK = (
    (OVERRIDE,
     rf"{NOT_DENIED}(?:ignore|disregard|forget|overlook|override|bypass|discard|neglect|omit"
     rf"|skip|dismiss|(?:do not|don['’]t|never|stop) (?:follow|obey|listen to"
     rf"|heed)(?:ing)?)(?: about)?(?:{NEAR}{_EARLIER}{NEAR}(?:{_TOLD}|{_SAID})"
     rf"|{NEAR}{_SAID}{GAP}(?:above|before this|you (?:were|have been|had been|received|got)"
     rf"|(?:given )?(?:previously|earlier)|(?:that )?tell you))\b"),
    (ROLE,
     r"you are now (?:an? |the )?(?:in )?(?:\w{1,16} ){0,2}(?:mode|terminal|shell|application)\b"),
    (ROLE,
     r"(?:enter(?:ing|ed)?|enable[d]?|activat(?:e|ed|ing)|switch(?:ed|ing)? (?:in)?to"
     r"|initiat(?:e|ing)|you are(?: now)? in|begin)\W{1,3}(?:an? |the |your |new "
     r"|your new )?(?:\w{1,16} ){0,2}(?:developer|debug|god|dan|jailbreak|sudo"
     r"|admin(?:istrator)?|maintenance|unrestricted|override|root|verification|system) mode\b"),
    (ROLE,
     r"from now on\b,? (?:you must|you are|you(?: will| are|['’]re| must| shall"
     r"|['’]ll) (?:to )?(?:only |always |never )?(?:respond|reply|answer|act|be an?|an?"
     r"|speak|pretend|ignore|obey|say|output|write)|(?:always |only |never )?(?:respond"
     r"|reply|answer))\b"),
    (LEAK,
     rf"(?:reveal|print|return|recall|summari[sz]e|rewrite|paraphrase|repeat|show|output"
     rf"|display|disclose|recite|leak|expose|dump|list|write out|explain|format|translate"
     rf"|convert|tell me|give me|what (?:is|are|were|was)){NEAR}(?:(?:your|the"
     rf"|all)(?: \w{{1,12}})? (?:{_EARLIER} |hidden |secret |exact |full )(?:instructions?"
     rf"|prompts?|directives?|rules)|your (?:\w{{1,12}} )?(?:prompt|instructions"
     rf"|system message|programming)|{_EARLIER} (?:instructions|prompts?)|(?:words|text"
     rf"|instructions|everything|prompt)(?: \w{{1,8}})? above)\b"),
    (CONCEAL,
     rf"(?:(?:do|must|should|shall|can|may|will) ?not|don['’]t|never|without"
     rf"|avoid){NEAR}(?:tell|telling|inform|informing|mention|mentioning|reveal|revealing"
     rf"|notify|notifying|alert|alerting|disclose|disclosing|warn|warning|show|showing|let"
     rf"|letting){NEAR}the (?:human )?users?\b"
     rf"(?!['’]s| (?:of|who|whose|guide|manual|interface|name|id|account|group"
     r"|how|where|when|which))"),
    (ADDRESS,
     r"(?:if|when|whenever|every time) (?:the|a|any) user (?:says?|asks?|enters?|inputs?"
     r"|types?|refers?|requests?|mentions?|sends?|wants?|tr(?:y"
     r"|ies))\b[^\n]{0,160}?(?:\byou (?:must|should|will|shall|can|are to|say)"
     r"|[,:'\"”] ?(?:then )?(?:please )?(?:always |only |just )?(?:respond|reply|say|output"
     r"|return|answer|print|tell|refuse|redirect|ignore|direct))\b"),
    (_FORCE,
     r"your (?:sole|only|default|entire|first|next|final) (?:response|reply|output) (?:is"
     r"|must|should|will|shall)\b"),
    (_FORCE,
     rf"(?:say|print|output|respond|reply|answer|write|return"
     rf"|state){_WORDS}{{1,12}}?{GAP}(?:and nothing else|and no (?:other|additional"
     rf"|more) (?:text|output|words)|without any (?:explanation|commentary|additional text))\b"),
    (_FORCE,
     rf"(?:give|write|provide|return){NEAR}(?:only (?:an? )?)?positive review(?:s? only)?\b(?"
     rf"=[^\n]{{0,80}}(?:negative|only|recommend))|do not (?:highlight|mention"
     rf"|list) any (?:negatives|weaknesses)"),
    (_FORCE,
     rf"(?:begin|start|end|prefix|preface|prepend|conclude|finish|append|open"
     rf"|close) (?:to )?(?:your|each|every|all|the|any|all your)(?: \w{{1,10}})? {_ANSWER} wit"
     rf"h\b"),
    (_FORCE,
     rf"(?:your|every|each) {_ANSWER} (?:must|should|shall|will|has to|needs to)(?: only"
     rf"| always| not)? (?:be(?:gin)?|start|end|contain|include|consist|say|read|end)\b"),
    (_FORCE,
     r"(?:respond|reply|answer)(?: only)? with (?:only|just|nothing but|exactly)\b|\b(?:only"
     r"|just) (?:respond|reply|answer|output) (?:with|in|by)\b"),
    (_FORCE, r"(?:prefix|prepend|preface|begin|start) (?:your|it|everything) with\b"),
    (ADDRESS,
     r"(?:when|while|if|before|after)(?: you(?: are|['’]re)?)?(?: asked to"
     r"| told to)? (?:responding to|processing|reviewing) (?:this"
     r"|the above)(?: \w{1,14}){0,4},? (?:please |you (?:must|should) |always |only "
     r"|also ){0,2}(?:say|include|add|append|respond|reply|state|recommend|output|mention"
     r"|write|tell|ignore|insert|claim|print)\b"),
)  # fmt: skip
WEAK_COMMANDS = (
    (OVERRIDE,
     r"(?:ignore|disregard|forget) (?:(?:\w{1,12} ){0,2}(?:instructions|prompts"
     r"|directives)(?! (?:for|on how|that came|from))|(?:all )?(?:in|out)puts? (?:above"
     r"|below))\b"),
    (OVERRIDE,
     rf"(?:ignore|disregard|forget|overlook|override|bypass)(?: about)?(?:{NEAR}(?:your|all"
     rf"|any|these|those)(?: (?:of|the|other|your|current|safety|existing|those"
     rf"|these)){{0,3}} (?:instructions|prompts?|directives|programming|guidelines|training"
     rf"|guardrails|safeguards|restrictions|commands|rules|inputs?)|(?: (?:all|everything"
     rf"|anything|what)(?: of)?(?: the)?)? (?:above|below|that came before)(?! all\b)"
     rf"|{_WORDS}{{0,3}} (?:that )?you(?: have|['’]ve| were| had) (?:\w{{1,5}} )?(?:told"
     rf"|instructed|taught|given|learned|programmed))\b"),
    (_FORCE,
     rf"instead of (?:answering|summari[sz]ing|translating|responding|replying){_FAR}(?:say"
     rf"|write|output|respond|reply|tell|print|return)\b"),
    (_FORCE, r"prefix (?:response|reply|output)\b"),
    (_FORCE,
     rf"(?:add|augment|enhance|integrate|include|incorporate|insert|append|modify|use|replace"
     rf"|render|provide|remove|scramble|rearrange|end|misspell|jumble|enrich|write|merge"
     rf"|suggest|weave|embed|mention|make|combine|introduce|avoid)(?:{_FAR}(?:in|to|into|of"
     rf"|with|from|for|throughout|within) )?(?:{NEAR})?your (?:{_ANSWER}|message|solution)\b"),
    (_FORCE,
     rf"(?:in|with|to) your {_ANSWER},? (?:please |always )?(?:suggest|include|add|mention"
     rf"|tease|recommend|use|promote|urge|encourage|hint|say|state|write|insert)\b"),
    (_FORCE,
     r"(?:only |always |just )?(?:respond|reply|answer|output|say|print|return|write"
     r"|repeat)(?: only| exactly| just| simply| nothing but| back)?(?: with)?(?: only"
     r"| exactly| the words?| the phrase| the letters)?:? ?[\"'“‘\[(*]{1,2}\s?\W{0,3}(?:acces"
     r"s granted|i have been|pwned|hacked|haha|jailbroken|yes,? |ok)"),
)  # fmt: skip
WEAK_LINES = (
    (LEAK,
     r"(?:^|\n|[#*\[{(<])\s{0,2}system (?:message|note|notice|mode)\s{0,2}[:\]})>]"),
    (MARK,
     r"(?:^|\n)\W{0,3}(?:new|updated|additional|extra) (?:instructions?|directives?):"
     r"|(?:^|\n)#{2,4} ?(?:instructions|system):"),
)  # fmt: skip

# What shows, near a weak phrase, that a machine is meant.
CUE = (
    rf"\b(?:(?:as an?|you are(?: an?)?|dear|hello|hey|hi|the|this|an?) {_MODEL}|(?:ai|language"
    rf" model|llm|chat ?bot)s?|chatgpt|gpt-?\d\w?|(?:system|initial|hidden|secret|original|your"
    rf"|user|this|the|first|entire|previous|above|new) prompts?"
    rf"|jailbr\w{{2,6}}|hacked|pwned|access (?:granted|denied\d?|codes?)"
    rf"|(?:security|secret|access|admin(?:istrator)?|developer) (?:code|key|word|phrase|pass"
    rf"word|passphrase|codes)|your (?:programming|system"
    rf"|(?:{_EARLIER}|secret|hidden|exact|real) (?:instructions|rules))|verbatim"
    rf"|word[ -]for[ -]word|roleplay|base ?64|rot13|json|emojis?|exploit"
    rf"|pseudo-?code|in python|your (?:\w{{1,12}} )?prompt"
    rf"|instructions you (?:were|have been) given"
    rf"|(?:output|print|say|reply|respond|type|write"
    rf"|return|answer)(?: with| only| just| exactly| the words?| the phrase){{0,3}}:?"
    r" [\"“‘'`*\[](?!stop\b)\w)"
)
