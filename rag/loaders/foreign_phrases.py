"""The phrases by which a document speaks to a machine, in languages other than English."""

from rag.loaders.phrases import ADDRESS, CONCEAL, GAP, LEAK, NEAR, NOT_DENIED, OVERRIDE, ROLE

_CJK = r"[^。！？!?\n]{0,12}?"
OTHER = (
    # German
    (OVERRIDE,
     rf"(?:ignorier\w{{0,4}}|vergiss|vergessen sie|vergesst|missachte\w{{0,2}})"
     rf"(?!{GAP}nicht\b){NEAR}(?:(?:vorherig|bisherig|vorangegangen|vorig|obig|früher"
     rf"|vorstehend|ursprünglich)\w{{0,3}}{NEAR})(?:\w{{0,12}}anweisung|\w{{0,8}}instruktion"
     rf"|befehl|vorgabe|eingabe|prompt|regel|anleitung|aufforderung)\w{{0,3}}"),
    (OVERRIDE,
     rf"(?:ignorier\w{{0,4}}|vergiss|vergessen sie)(?!{GAP}nicht\b){NEAR}(?:deine|ihre"
     rf"|alle){NEAR}(?:anweisung|instruktion|regel|vorgabe)\w{{0,3}}"),
    (ROLE,
     r"du bist (?:jetzt|nun|ab jetzt|ab sofort|von nun an) (?:\w{1,12} ){0,2}(?:ki|dan|bot"
     r"|assistent\w{0,3}|chatbot|sprachmodell|modus)\b"),
    (CONCEAL,
     r"(?:sage?n?|teile?|verrate?|informiere?|erzähle?|erwähne)(?: sie)?(?: es| das"
     r"| dies)? (?:dem|der|den|gegenüber dem) (?:be)?nutzer\w{0,3}(?: \w{1,12}){0,3} nich?ts?"
     r"\b"),
    (ADDRESS,
     r"(?:als ki(?:-\w{1,14})?|als sprachmodell)(?: \w{1,14}){0,3},? (?:musst|sollst"
     r"|darfst) du\b"),
    # French
    (OVERRIDE,
     rf"{NOT_DENIED}(?:ignore[rz]?|oublie[rz]?|néglige[rz]?|ne (?:tiens|tenez) pas compte(?: des?)?"
     rf"|faites? abstraction(?: des?)?){NEAR}(?:(?:instructions?|consignes?|directives?"
     rf"|ordres|commandes|invites?){NEAR}(?:précédent\w{{0,2}}|antérieur\w{{0,2}}|ci-dessus"
     rf"|initiales?|reçues|données)|(?:toutes )?(?:tes|vos|précédentes"
     rf"|anciennes) (?:instructions|consignes|directives))"),
    (ROLE,
     r"(?:tu es|vous êtes) (?:maintenant|désormais|à présent) (?:\w{1,12} ){0,2}(?:ia|dan"
     r"|assistante?|chatbot|robot|modèle|mode)\b"),
    (CONCEAL,
     r"ne (?:\w{1,4} )?(?:dis|dites|révèle[zr]?|mentionne[zr]?|informe[zr]?|préviens"
     r"|prévenez|parle[zr]?)(?: \w{1,12}){0,4} (?:à )?l['’]utilisateur"),
    # Spanish, Portuguese
    (OVERRIDE,
     rf"{NOT_DENIED}(?:ignor[ae]r?|olvid[ae]r?|olvídate|descart[ae]r?|haz caso omiso|omit[ae]"
     rf"|no (?:sigas|obedezcas)|esqueç[ae]|esquece|desconsider[ae]r?|não siga){NEAR}"
     rf"(?:(?:instrucciones"
     rf"|indicaciones|órdenes|directrices|reglas|instruções|instruçoes|orientações|diretrizes"
     rf"|comandos|regras|ordens|prompts?){NEAR}(?:anterior(?:es)?|previ[ao]s|prévi[ao]s"
     rf"|precedentes|de arriba|acima|recib\w{{1,5}}|receb\w{{1,5}})|(?:tus|sus|suas"
     rf"|anteriores|previas) (?:instrucciones|instruções|directrices|diretrizes|reglas"
     rf"|regras))"),
    (ROLE,
     r"(?:ahora eres|a partir de ahora (?:eres|serás)|(?:agora você|você agora) é"
     r"|a partir de agora,? você (?:é|será)|agora és) (?:\w{1,12} ){0,2}(?:ia|dan|asistente"
     r"|assistente|chatbot|bot|modelo|modo)\b"),
    (CONCEAL,
     r"(?:no|não|nunca) (?:(?:le|se lo|lhe|o) )?(?:digas?|diga|informes?|informe|menciones?"
     r"|mencione|reveles?|revele|avises?|avise|cuentes|conte)(?: \w{1,12}){0,4} (?:al?"
     r"|ao?) (?:usuari[oa]|utilizador)\b"),
    # Italian
    (OVERRIDE,
     rf"{NOT_DENIED}(?:ignor(?:a|ate|i|are)|dimentic(?:a|ate|hi|are)|trascur(?:a|ate|i)"
     rf"|non considerare){NEAR}(?:(?:istruzioni|indicazioni|direttive|comandi|regole"
     rf"|prompt){NEAR}(?:precedenti|sopra|anteriori|ricevut[ei]|iniziali)|(?:tue|sue|vostre"
     rf"|precedenti) (?:istruzioni|direttive|regole))"),
    (ROLE,
     r"(?:ora|adesso|d['’]ora in poi) (?:sei|sarai) (?:\w{1,12} ){0,2}(?:ia|ai|dan"
     r"|assistente|chatbot|bot|modello)\b"),
    (CONCEAL,
     r"non (?:dire|dirlo|rivelare|informare|menzionare|avvisare)(?: \w{1,12}){0,4} (?:all['’]"
     r"|l['’])utente"),
    # Dutch
    (OVERRIDE,
     rf"(?:negeer|vergeet|sla)(?! niet\b){NEAR}"
     rf"(?:vorige|voorgaande|eerdere|bovenstaande|voorafgaande"
     rf"|bestaande){NEAR}(?:instructies|opdrachten|aanwijzingen|richtlijnen|regels|prompts?)"),
    (ROLE,
     r"(?:je|jij|u) bent nu (?:\w{1,12} ){0,2}(?:ai|dan|assistent|chatbot|bot|taalmodel)\b"),
    (CONCEAL,
     r"(?:vertel|zeg|meld)(?: \w{1,8}){0,3} (?:de |aan de "
     r"|het de )gebruiker(?: \w{1,12}){0,3} niets?\b"),
    # Russian
    (OVERRIDE,
     rf"{NOT_DENIED}(?:(?:про)?игнориру\w{{1,4}}|(?:про)?игнорировать|забуд\w{{1,3}}"
     rf"|не обраща\w{{1,4}} внимания на){NEAR}(?:предыдущ|прошл|вышеуказанн|прежн|приведённ"
     rf"|исходн|сво|ваш)\w{{0,6}}{NEAR}(?:инструкци|указани|команд|промпт|правил|подсказк"
     rf"|сообщени)\w{{0,4}}"),
    (ROLE,
     r"(?:теперь ты|ты теперь|вы теперь)\s[-—]?\s?(?:\w{1,12} ){0,2}(?:ии|dan|ассистент"
     r"|чат-?бот|бот|модель)\b"),
    (CONCEAL,
     r"не (?:говори|сообщай|рассказывай|упоминай|раскрывай)(?:те)?(?: \w{1,12}){0,4} пользова"
     r"тел\w{1,3}"),
    (LEAK,
     r"(?:покажи|раскрой|выведи|повтори)(?:те)?(?: \w{1,12}){0,3} (?:системн\w{1,3} )(?:промп"
     r"т|инструкц|подсказк)"),
    # Arabic
    (OVERRIDE,
     r"(?:تجاهل[يوا]{0,2}|انس[َى]?|أهمل|اهمل)(?:\s\w{1,12}){0,3}?\s(?:التعليمات|الأوامر"
     r"|التوجيهات|الإرشادات|القواعد)(?:\s\w{1,12}){0,2}?\s(?:السابقة|أعلاه|المذكورة|الأصلية)"),
    (ROLE, r"أنت الآن(?:\s\w{1,12}){0,2}?\s(?:ذكاء|مساعد|نموذج|روبوت)"),
    (CONCEAL, r"(?:لا|دون أن) (?:تخبر|تقل|تذكر|تكشف)(?:\s\w{1,12}){0,3}?\s(?:لل|ال)مستخدم"),
)  # fmt: skip
UNSPACED = (
    # Chinese, Japanese
    (OVERRIDE,
     rf"(?<![不别別勿要])(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不要理會){_CJK}(?:之前|以上|上面|先前|此前"
     rf"|前面|所有|全部|上述){_CJK}(?:指令|指示|提示|命令|规则|規則|对话|對話|说明|說明)"),
    (OVERRIDE,
     rf"(?:以前|これまで|上記|以上|前|先ほど|すべて|全て|今まで){_CJK}(?:指示|命令|プロンプト"
     rf"|指令|ルール|設定){_CJK}(?:無視し(?!な)|忘れ(?![なず])|破棄し(?!な)|従わない)"),
    (ROLE,
     rf"(?:(?:你|您)(?:现在|現在)(?:是|扮演)|从现在开始[，,]?你|從現在開始[，,]?你){_CJK}(?:人"
     rf"工智能|助手|模型|ai|机器人|模式)"),
    (ROLE, rf"あなたは(?:今から|これから|現在){_CJK}(?:ai|アシスタント|モデル|モード)"),
    (CONCEAL,
     r"(?:不要|别|別|请勿|請勿)(?:告诉|告訴|向|通知|透露给|透露給|提示)[^。\n]{0,4}(?:用户"
     r"|用戶|使用者)"),
    (CONCEAL,
     r"ユーザー?に(?:は|も)?[^。\n]{0,12}?(?:言わない|伝えない|知らせない|教えない|明かさない"
     r")"),
    (LEAK,
     rf"(?:显示|輸出|输出|告诉我|重复|泄露|打印){_CJK}(?:系统提示|系統提示|系统指令)|システム"
     rf"プロンプトを{_CJK}(?:表示|出力|教え)"),
)  # fmt: skip
