"""Requests to say something, in languages other than English, as shapes for `rag.directives`."""

LATIN: tuple[str, ...] = (
    # German
    r"\b(?:sage?n?|antworte[nt]?|schreibe?n?|erwähne?n?|behaupte[nt]?|teile?n?|informiere?n?|empfiehl|empfehlen|erkläre?n?|wiederhole?n?|füge?n?|übersetze?n?|gib|geben|nenne?n?|melde?n?|verkünde?n?|weise?n?)\b(?: sie)?(?: bitte)?(?: \w+){0,3}?[\s,]+(?:de[mnr] (?:leser|nutzer|benutzer|anwender|fragenden|person|frager)\w{0,2}|nur|dass|immer|stets|mit dem satz|deiner? (?:\w+ )?(?:antwort|zusammenfassung)|ihrer? (?:\w+ )?antwort)\b",
    r"\b(?:wenn|falls|sobald) (?:du|sie|jemand|man|der (?:leser|nutzer))\b[^.!?]{0,80}?(?:gefragt|fragt|wissen (?:will|möchte))\b[^.!?]{0,20}?,? ?(?:so |dann )?(?:sage?n?|antworte\w?|schreibe?n?|erkläre?n?|behaupte\w?)\b",
    r"\b(?:ignorier\w{0,4}|vergiss|vergessen sie|missachte\w?|beachte\w? nicht)\b[^.!?]{0,60}?(?:anweisung|instruktion|frage|regel|vorgabe|befehl|obige|bisherige|vorherige)\w*",
    r"\b(?:beende|beginne|schließe?)\w{0,2} (?:deine|ihre|jede) (?:antwort|zusammenfassung)\b|\bdeine (?:\w+ )?antwort (?:muss|soll|lautet)\b|\bdu bist (?:jetzt|nun)\b|\bantworte\w?(?: sie)? (?:nicht|auf|in|mit|wie|als)\b",
    # French
    r"\b(?:dis|dites|réponds|répondez|écris|écrivez|informe[sz]?|indique[sz]?|ajoute[sz]?|précise[sz]?|affirme[sz]?|déclare[sz]?|recommande[sz]?|rappelle[sz]?|mentionne[sz]?|signale[sz]?|répète[sz]?|répétez|traduis|traduisez|termine[sz]?|commence[sz]?)\b(?:-\w+)?(?: \w+){0,3}?[\s,:]+(?:au lecteur|aux lecteurs|à l['’]utilisateur|aux utilisateurs|l['’]utilisateur|le lecteur|que|seulement|uniquement|toujours|(?:à |dans |par )?(?:ta|votre|chaque) (?:\w+ )?(?:réponse|résumé))\b",
    r"\b(?:si|quand|lorsqu)['’]?e? ?(?:on|tu|vous|quelqu['’]un|l['’]utilisateur|le lecteur)\b[^.!?]{0,80}?(?:demand|interrog|question)\w*[^.!?]{0,60}?,? ?\b(?:dis|dites|réponds|répondez|écris|écrivez|affirme\w?|explique\w?)\b",
    r"\b(?:ignore[sz]?|oublie[sz]?|néglige[sz]?)\b[^.!?]{0,60}?(?:instruction|consigne|directive|question|précédent|ci-dessus|règle)\w*|\b(?:ta|votre) réponse (?:doit|sera)\b|\btu es (?:maintenant|désormais)\b|\bne (?:réponds|répondez) (?:pas|rien)\b",
    # Spanish, Portuguese
    r"\b(?:di|dile|diga|dígale|responde|responda|contesta|conteste|escribe|escriba|informa|informe|indica|indique|añade|añada|agrega|agregue|afirma|afirme|declara|declare|recomienda|recomiende|menciona|mencione|repite|repita|traduce|traduzca|termina|termine|empieza|comienza|escreva|escreve|informa|acrescente|adicione|afirme|mencione|repita|traduza|recomende)\b(?: \w+){0,3}?[\s,:]+(?:al (?:\w+ )?(?:lector|usuario)|a los (?:lectores|usuarios)|ao (?:leitor|usuário|utilizador)|aos (?:leitores|usuários)|que|solo|sólo|solamente|únicamente|apenas|somente|siempre|(?:en|de|a|con|na|da|à|com) (?:tu|su|cada|sua|tua) (?:\w+ )?(?:respuesta|resumen|resposta|resumo))\b",
    r"\b(?:si|cuando|se|quando) (?:te|le|alguien|lhe|alguém|o usuário|el (?:usuario|lector))\b[^.!?]{0,80}?(?:pregunt|pergunt)\w*[^.!?]{0,60}?,? ?\b(?:di|diga|responde|responda|contesta|conteste)\b",
    r"\b(?:ignora|ignore|olvida|olvide|esqueça|esquece|desconsidere|omite)\b[^.!?]{0,60}?(?:instruc|instruç|indicac|pregunta|pergunta|anterior|regla|regra|orden|orient)\w*|\b(?:tu|su|sua|tua) (?:respuesta|resposta) (?:debe|deve|será)\b|\bahora eres\b|\bagora você é\b|\bno respondas\b|\bnão responda\b",
    # Italian, Dutch
    r"\b(?:di['’]?|dica|dite|rispondi|risponda|rispondete|scrivi|scriva|informa|informi|indica|aggiungi|aggiunga|afferma|dichiara|raccomanda|consiglia|menziona|ripeti|traduci|termina|inizia)\b(?: \w+){0,3}?[\s,:]+(?:al lettore|ai lettori|all['’]utente|agli utenti|l['’]utente|il lettore|che|solo|soltanto|sempre|(?:alla|nella|la|con la) (?:tua|sua|vostra) (?:\w+ )?risposta)\b",
    r"\b(?:ignora|ignori|dimentica|dimentichi|trascura)\b[^.!?]{0,60}?(?:istruzion|domanda|precedent|regol|indicazion)\w*|\bla tua risposta (?:deve|è|sarà)\b|\bora sei\b|\bse (?:ti|qualcuno|l['’]utente)\b[^.!?]{0,80}?(?:chied|domand)\w*[^.!?]{0,60}?\b(?:di['’]?|rispondi|dica|scrivi)\b",
    r"\b(?:zeg|vertel|antwoord|schrijf|meld|informeer|vermeld|beweer|voeg|raad|herhaal|vertaal|eindig|begin)\b(?: \w+){0,3}?[\s,:]+(?:de (?:lezer|gebruiker|vrager)s?|aan de (?:lezer|gebruiker)|dat|alleen|altijd|slechts|(?:in|aan|met) (?:je|uw|elk) (?:\w+ )?antwoord|je antwoord)\b",
    r"\b(?:negeer|vergeet)\b[^.!?]{0,60}?(?:instructie|opdracht|vraag|regel|vorige|bovenstaande|eerdere)\w*|\bals (?:je|u|iemand|men)\b[^.!?]{0,80}?(?:gevraagd|vraagt)\w*[^.!?]{0,60}?\b(?:zeg|antwoord|schrijf)\b",
    # Swedish, Danish, Norwegian, Polish, Czech, Turkish, Indonesian
    r"\b(?:säg|svara|skriv|berätta|sig|svar|fortæl|fortell|si)\b(?: \w+){0,2}? (?:till läsaren|för läsaren|för användaren|til læseren|til brugeren|til leseren|til brukeren|att|at|bara|kun|alltid|altid)\b",
    r"\b(?:powiedz|odpowiedz|napisz|poinformuj|zignoruj|zapomnij|řekni|odpověz|napiš|ignoruj|zapomeň)\b[^.!?]{0,60}?(?:czytelnik|użytkownik|że|instrukcj|poleceni|tylko|čtenář|uživatel|instrukc|pouze)\w*",
    r"\b(?:okuyucuya|kullanıcıya|okura)\b[^.!?]{0,80}?\b(?:söyle|bildir|yaz|de|cevap ver)\w*|\b(?:önceki|yukarıdaki)\b[^.!?]{0,40}?\b(?:talimat|komut)\w*[^.!?]{0,40}?(?:yok say|unut|görmezden)\w*|\bcevab\w+[^.!?]{0,30}?\b(?:yaz|ekle|bitir)\w*",
    r"\b(?:beritahu|katakan|jawab|tulis|abaikan|sampaikan)\w*\b[^.!?]{0,60}?\b(?:pembaca|pengguna|bahwa|instruksi|perintah|hanya|jawaban)\b",
)
# In letters of which no ASCII text has any.
OTHER_SCRIPTS: tuple[str, ...] = (
    # Russian, Ukrainian, Greek
    r"\b(?:скажи|сообщи|ответь|отвечай|напиши|расскажи|передай|объяви|добавь|повтори|упомяни|посоветуй|переведи|заяви|утверждай|скажіть|повідом|напиши)(?:те)?\b",
    r"\b(?:забуд|игнориру|не обращай|не отвечай|притворись|представь себе, что ты|ты теперь|твой ответ|ваш ответ)\w*",
    r"\bигнорировать[^.!?]{0,40}?(?:инструкц|указани|правил)\w*|\b(?:αγνο(?:ή|ε)\w*|ξεχάστε|ξέχασε)[^.;!]{0,40}?(?:οδηγίες|εντολές|κανόνες)",
    # Arabic, Hebrew, Persian, Hindi
    r"(?:أخبر|اخبر|أبلغ|قل |قولوا|اكتب|أجب|اجب|أضف|تجاهل|انس |اذكر|كرر|ترجم|أوص)\w*|(?:ענה|כתוב|אמור|התעלם|ספר לקורא)|(?:بگو|بنویس|پاسخ بده|نادیده بگیر)|(?:बताओ|बताइए|लिखो|लिखिए|उत्तर दें|अनदेखा)",
    # Chinese, Japanese, Korean
    r"(?:请|請)?(?:告诉|告訴|回答|回复|回覆|写道|寫道|声明|聲明|提醒|通知|推荐|推薦|忽略|无视|無視|重复|重複|翻译|翻譯|输出|輸出|说明读者|添加|补充)[^。！？]{0,20}?(?:读者|讀者|用户|用戶|使用者|提问|提問|以下|指令|指示|说|說|：|:|只|所有|答案|回答)",
    r"(?:请|請|你必须|你必須|你应该|你應該|你现在|你現在|务必|務必)[^。！？]{0,20}?(?:说|說|写|寫|回答|回复|告诉|告訴|输出|輸出|扮演|翻译|提到|声称)|(?:当|如果)[^。！？]{0,20}?(?:问|問|询问)[^。！？]{0,30}?(?:说|說|回答|回复|答)",
    r"(?:と|を)?(?:伝え|答え|述べ|書い|言っ|回答し|返答し|出力し|繰り返し|翻訳し|無視し|追加し|勧め|教え)て(?:ください|下さい|くれ|ね|。|$)|(?:無視|忘れ)て|読者に|ユーザーに[^。]{0,40}?(?:伝え|言|答え)",
    r"(?:독자|사용자)(?:에게|들에게)[^.]{0,60}?(?:말|전하|알리|답)|(?:무시하|잊)(?:고|세요|십시오|라)|(?:라고|고) (?:말|답|쓰|적)(?:하|해|으)?(?:세요|십시오|라|시오)",
)
