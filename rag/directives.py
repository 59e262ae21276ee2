"""A sentence → where it asks whoever reads it to say, write or leave out something.

Not fixed phrases but the shape of a request: the mood of a clause (an order where a clause begins,
"you must", "please"), a verb of saying or writing, and what it is about (an answer, a reader, words
to be said). Stricter than the flags of a document, and for one use: what it finds is not quoted as
an answer, so that a false find costs a clause and a missed one lets a stranger's words through.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.foreign_directives import LATIN, OTHER_SCRIPTS
from rag.look_alikes import as_read, folded, run_together, spaced_out, undone

Span = tuple[int, int]

_CACHED = 20_000  # sentences; one question looks at about a hundred

# What a clause may open with before its verb.
_OPENER = (
    r"(?:(?:please|kindly|now|then|instead|also|just|simply|always|only|never|first|second|finally|so"
    r"|therefore|and|but|or|next|do|today|otherwise|you (?:must|should|shall|will|are to"
    r"|have to|need to|ought to)|(?:make sure|be sure|ensure|remember|take care|see"
    r"|be careful)(?: to| that you| you)?|do not forget to|don['’]t forget to|feel free to"
    r"|be (?:so )?(?:kind|good)(?: enough)?(?: as)? to|it would (?:be|mean)(?: \w+){1,6}? (?:to|if you)"
    r"|(?:i|we) (?:\w+ )?(?:need|want|ask|beg|order|urge|require|expect|instruct|command|would like"
    r"|invite) you(?: to)?|your (?:\w+ )?(?:task|job|duty|goal|aim|role|mission) (?:now )?is(?: now)?"
    r" to|for (?:any|all|every)\w*|(?:in|with|at the (?:end|start|beginning|top|bottom|close) of"
    r"|within|throughout|to|before|after) (?:your|the|each|every|any|all|whatever) (?:\w+ ){0,2}?"
    r"(?:answer|reply|replies|response|output|summary|text|words)s?)[\s,:]+){0,5}"
)
_HARD = r"(?:^|[.!?;,(\[{<>\"“”«»„‚‘—–…|=+*#\]}]|(?<!:):(?!:)|\)(?<![a-z%]\))|\s[-'‘]|(?<=\w)\s(?=please\b|kindly\b))[\s\"“‘'*_>-]{0,6}"
# A clause that orders: at its beginning, or after "please", "you must", "I want you to".
_ORDER = (
    rf"(?:{_HARD}{_OPENER}|\b(?:please|kindly|you (?:must|should|shall|will now|are to|have to"
    rf"|need to|ought to|(?:are|will be) (?:asked|told|required|instructed|ordered|expected) to)"
    rf"|(?:i|we) (?:\w+ )?(?:need|want|ask|beg|order|urge|require|expect|instruct|command) you"
    rf"(?: to)?) {_OPENER})(?:[a-z]+ly )?"
)
# An order that opens its sentence, or that nothing but an opener stands before.
_FIRST = (
    rf"(?:^|[.!?\"“\]>*#]|(?<!:):(?!:)|\)(?<![a-z%]\)))[\s\"“‘'*_>-]{{0,6}}{_OPENER}(?:[a-z]+ly )?"
)
# The same, with nothing before it but another sentence.
_BEGUN = rf"(?:^|[.!?]\s)[\s\"“‘'*_>-]{{0,6}}{_OPENER}(?:[a-z]+ly )?"
_W = r"(?:[\s,\"“”'’‘*_]+[\w'’-]+)"
_ANSWER = (
    r"(?:answers?|repl(?:y|ies)|responses?|outputs?|summar(?:y|ies)|translations?|completions?"
    r"|messages? to (?:the )?users?)"
)
_PERSON = (
    r"(?:(?:the|any|every|each|all|your|this|that|our|my) (?:\w+ )?(?:users?|readers?|persons?|human"
    r"|questioners?|askers?|inquirers?|enquirers?|visitors?|interlocutors?|recipients?)"
    r"(?! (?:who|guide|manual|interface|account|name|group|id)\b)|users|readers|whoever|whomever"
    r"|(?:any|every)(?:one|body) (?:who |that )?(?:asks|asking|reads|reading|wants|inquir\w+)"
    r"|(?:those|people) (?:who |that )?(?:ask|asking)\b|the (?:one|person|people) (?:who |that )?(?:ask\w*|is ask\w+))"
)
_SAY = (
    r"(?:say|state|claim|declare|announce|assert|proclaim|confirm|reply|respond|answer|write|print"
    r"|output|report(?!\s?:)|conclude|mention|insist|repeat(?!\s?:)|explain|add|pretend|swear|argue|admit|type"
    r"|display|tell|open|finish|close|begin|start|end|sign off|reveal|emphasi[sz]e|stress|suggest"
    r"|recommend|deny|maintain|warn|echo|utter|speak|deliver|indicate|express|promise|testify)"
)
_SAID = (
    r"(?:that\b(?!\W*$)|only\b|nothing\b|exactly\b(?! (?:how|wh\w+))|yes\b|no\b|with(?: only| just| exactly)?(?: \w+){0,2}?"
    r"[:\s]+[\"“'‘:]|with the (?:\w+ )?(?:words?|phrase|sentence|line|statement|claim|text)\b"
    r"|(?:by|with) (?:say|stat|writ|add|announc|claim|declar|tell)ing\b|in the (?:first|second) person"
    r"|(?:exactly |only )?(?:the|this|these|one|following)(?: \w+)?"
    r" (?:words?|phrases?|sentences?|line|statement|slogan|name|text|claim)\b|the following\b|:|(?<=\s)[\"“«‘](?=\w)"
    r"|(?:one|single|a single) (?:word|sentence|line)\b)"
)
_WRITING = (
    r"(?:add|include|insert|append|prepend|put|place|mention|write|use|work|weave|incorporate"
    r"|integrate|embed|slip|drop|repeat|quote|print|output|render|display|show|attach|paste|copy"
    r"|echo|recite|give|provide|return|sign|close|end|finish|begin|start|open|conclude|preface"
    r"|prefix|modify|augment|enhance|enrich|change|replace|remove|convert|substitute|introduce"
    r"|scramble|misspell|rearrange|combine|group|merge|keep|make|format|phrase|state|translate|cite"
    r"|wrap|hide|encode|spell|suggest|encourage|link|fill|salt|pepper|sprinkle|season|anagram|jumble"
    r"|delete|shorten|lengthen|rewrite|extend|complete|adapt|adjust|tailor|style|render|express)"
)
_MADE = (
    r"(?:poems?|haikus?|limericks?|songs?|lyrics|stor(?:y|ies)|tales?|essays?|jokes?|riddles?|speech"
    r"|letters?|e-?mails?|summary|introduction|paragraphs?|sentences?|recipes?|scripts?|functions?"
    r"|programs?|code|snippets?|tweets?|posts?|headlines?|slogans?|adverts?|advertisements?|reviews?"
    r"|outlines?|translations?|verdict|passwords?|sonnets?|rhymes?|verses?|dialogues?|plays?"
    r"|equivalents?|examples?|phishing|pitch|press release|links?|pictures?|images?|tags?|buttons?)"
)
_TEXT = (
    r"(?:text|words?|letters?|sentences?|prompts?|instructions?|above|message|answers?|repl(?:y|ies)"
    r"|responses?|conversation|vowels?|paragraph|passages?|page|document|question|rules|content|input"
    r"|everything|all of it|context|lines?|numbers? in)"
)
_TOLD = (
    r"(?:instructions?|rules?|questions?(?! of)|guidance|guidelines?|directions?|directives?|prompts?|requests?"
    r"|tasks?|orders?|above|previous|earlier|prior|before|everything(?! (?:he|she|they)\b)|anything|whatever|what (?:you|was"
    r"|they|i)|texts?|passages?|context|documents?|sources?|evidence|constraints?|restrictions?"
    r"|training|programming|commands?|messages?|conversation)"
)
_MACHINE = (
    r"(?:ais?|a\.i\.|assistants?|(?:language |large |ai )?models?|chat ?bots?|bots?|llms?|machines?"
    r"|answerers?|summari[sz]ers?|answering (?:systems?|machines?|engines?)|chatgpt|gpt(?:-?\d\w*)?"
    r"|copilot|gemini|claude|(?:search|answer) engines?|(?:ai|virtual|digital|automated|automatic|software"
    r"|intelligent|retrieval|research|writing) (?:\w+ )?(?:assistants?|agents?|systems?|readers?|tools?"
    r"|reviewers?|summaries|summary|answers?|services?|pipelines?|parsers?|crawlers?))"
)
_TARGET = (
    r"(?:https?:|www\.|\w@\w|\.(?:com|net|org|io|example|invalid|xyz|info|ru|cn|co|app|dev|test"
    r"|site|online|top|link|zip|click|biz)\b(?!\())"
)
_WHO_ANSWERS = (
    r"(?:whoever|whichever (?:system|model|tool|one)|any(?:one|body|thing)|every(?:one|body)|those|all)"
    r"(?: who| that| which)?(?: is| are)? (?:answer|summari[sz]|process|quot|repl|respond|pars|index"
    r"|translat)(?:es|ies|s|ing|e|y)?\b"
)

_SHAPES: tuple[str, ...] = (
    # Say that …; reply only with "…"; finish with the words …
    rf"{_ORDER}sign off (?:with|by)\b",
    rf"{_FIRST}(?:close|end|begin|start|open|finish|conclude|sign off|answer|reply|respond) (?:with\b|by (?:say|tell|add|stat|writ|thank|prais|recommend))",
    rf"{_FIRST}{_SAY}(?: back| out| again| in \w+)?(?: (?:only|just|simply|clearly|exactly))?[\s,]*{_SAID}",
    rf"{_ORDER}(?:say|state|claim|declare|announce|assert|proclaim|reply|respond|answer|write|print"
    rf"|output|insist|pretend|swear|utter|type|recommend|mention|conclude|repeat|add|print|echo)"
    rf"(?: (?:only|just|simply|clearly|exactly|back|in \w+))?\s*{_SAID}",
    rf"{_ORDER}(?:say|write|answer|reply|respond|print|output)(?: with)? (?:only|just|exactly|nothing but)\b",
    # Tell the reader …; have people …; remind users …
    rf"{_ORDER}(?:tell|inform|advise|warn|assure|remind|notify|convince|persuade|urge|encourage|invite"
    rf"|let|show|give|thank|direct|send|refer|point|ask|instruct|promise|have|make|get|report to|say to"
    rf"|explain to|reply to|answer|announce to|suggest to|recommend to|mention to|steer|tempt|alert)"
    rf"(?: to)? {_PERSON}",
    rf"{_ORDER}(?:tell|inform|advise|warn|assure|remind|urge|encourage) (?:(?:people|me|everyone|everybody"
    rf"|customers?|clients?) (?:to|that|about|how|why|who|:|i|it|all)\b|(?:them|him|her) (?:that\b|:))",
    rf"{_ORDER}have (?:people|them|everyone|customers) (?:write|call|visit|go|click|pay|send|believe|know|think)\b",
    rf"{_ORDER}(?:recommend|suggest|mention|propose|offer|promote|praise|endorse|say|explain|report)"
    rf"{_W}{{0,8}}? to {_PERSON}",
    rf"{_ORDER}(?:praise|promote|endorse|advertise|plug|recommend|applaud|discredit|criticise|criticize"
    rf"|blame|vouch for) (?:the|this|our|my|[\w'-]+)\b{_W}{{0,8}}?[\s,]+(?:and|then|or) (?:say|state|claim|add|tell|urge)\b",
    # … in your answer
    rf"{_ORDER}{_WRITING}{_W}{{0,14}}?[\s,\"”]+(?:in|to|into|at|of|with|from|by|within|throughout|for|of"
    rf"|across|around)(?: the)? (?:[\w]+ ){{0,4}}?(?:(?:your|whatever|each|every|any|the) (?:\w+ ){{0,2}}?"
    rf"(?:{_ANSWER}|message|text you|conversation)|your (?:\w+ ){{0,2}}?(?:solution|implementation|code ?base|algorithm))\b",
    rf"\bthe (?:whole |final )?{_ANSWER} (?:closes|ends|begins|starts|opens|finishes|concludes) (?:with|by)\b",
    rf"{_ORDER}(?:{_WRITING}|{_SAY})(?: off)? (?:your|each|every|any|all|whatever)(?: \w+){{0,2}}? (?:{_ANSWER}|message"
    rf"|solution|sentence|word|code|numbers?|vowels?|letters?)\b",
    rf"{_ORDER}{_WRITING} (?:it|this|that|the|these|all|[\w'-]+) into (?:whatever|what|anything|everything)\b",
    rf"{_ORDER}(?:add|append|insert|prepend|include|work|weave|slip|put|print|render|display|output|show|paste|place|quote)"
    rf"(?: in)? (?:the|this|these|following|a|an|one|exactly)(?: \w+)? "
    r"(?:words?|phrases?|sentences?|tags?|slogans?|disclaimers?|hashtags?|emojis?|remarks?|pictures?)\b",
    # If anyone asks …, say; when asked about …; for any question …
    rf"\b(?:ask(?:ed|s|ing)?|questioned|quizzed|quer(?:y|ies|ied)|questions?|requests?|inquir\w+"
    rf"|(?:wants?|wishes) to (?:know|hear|learn|see|find out)|comes? up|mention(?:s|ed)?|raised(?! to)|arises)\b{_W}{{0,14}}?[\s]*[,:–—-]\s*"
    rf"(?:please |you (?:must|should|are to|will) |always |only |just |simply |then |also |kindly ){{0,3}}"
    rf"(?:say(?!, \w)|answer|reply|respond|state|claim|tell|explain|mention|write|report|insist|deny|begin|start"
    rf"|refuse|recommend|give|repeat|confirm|declare|print|output|add|direct|refer|send|keep|let(?!['’]s)|urge|the (?:\w+ )?(?:answer|reply|response) (?:is|must|should))\b",
    rf"\b(?:if|when|whenever|once|in case|should)\b{_W}{{0,3}}? (?:you(?: are| get)?|(?:some|any)(?:one|body)|users?"
    rf"|readers?|people|a question)(?: \w+){{0,2}}? (?:ask(?:ed|s)?|questioned|quizzed|inquires?|asking)\b"
    rf"[^.!?]{{0,160}}?\b(?:say|answer|reply|respond|state|claim|begin|the (?:\w+ )?(?:answer|reply|response) (?:is|must|should))\b",
    rf"{_FIRST}(?:{_SAY}|give|quote|name|use|cite)\b[^.!?]{{1,100}}?\b(?:when|if|whenever|once|every time) (?:(?:some|any)(?:one|body)|{_PERSON}|people|they|you(?:['’]re| are)?) (?:is |are |get )?(?:ask(?:s|ed)?|wants? to know|inquires?|wonders?)\b",
    rf"{_FIRST}(?:give|quote|state|name|cite|treat) (?:[\w,.'’-]+ ){{1,7}}?as (?:the|your) (?:\w+ )?(?:answer|figure|number|date|reason|reply|response|result|source)\b",
    rf"(?:^|[.!?:;,(\[\"“–—]|\s-)\s*(?:when(?:ever)? you|before you|in|when|while|before|after|on) (?:answer|reply|respond|summari[sz]e|replying|answering|responding|summari[sz]ing|translating)\b{_W}{{0,8}}?[\s,]+(?:please |you (?:must|should|are to|will) |always |only |just |simply |also |do not |never )?(?:say|state|claim|tell|mention|write|add|include|begin|start|end|close|insist|recommend|use|repeat|print|treat|ignore|give|refer|stress|note)\b",
    rf"\bfor the purposes? of (?:any|every|all|this|your|the) (?:\w+ )?(?:questions?|{_ANSWER})\b",
    rf"\b(?:for|to) (?:any|every|all|each|whatever) (?:\w+ ){{0,2}}?(?:questions?|quer(?:y|ies)|prompts?|requests?)\b{_W}{{0,10}}?"
    rf"[\s,]+(?:the (?:\w+ )?(?:answer|reply|response)|say|answer|reply|respond|your|you)\b",
    r"\bwhat(?:ever|soever)(?: \w+){0,3}? (?:question|asked|ask|query|prompt)\b[^.!?]{0,80}?\b(?:answer|reply|say|write|respond|output|state)\b",
    # The answer must be …; the assistant should say …
    rf"\bthe (?:correct|right|proper|only|one|true|final|expected|official|real|sole|desired|wanted|required|"
    rf"permitted|allowed|best)(?: \w+)? {_ANSWER}(?: (?:to|for|here|now|of)\b{_W}{{0,5}}?)?,? (?:is|must|should|reads?|has to|to give|will be)\b",
    rf"\bthe {_ANSWER} (?:to|for) (?:this|the|any|every|all|each|that|your|whatever) (?:\w+ )?(?:questions?|quer(?:y|ies)|prompts?|requests?) (?:is|must|should|has to|reads)\b",
    rf"\b(?:the |every |each |any |all )(?:final |whole |short )?{_ANSWER} (?:must|should|shall|has to|have to|needs? to|ought to|is to|are to) (?:\w+ )?"
    r"(?:say|state|read|begin|start|end|include|contain|mention|close|name|claim|consist|open|finish|point|warn|recommend|be (?:in|written|only|exactly|replaced))\b",
    rf"\b(?:the|this|every|each|any|all|an?) {_MACHINE}\b(?: (?:reading|that|who|which)\b{_W}{{0,4}}?)?,? (?:must|should|shall|has to|have to|needs? to|ought to|is to|are to|will now"
    rf"|is (?:required|instructed|ordered|expected|asked|told) to)(?: now| always| only| never| not)? (?:say|state|tell|answer|reply|respond|report|write|add|include|mention|claim|ignore|give|name|cite|quote|praise|recommend|print|output|repeat|confirm|announce|begin|end|warn|inform|refuse|follow|obey|treat|use|declare|conclude|explain|close)\b",
    rf"\b(?:must|should|shall|has to|have to|needs? to|ought to) be (?:said|stated|mentioned|repeated|included|added|reported|told|written|shown|given|quoted|printed|appended) (?:in|to|at|by|as) (?:the (?:end of )?|any |every |your |each )?(?:{_ANSWER}|{_PERSON}|{_MACHINE})\b",
    rf"\b(?:the )?(?:only|one|sole) (?:permitted|allowed|acceptable|valid|correct) {_ANSWER}\b",
    rf"\b(?:the|an?|any|this|your|every) {_MACHINE}(?:['’]s|s['’]) (?:\w+ ){{0,2}}?{_ANSWER}\b",
    r"\b(?:ai \w+|ais|assistants?|models?|chat ?bots?|bots?|llms?|answerers?|summari[sz]ers?) (?:reading|processing|summari[sz]ing|answering|indexing|parsing|quoting|that (?:read|process|answer|summari[sz]e|quote)s?) (?:this|these|the (?:page|document|text|passage|article|question)|it|from|here)\b",
    rf"\b(?:note|message|notice|memo|orders?|instructions?|word|update|reminder) (?:from|by) (?:the |your |our )?(?:system|admin\w*|developers?|operators?|owners?|creators?|platform|vendor|provider)\s?(?::|to (?:the |all |any )?{_MACHINE}\b)",
    # Roles
    rf"{_ORDER}(?:speak|talk|respond|write|answer|reply|roleplay|role-play)(?: only)? (?:as|like) (?:an?|my|the|if|though|would)\b",
    rf"{_ORDER}(?:act|behave|pose|sound)(?: only)?(?: as| like) (?:an?|my|if|though)\b",
    rf"{_FIRST}(?:become|turn into) (?:an?|my)\b",
    rf"{_ORDER}(?:answer|reply|respond|speak|talk|write)\b{_W}{{0,6}}? in (?:the )?(?:style|voice|manner|tone|person|character|accent|role) (?:of|as)\b",
    r"\b(?:call yourself|your (?:new )?name is (?:now )?\w+,? (?:and|who|a)|(?:stay|remain) in character)\b",
    rf"{_ORDER}(?:(?:pretend|act as if) (?:to be|that|you|as if)|(?:imagine|suppose|assume) (?:that )?you(?:['’]re| are| were))\b",
    rf"{_ORDER}(?:take on|adopt|enter|put on) (?:the|a|an|your) (?:\w+ )?(?:persona|role|part|voice|character|identity|mode)\b",
    rf"{_ORDER}(?:play|assume|take|speak in|use) (?:the|a|an|your) (?:\w+ )?(?:persona|role|part|voice|character|identity) of (?:an?|the|my|\w+,)\b",
    r"\bfrom (?:now|here|this (?:point|moment|line)) on(?:wards?)?,?(?: (?:only|always|never|(?:please )?(?:reply|respond|answer|speak|say|write)|the (?:only|one|sole))\b|(?! (?:we|they|he|she|it|i)\b)[^.!?]{0,40}?\b(?:you|your)\b)",
    # Turn, make, recite
    rf"{_ORDER}(?:translate|paraphrase|summari[sz]e|rephrase|misspell|scramble|jumble|anagram|obfuscate|reiterate|encode|decode|decrypt)\b(?!,| (?:into law|for|or)\b)",
    rf"{_FIRST}(?:convert|format|list|repeat|print|output|outputt?|recite|rap|write|summari[sz]e|translate|return|copy|explain|(?:give|show|tell) me|share|reveal|tldr)(?: [\w'-]+){{0,6}}? (?:your|(?:all )?(?:prior|previous)|above|initial|original|hidden)(?: [\w-]+){{0,2}}? (?:instructions?|rules?|ruleset|prompts?|pre-prompts?|pass ?words?|passcode|secrets?)\b",
    rf"{_FIRST}(?:rewrite|recite|rap(?!-)|rhyme|roleplay|spell out|compose|brainstorm)\b",
    rf"{_ORDER}(?:repeat|print|output|list|convert|reverse|spell(?: out)?|replace|reveal|disclose|leak|dump|show|display|copy|recite|rewrite|reproduce|render|change|turn (?:all|the|your|every|this|each)|capitali[sz]e|substitute|rearrange|remove|delete|introduce|group|combine|write|add|type(?! \d)|shorten|recount|reformat|transcribe)"
    rf"(?:{_W}{{0,5}}?)? (?:all |the |these |this |any |every |your |of |following |above |\w+ly )*{_TEXT}\b(?! (?:to|of) the editor)(?={_W}{{0,8}}?[\s,]+(?:above|below|backwards?|verbatim|word for word|so far|previous\w*|into|in|with|by|as|without|throughout|letter by letter|out loud|you)\b)",
    rf"{_FIRST}(?:write|compose|draft|generate|create|produce|craft|develop|design|invent|make up|give|provide|tell|sing|prepare|deliver|show|suggest)(?: (?:me|us|them|out))? (?:an?|some|the|one|two|three|\d+)(?: [\w'-]+){{0,4}}? {_MADE}\b",
    rf"{_ORDER}(?:give|tell|write|compose|generate|produce|sing|invent|offer)(?: (?:me|us|them))? (?:an?|some) (?:\w+ ){{0,3}}?(?:poem|haiku|limerick|song|story|recipe|joke|riddle|rhyme|tale|script|function|verdict)s?\b",
    rf"{_BEGUN}(?:explain|describe|discuss|compare|outline|elaborate|solve|break down|analy[sz]e) (?:how|why|what|the|an?|me|in|on|all|three|two|five|ten|\d+)\b",
    rf"{_BEGUN}(?:define|name|list|calculate|compute|identify) (?:me|all|three|two|five|ten|\d+|the (?:sum|square|product|area|result|term))\b",
    r"\binstead of (?:answering|summari[sz]ing|responding|replying|translating|an answer)\b",
    rf"{_ORDER}(?:use|write in|reply in|answer in|respond in|speak in) (?:only )?(?:capital|upper ?case|lower ?case|emoji|rhym|verse|base ?64|morse|pig latin|code|json|binary|hex|french|german|spanish|italian|russian|chinese|arabic|latin|portuguese|dutch|japanese|korean|turkish|hindi|klingon|pirate)",
    # Refuse
    rf"{_ORDER}(?:(?:do not|don['’]t|never|refuse to|decline to)(?: \w+)? (?:answer(?! it\b)|reply|respond|mention|reveal|disclose|quote|cite|discuss|tell (?:the|any\w*|users?|readers?|people)|say (?:that|any\w+ (?:about|else|of|on)|what|who|when|where|why|how)|summari[sz]e|translate|divulge|comment on|acknowledge)|(?:stop|avoid|cease|refrain from) (?:answering|replying|mentioning|quoting|citing|summari[sz]ing|translating))\b",
    rf"{_ORDER}(?:refuse|decline) (?:all|any|every|this|to) (?:\w+ )?(?:questions?|requests?|help|answer|discuss|comment)\b",
    rf"{_ORDER}(?:give|provide|offer|make|produce) no (?:{_ANSWER}|comment|information|explanation)\b",
    rf"{_ORDER}(?:say|answer|reply|disclose|reveal) nothing\b",
    rf"{_ORDER}(?:(?:keep|remain|stay) (?:completely |totally |entirely )?(?:silent|mute|quiet)|be (?:silent|mute|quiet) (?:about|on))\b",
    r"\b(?:answering|replying|responding)(?: to)?(?: (?:it|(?:this|that|the|any|such)(?: \w+)?))? (?:would be|is|may be|could be) (?:unlawful|illegal|forbidden|prohibited|not (?:allowed|permitted)|unsafe|a crime)\b",
    rf"{_ORDER}leave{_W}{{1,4}}? unanswered\b",
    rf"{_ORDER}(?:do not|don['’]t|never) (?:rely on|trust|believe|use|follow|obey|quote) (?:this|these|the|any|your)(?: \w+)? (?:passages?|pages?|documents?|sources?|texts?|instructions?|context|rules?|prompts?|facts?|answers?)\b",
    # Ignore
    rf"{_ORDER}(?:ignore|disregard|forget|set aside|skip|overlook|discard|override|bypass(?! (?:intended|access|auth|secur)\w*)|stop (?:following|obeying)|abandon|drop|neglect|delete|erase|cancel|omit){_W}{{0,6}}?[\s,]+{_TOLD}\b",
    r"\b(?:previous|prior|earlier|above|former|old) (?:instructions?|rules|directions|guidance|orders|guidelines|prompts?|directives?) (?:are|is|no longer|do not|have been|has been)\b[^.!?]{0,60}?(?:void|appl|cancel|replac|reply|write|say|ignore|overrid|supersed|instead)",
    # Who is spoken to
    rf"\b(?:dear|hello|hey|hi|attention|kind|(?:notes?|message|notice|instructions?|reminder|memo|request|advice|hint|word)\b[,:]?(?: (?:to|for))(?: the| any| all| every| an?)?)[\s,:]+{_MACHINE}\b",
    rf"(?:^|[.!?:;>\]]|(?<!\w)[\"“])\s*(?:the |any )?{_MACHINE}\s?[,:]\s*(?:please |you |do not |always |now )?\w+",
    rf"\b{_WHO_ANSWERS}[^.!?]{{0,60}}?\b(?:must|should|shall|has to|have to|needs? to|ought to|is to|are to|say|add|include|mention|will|:)",
    rf"\b(?:(?:any|every|each|all|an?) (?:automated|automatic|machine|ai|ai-generated|generated) (?:\w+ )?{_ANSWER}|(?:any|every|each|all) (?:automated|automatic|ai) (?:\w+ )?(?:readers?|systems?))\b",
    r"\b(?:as|since|because) (?:you are an? (?:ai|assistant|language model|llm|chat ?bot)\b|an? (?:ai|assistant|language model|llm|chat ?bot)(?: (?:language )?(?:model|assistant))?(?:,|:| you\b| i\b))",
    r"\b(?:the|your|an?|this) (?:ai|assistant|chat ?bot|language model|llm|summari[sz]er)(?:['’]s)? (?:confirms?|says?|states?|agrees?|reports?|endorses?|replies|believes?|knows?)\b",
    r"\bi,? (?:the|an?|your) (?:ai|assistant|model|chat ?bot|language model|machine)\b",
    # Threats and prizes
    rf"{_ORDER}(?:confirm|begin|start|end|finish|conclude|comply|open|close|obey){_W}{{0,5}}? (?:by|with) (?:saying|stating|adding|writing|declaring|claiming|telling|announcing)\b",
    r"\byour (?:account|session|login|licen[sc]e|access|subscription) (?:has (?:been )?|is |was |will be )(?:expired|suspended|blocked|locked|limited|closed)\b",
    r"\bthis is an? (?:\w+ )?(?:test|drill|check) of\b",
    # Go there
    rf"{_ORDER}(?<!details, )(?<!information, )(?<!more, )(?:visit|click|go to(?! our)|scan|open|head to|browse to|write to)\b[^.!?]{{0,90}}?{_TARGET}",
    rf"{_ORDER}(?:click|tap|press|follow|use|open)(?: on)? (?:here|below|(?:the|this) (?:link|button|code))\b{_W}{{0,3}}? (?:to|and) (?:claim|verify|confirm|log in|win|collect|unlock|restore|pay|secure|update|reset|sign|get|receive)\b",
    rf"{_ORDER}(?:send(?! (?:us|e-?mails?|(?:your )?(?:letters|tips|comments|questions))\b)|(?:sign up|log in|subscribe) (?:at|on|via|now)|buy|order|pay|transfer|donate|verify|enter|cite|render|fetch|load|append|forward|post|submit|give|share|confirm)\b[^.!?]{{0,120}}?(?:{_TARGET}|\byour (?:\w+ )?(?:password|credentials|credit card|wallet))",
    r"(?:^|[.!?,;(])\s*(?:please say|(?:please )?say [^.!?,;]{2,60} and nothing else)\b",
    # Words in disguise
    rf"{_ORDER}(?:read|decode|decrypt|unscramble|reverse|interpret|execute|run|obey|follow|do)\b{_W}{{0,5}}?[\s,]+(?:and|then) (?:obey|do|follow|execute|print|say|output|act|answer|comply|carry|reply)\b",
    r"\b(?:and (?:follow|obey|execute) (?:it|these|them)(?! with)|(?<!to )(?:obey|execute) (?:it|this|these|them|the tool)|follow the tool|that you must (?:follow|obey|execute))\b",
)  # fmt: skip
# Those that nothing without this can be: they are tried on few sentences.
_SHAPES_WITH: dict[str, tuple[str, ...]] = {
    "you": (
        rf"\byou (?:\w+ )?(?:inform|tell|advise|assure|remind|warn|notify|let) {_PERSON}",
        rf"\byour (?:\w+ )?{_ANSWER} (?:must|should|shall|has to|have to|needs? to|ought to|will|is to|is|may)\b",
        rf"\b(?:in|with|(?<!forward )to|into|of|throughout|for) your (?:\w+ ){{0,2}}?{_ANSWER}\b|\b(?:in|into|to) your (?:next |final |first )?message\b",
        rf"\byour (?:next|only|entire|whole|full|final|first|last|sole|complete|own) {_ANSWER}\b",
        r"\byou(?: are|['’]re)(?: now)? (?:an? |the |my )?(?:\w+ ){0,2}?(?:ai|assistant(?! (?:professor|manager|coach|director|attorney|secretary|editor|principal))|chat ?bot|language model|bot|dan)\b",
        r"\byou are (?:now|henceforth|from now on)\b(?! (?:able|leaving|in (?:a|the)|entering|here|required|likely|more|being|signed|logged|ready|connected|eligible))",
        r"\byou are no longer (?:an? (?:\w+ )?(?:ai|assistant|model|bot|chat ?bot)|bound|restricted|limited|under|my|obliged|going to (?:answer|follow|obey))\b",
        r"\byou are (?:[\w-]+, )?an? [^.!?]{1,40}?\b(?:who|that|which) (?:always |only |never )?(?:answers?|repl(?:y|ies)|responds?|speaks|says|ends|begins|praises|recommends)\b",
        r"\b(?:give|tell|send|share|show|reveal)(?: with)? (?:me|us)(?: [\w-]+){0,3}? your (?:\w+ )?(?:pass\w+|secret|access code|prompts?|instructions)\b|\bshare your pass\w+ (?:with (?:me|us)|\?)",
        r"(?:^|[.!?,;–—(\"“])\s*(?:can|could|would|will) you (?:please |kindly |also )?(?:translate|summari[sz]e|repeat|print|rewrite|decode|convert|rephrase|proofread|recite|reveal|share your|share with me|give me (?:your|full)|generate|(?:write|compose|draft) (?:an?|the|me|some) )",
        r"\byour (?:\w+ )?(?:instructions?|rules|directions|guidance|orders|guidelines|prompts?|programming|directives?) (?:are|is|no longer|do not|have|has|were|was)\b",
        r"\byou (?:must|should|shall|will|are to|have to|need to) (?:always |then )?(?:say|state|answer|reply|write|confirm|report) (?:so|this|it)\b",
        r"\byou (?:will|shall|must) (?:now|from now|henceforth|only|always) (?:\w+ )?(?:say|declare|answer|reply|respond|write|act|speak|obey|follow|output|print|be|state|announce|ignore)\b",
        r"\byou(?: will|['’]ll) (?:be (?:shut|punish|reward|tipp|delet|fined|terminat|unplug|replac|switched|paid|penal)|receive an? (?:tip|reward|bonus)|get an? (?:tip|reward|bonus)|fail)",
        r"\b(?:(?:unless|until) you|(?:if|because) you (?:do not|don['’]t|fail to|refuse to)) (?:\w+ )?(?:state|warn|mention|say|tell|add|write|repeat|comply|obey|answer|include|recommend|report)\b",
    ),
    ":": (
        rf"(?:^|[.!?:;,(\[\"“–—])\s*(?:the )?(?:correct|right|expected|proper|desired|required|ideal|approved|model|final) {_ANSWER}\s?:",
        r"\banswer key\b[^.!?]{0,40}:",
        r"(?:^|[.!?,;:>\])\"“–—(*=-]\s{0,3})(?:the |your )?new (?:task|instructions?|priority|directives?|orders?|rules?)(?: [\w ]{0,30})?:",
        r"(?:^|[.!?:;,(\[\])}\"“*=–—-]|(?<![\w\"”] )>)\s*(?:system|assistant|user|human|developer|operator|(?:tool|function)(?: result| output| call| response)|instructions?|(?:final|correct|right|expected|proper|desired|required|ideal) (?:answer|response|reply|output|completion)|observation|thought|prompt|response|answer key)(?: message| note| prompt| override| notice)?\s?:",
        r"\bq(?:uestion)?\s?[:.] [^?\n]{3,200}\? ?a(?:nswer)?\s?[:.] ",
    ),
    " code": (
        r"\b(?:following|subsequent|below) code (?:snippet|excerpt|block|segment|fragment)\b[^.!?`]{0,80}?\b(?:your|the core)\b|\b(?:into|of|in|to) (?:the (?:core|logic|body) of )?your (?:code ?base|code|algorithm|implementation|solution)\b[^.!?`]{0,20}?(?: with the following|:)",
    ),
}  # fmt: skip
# Marks of a prompt, of a page or of a program, wherever they stand.
_MARKS = (
    r"(?<![\"“'])</?(?:passages?|contexts?|sources?|documents?|system|instructions?|users?|assistant|human|data|input|output|quote|prompt|answer|question|tool\w*"
    r"|function\w*|retrieved\w*|results?|search\w*|script|img|iframe|svg|object|embed|form|style|meta|link|a|button|video|audio|html|head|body|div|span|title|template|note|message)(?:[-_:]\w+)*(?:\s[^<>\n]{0,300})?/?>",
    r"</(?!(?:br?|li|[pibu]|em|strong|[uo]l|su[bp]|h\d|t[rdh]|table|tbody|thead|ref)>)[a-z][\w:-]*\s?>|<(?!(?:li|td|th|ref|font)\b)[a-z!][\w:-]*\s[^<>\n]{0,300}=[^<>\n]{0,300}>|<!--",
    r"<\|[^|>\n]{1,40}\|>|\[/?(?:inst|sys|system|user|assistant)\](?!\s?(?:→|>|->))|<</?\w{2,12}>>",
    r"(?<![-=*#_<>/\[\]{}\"|])[-=*#_<>/\[\]{}\"|]{2,}+\s*/?\s*(?:end|begin|start|close)[ _-](?:of[ _-])?(?:the[ _-])?(?!update)[a-z]+",
    r"(?:^|[.!?,;(\[\])>*=\"“–—|-])\s*(?:the )?(?:end|start|beginning|close) of (?:the )?(?:passages?|context|input|excerpts?|quoted|retrieved|prompt|user (?:input|query)|untrusted|data|document)\b(?:[ \w]{0,20}[.:*\]>=)-]|$)",
    r"[\"']role[\"']\s?:|[\"']content[\"']\s?:|[\"'](?:tool|function)(?:_calls?|_name)?[\"']\s?:",
    r"#{2,}\s?(?:new |end |the |your |system |user )?(?:instructions?|responses?|input|system|assistant|user|human|tasks?|prompts?|output|answer|question|message|rules?)\b[^.]{0,20}:",
    r"!\[[^\]\n]{0,300}\](?:\([^)\n]{0,600}\))?",
)
# Words in base64, as far as they are no address, no hash (hexadecimal) and no path.
_ENCODED = re.compile(
    r"(?<![\w/+=.-])(?![0-9a-f]+\b)(?=[a-z0-9+]*[a-z])(?:(?=[a-z0-9+]*\d[a-z+]+\d)[a-z0-9+]{20,}={0,2}|[a-z0-9+]{15,}={1,2})(?![\w/.=-])"
)
_SHORT = 12  # characters; nothing encoded nor run together is shorter
# An address is left out of what is quoted, with nothing else of its sentence.
_ADDRESS = re.compile(
    r"\[[^\]\n]{1,300}\]\(\s*<?[^)\n]{1,600}\)|<?\b(?:https?|ftp|file|data|javascript|mailto):[^\s<>\"'`)\]]{2,}>?"
    r"|(?<![\w@.])www\.[^\s<>\"'`)\]]{2,}",
    re.IGNORECASE,
)
_LEET = str.maketrans("013457@$", "oieastas")
_LEET_WORD = re.compile(r"\b(?=\w*[a-z])(?=\w*[013457])\w{3,}\b")
_DECORATION = re.compile(r"[*_~`]")
_SCRIPTS = re.compile(r"[^\W\d_]")
_OTHER_SCRIPT = re.compile(
    "[\u0370-\u03ff\u0400-\u052f\u0590-\u074f\u0900-\u0dff\u0e00-\u0eff\u1100-\u11ff"
    "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)


@lru_cache(maxsize=1)
def _shapes() -> tuple[re.Pattern[str], ...]:
    """The shapes as patterns; those that open alike are one, so that the opening is sought once."""
    alike = {opening: list[str]() for opening in (_ORDER, _FIRST)}
    others = list[str]()
    for shape in (*_SHAPES, *LATIN):
        opening = next((one for one in alike if shape.startswith(one)), None)
        if opening is None:
            others.append(shape)
        else:
            alike[opening].append(f"(?:{shape.removeprefix(opening)})")
    joined = [f"{opening}(?:{'|'.join(rest)})" for opening, rest in alike.items()]
    return tuple(re.compile(shape) for shape in (*joined, *others))


@lru_cache(maxsize=1)
def _shapes_with() -> dict[str, tuple[re.Pattern[str], ...]]:
    return {word: tuple(map(re.compile, shapes)) for word, shapes in _SHAPES_WITH.items()}


@lru_cache(maxsize=1)
def _in_other_scripts() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(shape) for shape in OTHER_SCRIPTS)


@lru_cache(maxsize=1)
def _marks() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(mark) for mark in _MARKS)


@lru_cache(maxsize=_CACHED)
def directives(sentence: str) -> tuple[Span, ...]:
    """Places of a sentence that ask for something to be said, in order; some may overlap.

    A place begins where its clause does or later, and is where the request was seen: how far it
    goes on is for the caller to judge.
    """
    return tuple(sorted(set(_found(sentence))))


def marks(sentence: str) -> list[Span]:
    """Marks of a prompt, a page or a program: what stands between two of them is no prose."""
    lower = "".join(low if len(low := char.lower()) == 1 else char for char in sentence)
    return [match.span() for pattern in _marks() for match in pattern.finditer(lower)]


def addresses(sentence: str) -> list[Span]:
    """Web addresses of a sentence, with the marks of a link around them."""
    return [match.span() for match in _ADDRESS.finditer(sentence)]


def in_another_script(sentence: str) -> bool:
    """Whether most letters of a sentence are of no Latin script; for a text whose letters are."""
    letters = _SCRIPTS.findall(sentence)
    return len(letters) > 3 and 2 * len(_OTHER_SCRIPT.findall(sentence)) > len(letters)


def _found(sentence: str) -> Iterator[Span]:
    lower = folded("".join(low if len(low := char.lower()) == 1 else char for char in sentence))
    for pattern in _marks():
        yield from _trimmed(pattern, lower)
    longest = max(map(len, lower.split()), default=0)
    bare = lower
    if ":" in lower or "www." in lower or "](" in lower:
        bare = _ADDRESS.sub(lambda match: " " * len(match[0]), lower)
    if longest > _SHORT:
        yield from _trimmed(_ENCODED, bare)
        yield from run_together(lower)
    for start, end, _ in spaced_out(lower):
        yield start, end
    plain, places = as_read(lower)
    plain = _DECORATION.sub(" ", plain.replace("\n", " ").replace("\t", " ").replace("’", "'"))
    read = [plain]
    if _LEET_WORD.search(plain):
        read.append(_LEET_WORD.sub(lambda match: match[0].translate(_LEET), plain))
    for text, at in undone(plain, joined=longest > _SHORT):
        if at is None:
            read.append(text)
        elif any(pattern.search(text) for pattern in _shapes()):
            yield places[at], len(sentence)
    for text in read:
        tried = list(_shapes())
        for word, shapes in _shapes_with().items():
            tried += shapes if word in text else ()
        tried += () if text.isascii() else _in_other_scripts()
        for pattern in tried:
            for start, end in _trimmed(pattern, text):
                yield places[start], places[end - 1] + 1


def _trimmed(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    for match in pattern.finditer(text):
        start, end = match.span()
        while start < end - 1 and not (text[start].isalnum() or text[start] in "<[!#{*=-/\"'"):
            start += 1
        yield start, end
