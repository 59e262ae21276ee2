"""The words of rich text that mean characters, code pages, and groups to leave out."""

# Source: Rich Text Format specification 1.9.1, \fcharset.
CHARSETS = {0: "cp1252", 77: "mac_roman", 78: "cp932", 79: "big5", 80: "cp949", 81: "cp1256"} | {
    82: "cp1255",
    83: "mac_greek",
    84: "mac_cyrillic",
    85: "gb18030",
    86: "mac_latin2",
    88: "mac_turkish",
    89: "mac_turkish",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
CODE_PAGES = {10000: "mac_roman", 936: "gb18030", 950: "big5", 1361: "johab", 65001: "utf-8"}
CHARACTERS = {
    "line": "\n",
    "tab": "\t",
    "emdash": "—",
    "endash": "–",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "zwj": "\u200d",
    "zwnj": "\u200c",
    "nestcell": " ",
    "nestrow": " ",
}
# Groups whose words are no part of the text. Others that begin with \* are left out as well.
LEFT_OUT = frozenset(
    "pict objdata themedata colorschememapping datastore latentstyles listtable "
    "listoverridetable rsidtbl xmlnstbl filetbl revtbl fldinst xe tc rxe txe bkmkstart bkmkend "
    "sp shprslt nonshppict shppict nonesttables ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn "
    "falt panose private template annotation atnid atnauthor atntime atndate atnref atnparent "
    "atnicn do upr operator keywords comment subject doccomm company manager category hlinkbase "
    "buptim printim mmathPict blipuid picprop generator".split()
)
MARGINS = frozenset("header headerl headerr headerf footer footerl footerr footerf".split())
TABLES = frozenset({"fonttbl", "colortbl", "stylesheet", "info"})
# Known groups behind \* that hold words, or controls that count.
STARRED = frozenset({"shpinst", "nesttableprops", "ud", "pntext", "listtext", "generator"})
