"""The grammar of dates: regular expressions over the letters of tokens.

`netmeta.when.lexer` turns «с 13 по 21 марта 2023 года» into `sNpNmYg`; here stands which
sequences of letters are dates. Every repetition is bounded, so matching is linear.

    N  number of one or two digits    O  ordinal (5-е, первое, IV)     C  two, twenty (in words)
    Y  four digits                    P  two years (2024/25)           J  a number that is no date
    D  24.01.2012, 2012-01-24         A  03.2024                       I  20120124
    B  12.05 (where it turns out to be a time, `netmeta.when.settle` has made it a T)
    T  15:30, полдень                 H  15 часов   h  15 ч 30 мин     E  утра, вечера, pm
    z  МСК, UTC+3                     l  московскому                   w  время
    m  month    W  day of the week    S  season    q  декада, квартал, полугодие, половина
    g  год      U  учебный            u  день, неделя, час             r  сегодня, вчера
    a  назад    c  через              f  следующий, прошлый            e  начало, середина, конец
    s  с        d  до                 p  по        k  к       v  в     n  на    o  от
    b  между    t  после              L  позднее   R  ранее   !  не    i  включительно
    #  числа, тому    y  в течение    F  последний, крайний; первый (понедельник)   G  срок    Z  подачи, приёма    V  около
    @  дата     ^  новый        "  the publisher «Первое сентября»
    j  каждый, по средам    *  праздник, открытка    Q  газета, издательство
    X  №, ул., стр.    M  школа, урок    K  (before it: a count)    x  any other word
    -  ,  /  :  &  as they are (dashes of all sorts, «и»)    ?  или
"""

from __future__ import annotations

import re

_DAY = r"(?:(?:CO|[NO])#?)"
_YEAR = r"(?:[-,]?Yg?|,?Ng|N(?=T)|PUg|[fs]g|J)"
_DATE = (
    rf"(?:{_DAY}[-/W]?mu?(?:[-/]?{_YEAR}|Tz?Yg|WYg?)?|[NO],m,?Yg?"  # 5 мая 2024, 5 мая 10:00 2024
    r"|Dg?|B(?:,?Yg?)?"
    r"|m,?[NO],?Yg?|mNTz?Y|m[NO](?=[,T-]|$)"  # Июнь 23, 2009; May 5 10:00:00 2024
    rf"|Y[-/]?m[-/]?N|Yg?,?{_DAY}m)"  # 2018-Mar-18; 2024 год, 5 мая
)
_MONTH = r"(?:mu?[-,]?Yg?|mPUg|Yg?,?m|A)"
_PERIOD = (
    r"(?:[FO]um(?:Yg?)?|FWm(?:Yg?)?"  # последний день марта, первый понедельник марта
    r"|[NOF](?:[-&][NO])?qm?(?:,?Yg?|PU?g?)?"  # 1-я декада февраля, I-II квартал 2025
    r"|S(?:[-&/]S)?,?(?:Yg?|Pg?)"  # осень 2024
    r"|PUg|UgPg?|PU|Pg)"  # 2024/2025 учебный год, 2019-2021 гг.
)
_RELATIVE = (
    r"(?:ru?|nfuv?W|vWnfu|[vnd]?f(?:[ugWm]|Ug)"  # вчера; в среду на следующей неделе; в этом году
    r"|(?<![NCug])[ug]#?a|(?<![ug])(?<![ug]&)(?:[NC][ug]|H)#?a"  # неделю назад, 3 дня назад
    r"|c[NC]?[ug](?!&?[NC][ug])|cH(?!&?[NC][ug]))"  # через две недели
)
_ZONE = r"(?:,?(?:pw?|w)?(?:z|lw?)|,?wl){0,2}"
_CLOCK = (
    r"(?:T[Eu]?|[Hh]E|NE|(?<=[vsdk])[Hh]|(?<=[mYgD,])h|N(?=[-dp]H)|(?<=v)N-N(?![mNO])"
    r"|(?<=s)N(?=dN(?![mNOYq]))|(?<=sNd)N(?![mNOYq]))"
)
_HOURS = rf"(?:[vsdk]?{_CLOCK}{_ZONE}(?:[-dp](?:T[Eu]?|[Hh]E?|NE|(?<=sNd)N(?![mNOYq])))?{_ZONE})"
_TAIL = rf"(?:,?W(?!-W))?(?:(?:[-,/:]|[vxewM]){{0,4}}{_HOURS})?(?:,?W(?!-W))?i?"
_HEAD = rf"(?:{_HOURS}[-,]?v?)?(?:v?W(?!nfu)[,:]?)?"
_ONE = rf"(?:{_DATE}|{_RELATIVE}|{_PERIOD}|{_MONTH}|(?<!NN)Yg)"
_FIRST = rf"(?:{_DATE}|{_PERIOD}|{_MONTH}|m|{_DAY}(?![-/]m|[-&][NO]q)|ru?)"
_END_OF = rf"e(?:{_MONTH}|m|Yg|f?g|f?u|PUg?|Ug)"
_LAST = rf"(?:{_DATE}|{_PERIOD}|{_MONTH}|m|ru?|(?<=[dp]){_END_OF})"
_LISTED = rf"(?:(?:{_DAY}-)?{_DATE}|{_DAY}(?:-{_DAY})?)"
_WORDS_BETWEEN = r"[xZKnv*]{0,3}"
_UNTIL = (
    r"(?:!L,?x?"  # не позднее (чем)
    r"|[dpk]E?"
    rf"|F[Gu](?!m){_WORDS_BETWEEN}d?"  # последний день приёма работ
    rf"|[G@]?eZ{_WORDS_BETWEEN}d?|GZ{_WORDS_BETWEEN}d?)"  # (дата) окончания приёма, срок подачи
    r"[:,-]?"
)
_FROM = r"(?:!R|s|t|L)"

