"""Lines of pages that pass: dates of the day, counters and labels, which say nothing of what a page says."""

import re

from factcheck.domain.typography import UNSPACED

MAX_LABEL = 4
"""So many words without a figure or the end of a sentence are a label, at most."""

_WEEKDAYS = """
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim
lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb
понеділок вівторок середа середу четвер п'ятниця п'ятницю субота суботу неділя неділю пн вт ср чт пт сб нд
понедельник вторник среда четверг пятница пятницу суббота субботу воскресенье вс среду
"""
_MONTHS = """
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
januar jänner februar märz mai juni juli oktober dezember mär okt dez
janvier février mars avril juin juillet août septembre octobre novembre décembre janv févr avr juil déc
enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre ene abr ago dic
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
янв фев мар апр июн июл авг сен сент окт ноя дек січ лют бер кві тра чер лип сер вер жов лис гру
"""
_MOMENTS = """
ago today yesterday now heute gestern jetzt aujourd'hui hier maintenant hoy ayer hace ahora
сьогодні вчора тому сегодня вчера назад vor il
"""
_UNITS = """
second seconds sec secs minute minutes min mins hour hours hr hrs day days week weeks month months year years
sekunde sekunden minuten stunde stunden std tag tage tagen woche wochen monat monate monaten jahr jahre jahren
seconde secondes heure heures jour jours semaine semaines mois an ans
segundo segundos minuto minutos hora horas día días semana semanas mes meses año años
секунд секунду секунди хвилин хвилину хвилини годин годину години днів день дні тиждень тижні тижнів
секунды минут минуту минуты час часа часов дней дня неделю недели недель місяць місяці місяців месяц месяца месяцев
"""
_AROUND = """
a an the is it at on of in and to by as last first date time local updated update published posted created modified
edited revised reviewed printed issued current edition am pm p m noon midnight th st nd rd
utc gmt bst cet cest est edt cst cdt mst mdt pst pdt eet eest msk kst jst et pt ct mt z
der die das den dem am um im ist stand uhr aktualisiert veröffentlicht zuletzt geändert erstellt datum letzte änderung
le la les l du de à au est mis jour publié modifié mise h y a dernière heure nous sommes date il
el los las del actualizado publicado modificado última actualización fecha es y
о в у на р рік року оновлено опубліковано змінено дата час останнє оновлення
г год года обновлено опубликовано изменено время последнее обновление
"""
_COUNTED = """
comment comments view views like likes share shares reply replies retweet retweets repost reposts reaction reactions
read reads reader readers follower followers subscriber subscribers vote votes upvotes download downloads click clicks
play plays watching post posts min minute minutes
kommentar kommentare aufrufe ansichten antworten teilen likes mal gelesen leser
commentaire commentaires vues vue partages partage réactions réaction abonnés lectures lecture
comentario comentarios visitas vistas compartidos compartir lecturas seguidores
коментар коментарі коментарів перегляд перегляди переглядів поширень вподобань
комментарий комментария комментариев просмотр просмотра просмотров репостов лайков прочтений
조회 조회수 댓글 댓글수 공감 좋아요 추천 评论 條評論 条评论
阅读 閱讀 浏览 点赞 次阅读 次浏览 人阅读 留言 コメント 件 閲覧 いいね
k m mio mln mrd тис тыс млн 万 萬 만
"""

_WEEKDAY, _MONTH, _MOMENT = (frozenset(words.split()) for words in (_WEEKDAYS, _MONTHS, _MOMENTS))
_UNIT, _AROUND_DATES, _COUNTER = (frozenset(words.split()) for words in (_UNITS, _AROUND, _COUNTED))

_NUMERIC = re.compile(
    r"\b\d{1,4}([./-])\d{1,2}\1\d{1,4}\.?(?:t(?=\d))?"
    r"|\b\d{1,2}[:.h]\d{2}(?::\d{2}(?:\.\d+)?)?(?![\d.,])(?:z\b)?"
    r"|[+-]\d{2}:?\d{2}\b"
)
_EASTERN = re.compile(
    "[0-9]{1,3}(?:秒|分|分钟|分鐘|小时|小時|時間|天|日|周|초|분|시간|일|주) ?[前전]"
    "|[0-9]{1,4}(?:[年月日号號時时点點分秒]|년|월|일|시|분|초)"
    "|星期[一二三四五六日天]|周[一二三四五六日]|[月火水木金土日]曜日?|[월화수목금토일]요일|[([][月火水木金土日월화수목금토일][)\\]]"
    "|오전|오후|上午|下午|午前|午後|更新|最終|最后|时间|時間|日時|发布于?|發布|发表于?|公開|掲載|配信|入力"
    "|기사|입력|수정|등록|승인|업데이트|今天|今日|오늘"
)
_WORD = re.compile(r"\d+(?:[.,' ]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*")
_LETTER_UNSPACED = re.compile(f"[{UNSPACED}]")
_ENDS = re.compile(r"[.!?。！？…][')\]]*$")
_LONGEST = 200


def passes(block: str) -> bool:
    """Whether a folded line says nothing that lasts: a date or time with little around it, a counter, a label."""
    if len(block) > _LONGEST:
        return False
    text = block.lower()
    return _is_label(text) or _is_counter(_WORD.findall(text)) or _is_date(text)


def _is_label(text: str) -> bool:
    if _ENDS.search(text) or any(character.isdigit() for character in text):
        return False
    unspaced = len(_LETTER_UNSPACED.findall(text))
    # Where no spaces tell words apart, one has about a character and a half.
    return len(_LETTER_UNSPACED.sub(" ", text).split()) + unspaced / 1.5 <= MAX_LABEL


def _is_counter(words: list[str]) -> bool:
    named = [word for word in words if not word[0].isdigit()]
    return any(word in _COUNTER and len(word) > 1 for word in named) and all(
        word in _COUNTER or word in _AROUND_DATES for word in named
    )


def _is_date(text: str) -> bool:
    rest, numeric = _NUMERIC.subn(" ", text)
    rest, eastern = _EASTERN.subn(" ", rest)
    words = _WORD.findall(rest)
    named = [word for word in words if not word[0].isdigit()]
    known = sum(word in _WEEKDAY or word in _MONTH or word in _MOMENT for word in named)
    strange = [word for word in named if not _belongs(word)]
    # A line with the name of the day is one of today, and may say of which town.
    room = 1 if any(word in _WEEKDAY and len(word) > 2 for word in named) else 0
    return bool(numeric or eastern or known) and len(strange) <= room and all(map(_is_small, words))


def _belongs(word: str) -> bool:
    return any(word in words for words in (_WEEKDAY, _MONTH, _MOMENT, _UNIT, _AROUND_DATES))


def _is_small(word: str) -> bool:
    """Whether a number can be one of a date: a day, a year, so many hours."""
    if not word[0].isdigit():
        return True
    return word.isdecimal() and (int(word[:5]) < 100 or 1900 <= int(word[:5]) <= 2100)
