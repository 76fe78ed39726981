"""Words that carry no topic: particles, pronouns, question words and the politeness of a chat message."""

from typing import Final

from rag.azerbaijani.letters import fold

_WORDS: Final = """
    və ya yaxud həm amma ancaq lakin isə ki da də ilə üçün kimi qədər görə barədə haqqında üzrə ən çox az daha artıq yalnız bəs
    bu o bunu bunun buna bunda bundan bunlar onu onun ona onda ondan onlar onların onlara onları belə elə həmin öz özü özünün
    mən məni mənim mənə məndə məndən sən səni sənin sənə biz bizi bizim bizə siz sizi sizin sizə sizdə
    nə nədir nəyi nəyə nədən niyə necə necədir neçə neçəyə neçəyədir neçədir neçədən hansı hansıdır hansılar hansılardır kim kimdir kimi kimin kimə
    kimlər kimlərdir hara harada haradan haraya hardan harda hardadır haradadır haçan nə vaxt
    var vardır yox yoxdur deyil olar olarmı olur olurmu olunur olub olubmu olduğu olan oldu idi imiş mi mı mu mü bir hər heç
    edir edilir edilib etmək edən edilən etdi etmişdir olmuşdur olunmuşdur etmişdi
    lazım lazımdır lazımdı gərək gərəkdir mümkün mümkündür zəhmət olmasa xahiş edirəm salam slm sağ ol sağolun təşəkkür deyin deyə bilərsiniz bilərəm
    istəyirəm istəyirik xaiş nəsə zəhmət
    the a an of to in on at for and or is are was what how where when who which do does i my me can
    и в на не что как где когда сколько мне мой для с по за у я ли это
"""

STOP_WORD_SPELLINGS: Final = tuple(dict.fromkeys(_WORDS.split()))
"""The same words as they are written."""

STOP_WORDS: Final = frozenset(map(fold, STOP_WORD_SPELLINGS))
"""Folded forms, to be compared with folded words."""