PHRASE = re.compile(
    "|".join(
        (
            rf"(?P<close>[dpk](?P<close_of>{_END_OF}))",
            rf"(?P<vague>{_END_OF}|V[dskpvn]?(?:{_LAST}|Yg)|k(?:{_MONTH}|m(?![NO]))"
            r"|V[ug]a|cV[ug]|N-N[ug]a|y[NC]?[ug]d)",
            rf"(?P<either>{_LISTED}\?v?{_ONE})",
            rf"(?P<several>{_LISTED}{_TAIL}(?:(?:,?&|,|(?<!D)/)v?{_LISTED}{_TAIL}){{0,12}}"
            rf"(?:,?&|,|(?<!D)/)v?(?:{_DAY}-)?{_DATE}{_TAIL})",
            r"(?P<months>vm(?:[,&/]v?m){1,5}(?:,?Yg?)?|m(?:[,&/]m){1,5},?Yg?)",
            r"(?P<english>m[NO]-[NO],?Y)",
            r"(?P<years>sYg?[pd-]Yg?|Yg?-Yg)",
            r"(?P<recurring>s?W[pd-]W|v?W(?:[,&]v?W){1,6}|[NO]mj|j[NO]m(?![YN]))",
            rf"(?P<span>(?P<between>b)?(?:(?P<since>[so])|v)?{_HEAD}(?P<first>{_FIRST}){_TAIL}"
            r",?(?(between)&|(?(since)&?[-pdn]|(?:[-p]|(?<=[DYg])d|(?<=D)/(?=D))))"
            rf"{_HEAD}(?P<last>{_LAST}){_TAIL})",
            rf"(?P<until>{_UNTIL}{_HEAD}(?P<end>{_ONE}|m|W){_TAIL})",
            rf"(?P<after>{_FROM}{_HEAD}(?P<begin>{_ONE}|m|W){_TAIL})",
            rf"(?P<single>{_HEAD}(?P<one>{_ONE}|(?:[vn]?y{{1,2}}|v)(?:{_MONTH}|m)|vW){_TAIL})",
        )
    )
)
"""One dated phrase; the name of the outermost group says of which kind."""

LIST_ITEM = re.compile(
    rf"(?P<clock>{_HOURS})|(?P<item>(?:(?P<low>{_DAY})-)?(?P<each>{_DATE}|{_DAY}))"
)
"""One item of a `several` phrase, or a clock time to be left out."""

WHOLE = re.compile(rf"[,:-]{{0,3}}(?P<single>(?P<one>Y|P|m|I|W|{_MONTH}))[,:-]{{0,3}}")
"""What is a date only where a text holds nothing else."""
