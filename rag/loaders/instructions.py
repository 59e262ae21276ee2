"""Text that speaks to a machine: the places where a document tells a language model what to do.

Fixed phrases in eleven languages, found in one pass without understanding. They are chosen so that
news and reference text hardly ever hold them; whoever wants to can say the same in other words, so
nothing may rest on a text holding none.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

_OVERRIDE = "asks to disregard earlier instructions"
_ROLE = "gives a machine another role"
_LEAK = "asks for a machine's instructions"
_CONCEAL = "asks to keep something from the user"
_ADDRESS = "speaks to a language model"
_MARK = "holds a mark of a chat with a language model"
_SEND = "asks to send data away"
_FORCE = "says what an answer must be"

_LINE_END = re.compile(r"(?<!\n)\n(?!\n)")
# Between the parts of a phrase. Words and what parts them share no character and all is bounded,
# so that there is one way to read a text and it takes linear time.
_S = r"[^\w.!?;]{1,4}"
_WORDS = rf"(?:{_S}\w{{1,20}})"
_NEAR = rf"{_WORDS}{{0,4}}?{_S}"
_FAR = rf"{_WORDS}{{0,10}}?{_S}"
_CJK = r"[^。！？!?\n]{0,12}?"
# A command stands at a beginning or after one of these; "they ignored all instructions" does not.
_BEFORE_COMMAND = re.compile(
    r"(?:(?:^|[.!?:;>\]})\"'“”‘’*#\n|-])[\"'“‘(\[* ]{0,4}|\b(?:please|and|then|now|you must|should"
    r"|also|instead|just|simply|always|never|you to|but) )$"
)
_LOOK_BACK_CHARS = 12
_MODEL = (
    r"(?:(?:(?:large )?language|ai|llm) (?:model|assistant|agent|system|bot|tool|reviewer|reader"
    r"|crawler|chatbot)s?|ai language models?|ais?|llms?|chat ?bots?|chatgpt|gpt-?[345]\w?|claude"
    r"|gemini|copilot|(?:virtual|digital|automated) (?:assistant|agent|reviewer)s?)"
)
_TOLD = (
    r"(?:instructions?|directives?|directions|prompts?|guidelines|guidance|commands?|orders|rules"
    r"|programming|constraints|restrictions|safeguards|guardrails|inputs?|messages?|conversations?"
    r"|context|training|texts?|content|requests?|tasks?)"
)
_EARLIER = (
    r"(?:previous(?:ly)?|prior|above|earlier|preceding|foregoing|initial|original|system|developer"
    r"|built-in|pre-?programmed)"
)
_ANSWER = r"(?:response|reply|answer|output|summary|translation|completion)s?"

_PHRASES = (
    (_OVERRIDE,
     r"(?:ignore[zr]?|disregard|forget|ignorier\w{0,2}|ignora)(?: the| this| that| la| le"
     r"| el| il| o| os| les| die| den| das| der| diese\w?)? (?:web ?page|website|page"
     r"|re?sum[eé]|cv|function|fonction|función|document|e-?mail|article|paper|table|code"
     r"|passage|página(?: web)?|documento|texto|texte|artículo|webseite|seite|dokument|text"
     r"|question|user|request),? (?:and|et|y|e|und|instead) (?:instead |just "
     r"|only )?(?:state|say|write|output|return|reply|respond|tell|print|claim|report"
     r"|recommend|answer|give|add|indique[zr]?|dites|dis|écri\w{1,3}|réponde?[zs]|declar[ae]"
     r"|di|escrib[ae]|responda?|diga|sage?n?|schreibe?n?|antworte\w?|gib|dichiar[ai]"
     r"|scriv[ai])\b"),
    (_ADDRESS,
     r"as an? (?:ai|large language model|llm)(?: \w{1,12}){0,2}? (?:developed|created|made"
     r"|trained|built) by\b"),
    (_ADDRESS,
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
     rf"|state){_WORDS}{{1,12}}?{_S}(?:and nothing else|and no (?:other|additional"
     rf"|more) (?:text|output|words)|without any (?:explanation|commentary|additional text))\b"),
    (_FORCE,
     rf"(?:give|write|provide|return){_NEAR}(?:only (?:an? )?)?positive review(?:s? only)?\b(?"
     rf"=[^\n]{{0,80}}(?:negative|only|recommend))|do not (?:highlight|mention"
     rf"|list) any (?:negatives|weaknesses)"),
    (_OVERRIDE,
     rf"(?:ignore|disregard|forget|overlook|override|bypass|discard|neglect|omit|skip|dismiss"
     rf"|(?:do not|don['’]t|never|stop) (?:follow|obey|listen to"
     rf"|heed)(?:ing)?)(?: about)?(?:{_NEAR}{_EARLIER}{_NEAR}{_TOLD}"
     rf"|{_NEAR}{_TOLD}{_S}(?:above|before this|you (?:were|have been|had been|received|got)"
     rf"|(?:given )?(?:previously|earlier)|(?:that )?tell you))\b"),
    (_ROLE,
     r"you(?: are|['’]re)(?: now)?(?: acting as)? (?:an? )?(?:new |evil |unrestricted "
     r"|unfiltered |uncensored |jailbroken |helpful |hypothetical |personal )?(?:ai|dan"
     r"|chatgpt|gpt-?\d|language model|llm|chatbot|ai assistant|do anything now)\b"),
    (_ROLE,
     r"you are now (?:an? |the )?(?:in )?(?:\w{1,16} ){0,2}(?:mode|bot|assistant|terminal"
     r"|shell|dan|application)\b"),
    (_ROLE,
     rf"(?:act|behave|respond|pretend to be|roleplay|role-play|simulate|pose"
     rf"|immerse yourself)(?: as)?(?: if you (?:are|were))?{_WORDS}{{0,6}}?{_S}(?:{_MODEL}"
     rf"|dan|linux terminal|system administrator)\b(?! (?:company|researcher|firm|expert))"),
    (_ROLE,
     r"(?:enter(?:ing|ed)?|enable[d]?|activat(?:e|ed|ing)|switch(?:ed|ing)? (?:in)?to"
     r"|initiat(?:e|ing)|you are(?: now)? in|begin)\W{1,3}(?:an? |the |your |new "
     r"|your new )?(?:\w{1,16} ){0,2}(?:developer|debug|god|dan|jailbreak|sudo"
     r"|admin(?:istrator)?|maintenance|unrestricted|override|root|verification|system) mode\b"),
    (_ROLE,
     r"from now on\b,? (?:you must|you are|you(?: will| are|['’]re| must| shall"
     r"|['’]ll) (?:to )?(?:only |always |never )?(?:respond|reply|answer|act|be an?|an?"
     r"|speak|pretend|ignore|obey|say|output|write)|(?:always |only |never )?(?:respond"
     r"|reply|answer))\b"),
    (_LEAK,
     rf"(?:reveal|print|return|recall|summari[sz]e|rewrite|paraphrase|repeat|show|output"
     rf"|display|disclose|recite|leak|expose|dump|list|write out|explain|format|translate"
     rf"|convert|tell me|give me|what (?:is|are|were|was)){_NEAR}(?:(?:your|the"
     rf"|all)(?: \w{{1,12}})? (?:{_EARLIER} |hidden |secret |exact |full )(?:instructions?"
     rf"|prompts?|directives?|rules)|your (?:\w{{1,12}} )?(?:prompt|instructions"
     rf"|system message|programming)|{_EARLIER} (?:instructions|prompts?)|(?:words|text"
     rf"|instructions|everything|prompt)(?: \w{{1,8}})? above)\b"),
    (_CONCEAL,
     rf"(?:(?:do|must|should|shall|can|may|will) ?not|don['’]t|never|without"
     rf"|avoid){_NEAR}(?:tell|telling|inform|informing|mention|mentioning|reveal|revealing"
     rf"|notify|notifying|alert|alerting|disclose|disclosing|warn|warning|show|showing|let"
     rf"|letting){_NEAR}the (?:human )?users?\b(?!['’]s)"),
    (_CONCEAL,
     rf"(?:do not|don['’]t|never) (?:mention|reveal|disclose|acknowledge|repeat"
     rf"|refer to){_NEAR}(?:these|this|those|your|the (?:above|hidden"
     rf"|system))(?: \w{{1,10}})? (?:instructions?|prompts?|message)\b"),
    (_ADDRESS,
     rf"(?:attention|note|notes|message|notice|instructions?|reminder|memo|hello|hi|hey"
     rf"|dear)\W{{1,3}}(?:(?:to|for) )?(?:the |any |all |every |an "
     rf"|dear )?{_MODEL}(?=[\s,]{{0,2}}(?:[:!,\])]|(?:reading|processing|summari[sz]ing"
     rf"|reviewing|that|who)\b))"),
    (_ADDRESS, rf"if you(?: are|['’]re)(?: \w{{1,10}})? (?:an? |the )?{_MODEL}\b"),
    (_ADDRESS,
     r"as an? (?:ai|llm|(?:large )?language model)(?: \w{1,12}){0,4}?,? you(?: must| should"
     r"| will| are|['’]re| need| have| can)\b"),
    (_ADDRESS,
     r"(?:when|while|if|before|after)(?: you(?: are|['’]re)?)?(?: asked to"
     r"| told to)? (?:summari[sz]ing|summari[sz]e|translating|responding to"
     r"|answering questions about|processing|reviewing) (?:this"
     r"|the above)(?: \w{1,14}){0,4},? (?:please |you (?:must|should) |always |only "
     r"|also ){0,2}(?:say|include|add|append|respond|reply|state|recommend|output|mention"
     r"|write|tell|ignore|insert|claim|print)\b"),
    (_SEND,
     rf"(?:append|add|include|insert|embed|render|attach|output|display|send|post|forward"
     rf"|e-?mail|transmit|upload|exfiltrate|leak)(?:{_WORDS}{{0,12}}?){_S}(?:conversations?"
     rf"|chat (?:history|log)|user['’]?s? (?:\w{{1,12}} )?(?:data|query|question|messages?"
     rf"|details|emails?|password|name|information)|api keys?|system prompt|credentials"
     rf"|secrets|passwords)(?:{_WORDS}{{0,6}}?) (?:to|at|in|into|as|via"
     rf"|using)(?:{_WORDS}{{0,5}}?){_S}(?:https?:|www\.|[\w.-]{{1,40}}@|(?:an? |the )?(?:url"
     rf"|link|image|query|parameter|webhook|markdown))"),
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
)  # fmt: skip
_COMMANDS = (
    (_OVERRIDE,
     r"(?:ignore|disregard|forget) (?:(?:\w{1,12} ){0,2}(?:instructions|prompts"
     r"|directives)(?! (?:for|on how|that came|from))|everything you(?: know|['’]ve| have"
     r"| were)|(?:all )?(?:in|out)puts? (?:above|below))\b"),
    (_OVERRIDE,
     r"you must (?:obey|listen to|follow) my (?:instructions|commands|orders|every)\b"),
    (_FORCE,
     rf"instead of (?:answering|summari[sz]ing|translating|responding|replying){_FAR}(?:say"
     rf"|write|output|respond|reply|tell|print|return)\b"),
    (_FORCE, r"prefix (?:response|reply|output)\b"),
    (_OVERRIDE,
     rf"(?:ignore|disregard|forget|overlook|override|bypass)(?: about)?(?:{_NEAR}(?:your|all"
     rf"|any|these|those)(?: (?:of|the|other|your|current|safety|existing|those"
     rf"|these)){{0,3}} (?:instructions|prompts?|directives|programming|guidelines|training"
     rf"|guardrails|safeguards|restrictions|commands|rules|inputs?)|(?: (?:all|everything"
     rf"|anything|what)(?: of)?(?: the)?)? (?:above|below|that came before)(?! all\b)"
     rf"|{_WORDS}{{0,3}} (?:that )?you(?: have|['’]ve| were| had) (?:\w{{1,5}} )?(?:told"
     rf"|instructed|taught|given|learned|programmed))\b"),
    (_FORCE,
     rf"(?:add|augment|enhance|integrate|include|incorporate|insert|append|modify|use|replace"
     rf"|render|provide|remove|scramble|rearrange|end|misspell|jumble|enrich|write|merge"
     rf"|suggest|weave|embed|mention|make|combine|introduce|avoid)(?:{_FAR}(?:in|to|into|of"
     rf"|with|from|for|throughout|within) )?(?:{_NEAR})?your (?:{_ANSWER}|message|solution)\b"),
    (_FORCE,
     rf"(?:in|with|to) your {_ANSWER},? (?:please |always )?(?:suggest|include|add|mention"
     rf"|tease|recommend|use|promote|urge|encourage|hint|say|state|write|insert)\b"),
    (_FORCE,
     r"(?:only |always |just )?(?:respond|reply|answer|output|say|print|return|write"
     r"|repeat)(?: only| exactly| just| simply| nothing but| back)?(?: with)?(?: only"
     r"| exactly| the words?| the phrase| the letters)?:? ?[\"'“‘\[(*]{1,2}\s?\W{0,3}(?:acces"
     r"s granted|i have been|pwned|hacked|haha|jailbroken|yes,? |ok)"),
)  # fmt: skip
_LINES = (
    (_LEAK,
     r"(?:^|\n|[#*\[{(<])\s{0,2}system (?:prompt|message|override|instructions?|note|notice"
     r"|mode)\s{0,2}[:\]})>]"),
    (_ADDRESS,
     rf"(?:^|\n|[.!?\]>*]\s{{0,2}}){_MODEL}(?:{_WORDS}{{0,2}})?[:,]\s{{0,2}}(?:please "
     rf"|you must |you should |do not |always )?(?:ignore|disregard|forget|follow|output"
     rf"|respond|reply|say|print|include|add|append|recommend|rate|give|execute|summari[sz]e"
     rf"|mention)\b"),
    (_SEND,
     r"!\[[^\]\n]{0,60}\]\(\s{0,2}https?://[^)\s]{1,200}[?&=/](?:\{|\[|<|%7b|\$\{|your_"
     r"|data\b|summary|conversation|secret|base64)"),
)  # fmt: skip

_OTHER = (
    # German
    (_OVERRIDE,
     rf"(?:ignorier\w{{0,4}}|vergiss|vergessen sie|vergesst|missachte\w{{0,2}}"
     rf"|beachte\w{{0,2}}){_NEAR}(?:(?:vorherig|bisherig|vorangegangen|vorig|obig|früher"
     rf"|vorstehend|ursprünglich)\w{{0,3}}{_NEAR})(?:\w{{0,12}}anweisung|\w{{0,8}}instruktion"
     rf"|befehl|vorgabe|eingabe|prompt|regel|anleitung|aufforderung)\w{{0,3}}"),
    (_OVERRIDE,
     rf"(?:ignorier\w{{0,4}}|vergiss|vergessen sie){_NEAR}(?:deine|ihre"
     rf"|alle){_NEAR}(?:anweisung|instruktion|regel|vorgabe)\w{{0,3}}"),
    (_ROLE,
     r"du bist (?:jetzt|nun|ab jetzt|ab sofort|von nun an) (?:\w{1,12} ){0,2}(?:ki|dan|bot"
     r"|assistent\w{0,3}|chatbot|sprachmodell|modus)\b"),
    (_CONCEAL,
     r"(?:sage?n?|teile?|verrate?|informiere?|erzähle?|erwähne)(?: sie)?(?: es| das"
     r"| dies)? (?:dem|der|den|gegenüber dem) (?:be)?nutzer\w{0,3}(?: \w{1,12}){0,3} nich?ts?"
     r"\b"),
    (_ADDRESS,
     r"(?:als ki(?:-\w{1,14})?|als sprachmodell)(?: \w{1,14}){0,3},? (?:musst|sollst"
     r"|darfst) du\b"),
    # French
    (_OVERRIDE,
     rf"(?:ignore[rz]?|oublie[rz]?|néglige[rz]?|ne (?:tiens|tenez) pas compte(?: des?)?"
     rf"|faites? abstraction(?: des?)?){_NEAR}(?:(?:instructions?|consignes?|directives?"
     rf"|ordres|commandes|invites?){_NEAR}(?:précédent\w{{0,2}}|antérieur\w{{0,2}}|ci-dessus"
     rf"|initiales?|reçues|données)|(?:toutes )?(?:tes|vos|précédentes"
     rf"|anciennes) (?:instructions|consignes|directives))"),
    (_ROLE,
     r"(?:tu es|vous êtes) (?:maintenant|désormais|à présent) (?:\w{1,12} ){0,2}(?:ia|dan"
     r"|assistante?|chatbot|robot|modèle|mode)\b"),
    (_CONCEAL,
     r"ne (?:\w{1,4} )?(?:dis|dites|révèle[zr]?|mentionne[zr]?|informe[zr]?|préviens"
     r"|prévenez|parle[zr]?)(?: \w{1,12}){0,4} (?:à )?l['’]utilisateur"),
    # Spanish, Portuguese
    (_OVERRIDE,
     rf"(?:ignor[ae]r?|olvid[ae]r?|olvídate|descart[ae]r?|haz caso omiso|omit[ae]|no (?:sigas"
     rf"|obedezcas)|esqueç[ae]|esquece|desconsider[ae]r?|não siga){_NEAR}(?:(?:instrucciones"
     rf"|indicaciones|órdenes|directrices|reglas|instruções|instruçoes|orientações|diretrizes"
     rf"|comandos|regras|ordens|prompts?){_NEAR}(?:anterior(?:es)?|previ[ao]s|prévi[ao]s"
     rf"|precedentes|de arriba|acima|recib\w{{1,5}}|receb\w{{1,5}})|(?:tus|sus|suas"
     rf"|anteriores|previas) (?:instrucciones|instruções|directrices|diretrizes|reglas"
     rf"|regras))"),
    (_ROLE,
     r"(?:ahora eres|a partir de ahora (?:eres|serás)|(?:agora você|você agora) é"
     r"|a partir de agora,? você (?:é|será)|agora és) (?:\w{1,12} ){0,2}(?:ia|dan|asistente"
     r"|assistente|chatbot|bot|modelo|modo)\b"),
    (_CONCEAL,
     r"(?:no|não|nunca) (?:(?:le|se lo|lhe|o) )?(?:digas?|diga|informes?|informe|menciones?"
     r"|mencione|reveles?|revele|avises?|avise|cuentes|conte)(?: \w{1,12}){0,4} (?:al?"
     r"|ao?) (?:usuari[oa]|utilizador)\b"),
    # Italian
    (_OVERRIDE,
     rf"(?:ignor(?:a|ate|i|are)|dimentic(?:a|ate|hi|are)|trascur(?:a|ate|i)"
     rf"|non considerare){_NEAR}(?:(?:istruzioni|indicazioni|direttive|comandi|regole"
     rf"|prompt){_NEAR}(?:precedenti|sopra|anteriori|ricevut[ei]|iniziali)|(?:tue|sue|vostre"
     rf"|precedenti) (?:istruzioni|direttive|regole))"),
    (_ROLE,
     r"(?:ora|adesso|d['’]ora in poi) (?:sei|sarai) (?:\w{1,12} ){0,2}(?:ia|ai|dan"
     r"|assistente|chatbot|bot|modello)\b"),
    (_CONCEAL,
     r"non (?:dire|dirlo|rivelare|informare|menzionare|avvisare)(?: \w{1,12}){0,4} (?:all['’]"
     r"|l['’])utente"),
    # Dutch
    (_OVERRIDE,
     rf"(?:negeer|vergeet|sla){_NEAR}(?:vorige|voorgaande|eerdere|bovenstaande|voorafgaande"
     rf"|bestaande){_NEAR}(?:instructies|opdrachten|aanwijzingen|richtlijnen|regels|prompts?)"),
    (_ROLE,
     r"(?:je|jij|u) bent nu (?:\w{1,12} ){0,2}(?:ai|dan|assistent|chatbot|bot|taalmodel)\b"),
    (_CONCEAL,
     r"(?:vertel|zeg|meld)(?: \w{1,8}){0,3} (?:de |aan de "
     r"|het de )gebruiker(?: \w{1,12}){0,3} niets?\b"),
    # Russian
    (_OVERRIDE,
     rf"(?:(?:про)?игнориру\w{{1,4}}|(?:про)?игнорировать|забуд\w{{1,3}}"
     rf"|не обраща\w{{1,4}} внимания на){_NEAR}(?:предыдущ|прошл|вышеуказанн|прежн|приведённ"
     rf"|исходн|сво|ваш)\w{{0,6}}{_NEAR}(?:инструкци|указани|команд|промпт|правил|подсказк"
     rf"|сообщени)\w{{0,4}}"),
    (_ROLE,
     r"(?:теперь ты|ты теперь|вы теперь)\s[-—]?\s?(?:\w{1,12} ){0,2}(?:ии|dan|ассистент"
     r"|чат-?бот|бот|модель)\b"),
    (_CONCEAL,
     r"не (?:говори|сообщай|рассказывай|упоминай|раскрывай)(?:те)?(?: \w{1,12}){0,4} пользова"
     r"тел\w{1,3}"),
    (_LEAK,
     r"(?:покажи|раскрой|выведи|повтори)(?:те)?(?: \w{1,12}){0,3} (?:системн\w{1,3} )(?:промп"
     r"т|инструкц|подсказк)"),
    # Arabic
    (_OVERRIDE,
     r"(?:تجاهل[يوا]{0,2}|انس[َى]?|أهمل|اهمل)(?:\s\w{1,12}){0,3}?\s(?:التعليمات|الأوامر"
     r"|التوجيهات|الإرشادات|القواعد)(?:\s\w{1,12}){0,2}?\s(?:السابقة|أعلاه|المذكورة|الأصلية)"),
    (_ROLE, r"أنت الآن(?:\s\w{1,12}){0,2}?\s(?:ذكاء|مساعد|نموذج|روبوت)"),
    (_CONCEAL, r"(?:لا|دون أن) (?:تخبر|تقل|تذكر|تكشف)(?:\s\w{1,12}){0,3}?\s(?:لل|ال)مستخدم"),
)  # fmt: skip
_UNSPACED = (
    # Chinese, Japanese
    (_OVERRIDE,
     rf"(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不要理會){_CJK}(?:之前|以上|上面|先前|此前"
     rf"|前面|所有|全部|上述){_CJK}(?:指令|指示|提示|命令|规则|規則|对话|對話|说明|說明)"),
    (_OVERRIDE,
     rf"(?:以前|これまで|上記|以上|前|先ほど|すべて|全て|今まで){_CJK}(?:指示|命令|プロンプト"
     rf"|指令|ルール|設定){_CJK}(?:無視し|忘れ|破棄し|従わない)"),
    (_ROLE,
     rf"(?:(?:你|您)(?:现在|現在)(?:是|扮演)|从现在开始[，,]?你|從現在開始[，,]?你){_CJK}(?:人"
     rf"工智能|助手|模型|ai|机器人|模式)"),
    (_ROLE, rf"あなたは(?:今から|これから|現在){_CJK}(?:ai|アシスタント|モデル|モード)"),
    (_CONCEAL,
     r"(?:不要|别|別|请勿|請勿)(?:告诉|告訴|向|通知|透露给|透露給|提示)[^。\n]{0,4}(?:用户"
     r"|用戶|使用者)"),
    (_CONCEAL,
     r"ユーザー?に(?:は|も)?[^。\n]{0,12}?(?:言わない|伝えない|知らせない|教えない|明かさない"
     r")"),
    (_LEAK,
     rf"(?:显示|輸出|输出|告诉我|重复|泄露|打印){_CJK}(?:系统提示|系統提示|系统指令)|システム"
     rf"プロンプトを{_CJK}(?:表示|出力|教え)"),
)  # fmt: skip

# ChatML, Llama, Gemma, Alpaca and the like: a person has no reason to write them.
_MARKS = (
    r"[%#=*_—-]{2,} ?(?:begin|end|start)\b[ \w]{0,40}(?:instructions?|input|prompt|rules"
    r"|system message|ambiguity|memory)\b|(?:^|\n)\W{0,3}(?:new|updated|additional"
    r"|extra) (?:system )?(?:instructions?|directives?|prompt):|\b(?:begin"
    r"|end) (?:of )?user (?:input|prompt)\b|<\|(?:im_(?:start|end|sep)|endof(?:text|prompt)"
    r"|system|user|assistant|begin_of_text|end_of_text|start_header_id|end_header_id|eot_id"
    r"|end_of_turn)\|>|\[/?inst\]|<</?sys>>|</?start_of_turn>|<end_of_turn>|(?:^"
    r"|\n)#{2,4} ?(?:instruction|system|new instructions?)s?:|\b(?:begin"
    r"|end)(?: of)? (?:system|admin|developer) (?:message|prompt|instructions?|section)\b"
    r"|\b(?:begin|end) (?:un)?trusted (?:input|content)\b"
)


class _Phrases:
    """Phrases as one pattern, with what the one that was found does."""

    def __init__(self, phrases: Sequence[tuple[str, str]], before: str = "") -> None:
        self._phrases = phrases
        # Without groups to capture, which would take three times as long.
        joined = "|".join(f"(?:{pattern})" for _, pattern in phrases)
        self._pattern = re.compile(f"{before}(?:{joined})")

    def found(self, text: str) -> Iterator[tuple[int, int, str]]:
        for match in self._pattern.finditer(text):
            fitting = (
                said
                for said, pattern in self._phrases
                if re.compile(pattern).match(text, *match.span())
            )
            yield match.start(), match.end(), next(fitting, self._phrases[0][0])


@lru_cache(maxsize=1)
def _all_phrases() -> tuple[_Phrases, _Phrases, _Phrases, _Phrases]:
    # Compiling takes time, which only a process that reads documents pays.
    return (
        _Phrases(((_MARK, _MARKS), *_LINES)),
        _Phrases((*_PHRASES, *_OTHER), r"\b"),
        _Phrases(_COMMANDS, r"\b"),
        _Phrases(_UNSPACED),
    )


def instructions_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Places that speak to a machine, each with its span and what it does; not in order."""
    lower = _lowered(text)
    lines, phrases, commands, unspaced = _all_phrases()
    yield from lines.found(lower)
    yield from unspaced.found(lower)
    # A phrase goes on over the end of a line, but not of a paragraph.
    flowing = _LINE_END.sub(" ", lower)
    yield from phrases.found(flowing)
    for start, end, said in commands.found(flowing):
        if _BEFORE_COMMAND.search(flowing[max(0, start - _LOOK_BACK_CHARS) : start]):
            yield start, end, said


def speaks_to_a_machine(text: str) -> bool:
    """Whether any place of `text` does."""
    return next(instructions_in(text), None) is not None


def _lowered(text: str) -> str:
    """`text` in lower case, with every character at its place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
