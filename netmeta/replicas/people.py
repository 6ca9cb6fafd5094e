"""The teachers who write on the replicas: invented people, one list for all portals.

A portal credits a teacher in its own way (`Teacher.credit`), so the same person may stand on two
portals as «Иванова М. И.» and as «Иванова Мария Ивановна, учитель математики МБОУ СОШ № 5».
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")

FORMS = ("short", "full", "post", "town", "initials-first")


@dataclass(frozen=True, slots=True)
class Teacher:
    """One invented teacher; `uid` is the number of the profile, `subjects` the names used in the
    text bank."""

    uid: int
    login: str
    surname: str
    name: str
    patronymic: str
    post: str
    school: str
    town: str
    subjects: tuple[str, ...]

    def credit(self, form: str) -> str:
        """The name as a page prints it, in one of `FORMS`."""
        initials = f"{self.name[0]}. {self.patronymic[0]}."
        full = f"{self.surname} {self.name} {self.patronymic}"
        return {
            "short": f"{self.surname} {initials}",
            "full": full,
            "post": f"{full}, {self.post} {self.school}",
            "town": f"{full}, {self.post}, {self.school}, {self.town}",
            "initials-first": f"{initials} {self.surname}",
        }[form]


def _teacher(uid: int, line: str) -> Teacher:
    login, fio, post, school, town, subjects = (part.strip() for part in line.split("|"))
    surname, name, patronymic = fio.split()
    return Teacher(
        uid, login, surname, name, patronymic, post, school, town, tuple(subjects.split(","))
    )


TEACHERS: tuple[Teacher, ...] = tuple(
    _teacher(uid, line)
    for uid, line in enumerate(
        """
    ivanova_mi | Иванова Мария Ивановна | учитель математики | МБОУ СОШ № 5 | г. Кунгур | математика,алгебра,геометрия
    gorelov | Горелов Сергей Петрович | учитель математики и информатики | МАОУ «Лицей № 3» | г. Вольск | математика,алгебра,геометрия,информатика
    savinaov | Савина Ольга Викторовна | учитель русского языка и литературы | МБОУ СОШ № 12 | г. Ливны | русский язык,литература
    zhdanova | Жданова Татьяна Юрьевна | учитель русского языка | МКОУ «Берёзовская СОШ» | с. Берёзовка | русский язык,литература
    petrova_nv | Петрова Наталья Васильевна | учитель начальных классов | МБОУ «Гимназия № 2» | г. Чусовой | начальная школа,классное руководство
    kulikova | Куликова Елена Андреевна | учитель начальных классов | МОУ СОШ № 8 | г. Ржев | начальная школа,классное руководство
    bortnik | Бортник Алексей Николаевич | учитель физики | МБОУ СОШ № 21 | г. Канск | физика,астрономия
    lapteva | Лаптева Ирина Сергеевна | учитель химии и биологии | МБОУ «Лицей № 1» | г. Шадринск | химия,биология
    medvedko | Медведко Галина Павловна | учитель биологии | МОУ «Заречная СОШ» | п. Заречный | биология,химия
    tarhanov | Тарханов Игорь Львович | учитель истории и обществознания | МАОУ СОШ № 40 | г. Сызрань | история,обществознание
    ermolina | Ермолина Вера Степановна | учитель истории | МБОУ СОШ № 7 | г. Тотьма | история,обществознание,классное руководство
    sokolnik | Сокольникова Анна Дмитриевна | учитель английского языка | МБОУ «Гимназия № 11» | г. Елец | английский язык
    yashina | Яшина Людмила Фёдоровна | учитель английского языка | МОУ СОШ № 3 | г. Галич | английский язык
    ponomar | Пономарёв Денис Олегович | учитель информатики | МБОУ СОШ № 16 | г. Бийск | информатика
    grishaeva | Гришаева Светлана Михайловна | учитель географии | МКОУ СОШ № 4 | г. Слободской | география
    chernyh | Черных Валентина Егоровна | учитель музыки и ИЗО | МБОУ СОШ № 19 | г. Касимов | музыка,ИЗО
    loginov_tr | Логинов Пётр Ильич | учитель технологии | МОУ СОШ № 6 | г. Кинешма | технология,ОБЖ
    demidova | Демидова Ксения Борисовна | воспитатель | МБДОУ «Детский сад № 14» | г. Лысьва | дошкольное
    orehova | Орехова Надежда Романовна | педагог-психолог | МБОУ СОШ № 9 | г. Миасс | классное руководство
    vetrov | Ветров Андрей Геннадьевич | учитель физической культуры | МБОУ СОШ № 30 | г. Ачинск | физкультура
    """.strip().splitlines(),
        start=2,
    )
)

BY_LOGIN = {teacher.login: teacher for teacher in TEACHERS}


def choice(options: tuple[T, ...], key: str) -> T:
    """One of the options, always the same for the same key (seeded without a generator)."""
    return options[crc32(key.encode()) % len(options)]


def author_of(subject: str, key: str) -> Teacher:
    """A teacher of the subject ("начальная школа" and "дошкольное" are subjects here), always the
    same for the same key; anyone if nobody teaches it."""
    fitting = tuple(teacher for teacher in TEACHERS if subject in teacher.subjects)
    return choice(fitting or TEACHERS, key)
