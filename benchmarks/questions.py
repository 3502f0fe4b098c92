"""Every command that looks at a store, as `growth` asks it; and those that it leaves out, and why.

They are asked in this order, each in the folder of one store: what one makes, a later one reads.
"""

from typing import Final, NamedTuple

STORE: Final = "store.db"
SEALED: Final = "sealed.db"
LOG: Final = "--key log.key --memory log.key.signed"
GIVEN_OUT: Final = "--to university --purpose research --by u-1:coordinator:partnership-team"
ANNA: Final = "--by pt-01:business-support:partnership-team"
BERT: Final = "--by po-02:member:police"
MEMBER: Final = "m-1:member:health --purpose look"
ORDER: Final = "KM-2 --order E-1"
HOLD: Final = "KM-3 --hold H-1"
OTHER: Final = "--under devon-dscp"
THEN: Final = "--happened-by 2022-01-01"


class Question(NamedTuple):
    """A command, and how it is asked.

    Attributes:
        command: its name.
        words: after its name.
        of: what of, where the command can be asked of one case or of all; else empty.
        store: the store that it is asked of; empty where the words name it.
    """

    command: str
    words: str = ""
    of: str = ""
    store: str = STORE

    @property
    def name(self) -> str:
        """The question, as the table has it."""
        return f"`{self.command}`{', ' if self.of else ''}{self.of}"

    @property
    def asked(self) -> tuple[str, ...]:
        """What is typed."""
        store = ("--store", self.store) if self.store else ()
        return (*self.command.split(), *self.words.split(), *store)


BEFORE: Final = (
    Question("audit key", "--origin safeguarding.example/reviews -o log.key"),
    Question("permissions new", "sealed.permissions.toml", store=""),
)
"""What is asked before, and looks at no store."""

OF_ONE: Final = (
    Question("apply", "commands.jsonl --unsealed", "one command"),
    Question("import", "history.jsonl --unsealed", "one case"),
    Question("table import", "one_case.csv --unsealed", "one case"),
    Question("show", "KM-1"),
    Question("timeline", "KM-1"),
    Question("compliance", "KM-1", "one case"),
    Question("verdicts", "KM-1"),
    Question("difference", "KM-1 --entry 12"),
    Question("what-if", f"KM-1 {OTHER}", "one case"),
    Question("learning", "KM-1", "one case"),
    Question("report case", "KM-1 -o case.html"),
    Question("disclose pack", f"KM-1 {GIVEN_OUT} --unsealed -o pack.html"),
    Question("disclose draft", f"KM-1 {GIVEN_OUT} --unsealed -o draft.html"),
)
FROM_THE_READ_MODEL: Final = (
    Question("db rebuild"),
    Question("board"),
    Question("stats"),
    Question("diary"),
    Question("learning", "", "all cases"),
    Question("duplicates"),
    Question("report stats", "-o stats.html"),
    Question("export csv", "-o tables"),
)
OF_THE_STORE: Final = (
    Question("export register"),
    Question("subscription list"),
    Question("audit checkpoint", LOG, "the first"),
    Question("audit checkpoint", LOG, "a later one"),
    Question("audit cosign-request", "--origin safeguarding.example/reviews"),
    Question("audit bundle", f"KM-1 -o bundle {LOG}", "one case"),
    Question("audit verify"),
    Question("audit rebuild"),
    Question("db migrate"),
    Question("db retire"),
    Question("db backup", "copy.db"),
    Question("db restore", "copy.db", store="restored.db"),
    Question("db move", f"{STORE} moved.db", store=""),
)
OF_EVERY_CASE: Final = (
    Question("retention"),
    Question("compliance", "", "all cases"),
    Question("export ocel", f"-o log.json {GIVEN_OUT} --unsealed"),
    Question("what-if", f"--json {OTHER} --processes 1", "all cases, one process"),
    Question("what-if", f"--json {OTHER} --processes 2", "all cases, two processes"),
    Question("export xes", f"-o log.xes {GIVEN_OUT} --unsealed"),
    Question("export cloudevents", f"-o events {GIVEN_OUT} --unsealed"),
    Question("export parquet", f"-o tables.zip {GIVEN_OUT} --unsealed"),
    Question("board", THEN, "as of then"),
    Question("stats", THEN, "as of then"),
    Question("db seal", f"{STORE} {SEALED} --by pt-01 pt-02 -o new.key --key log.key", store=""),
)
OF_SEALED_WORDS: Final = tuple(
    one._replace(store=SEALED)
    for one in (
        Question("open", f"KM-1 --by {MEMBER}"),
        Question("characteristics", f"sex --reader {MEMBER}"),
        Question(
            "disclose subject",
            "child-1 --case KM-1 --to dpo --by dpo-1:data-protection-officer:health "
            "--purpose look -o about.html",
            "one case",
        ),
        Question("audit access"),
        Question("hold place", f"{HOLD} --ground claim {ANNA}"),
        Question("hold propose-lifting", f"{HOLD} {ANNA}"),
        Question("hold lift", f"{HOLD} {BERT}"),
        Question("erase propose", f"{ORDER} --whole-case --ground error {ANNA}"),
        Question("erase plan", ORDER),
        Question("erase approve", f"{ORDER} {BERT}"),
        Question("erase finish", f"{ORDER} {BERT}"),
        Question("erase verify", f"{ORDER} --words gone"),
        Question("keys check"),
        Question("keys fence"),
        Question("keys rotate"),
    )
)
QUESTIONS: Final = (
    *OF_ONE,
    *FROM_THE_READ_MODEL,
    *OF_THE_STORE,
    *OF_EVERY_CASE,
    *OF_SEALED_WORDS,
)
"""Each question, in the order in which they are asked."""

_NO_STORE: Final = "it looks at no store"
_UNTIL_STOPPED: Final = "it runs until somebody stops it"
LEFT_OUT: Final = {
    **dict.fromkeys(
        (
            *("audit key", "audit verify-bundle", "calendar check", "calendar diff"),
            *("calendar list", "calendar show", "completion", "demo", "due", "export bpmn"),
            *("export declare", "keys init", "people add", "permissions check"),
            *("permissions new", "scan", "schema commands", "schema events", "table check"),
            *("table template", "terms check", "terms diff", "terms list", "terms new"),
            "terms show",
        ),
        _NO_STORE,
    ),
    **dict.fromkeys(("serve", "work"), _UNTIL_STOPPED),
    "audit add-cosignature": "it needs the answer of a witness, and reads one checkpoint",
    "audit epoch": "it is for a log that lost entries in a restore",
    "db init": "it makes a store without entries",
    "subscription retry": "it needs a subscription, which a program of one's own makes",
}
"""The commands that are not asked, each with the reason."""
