"""Words for yes and no, for crimes and incidents, and for the strands of hate crime."""

import pandas as pd

YES_WORDS = ("yes", "y", "true", "t", "1", "1.0", "x", "✓", "checked", "ticked")
NO_WORDS = ("no", "n", "false", "f", "0", "0.0", "", "unchecked", "unticked", "nil")

CRIME_WORDS = (
    *YES_WORDS,
    "crime",
    "hate crime",
    "crimed",
    "notifiable",
    "notifiable crime",
    "notifiable offence",
    "recorded crime",
    "recordable crime",
    "criminal offence",
    "criminal",
    "offence",
    "hate offence",
)
INCIDENT_WORDS = (
    "no",
    "n",
    "false",
    "f",
    "0",
    "0.0",
    "incident",
    "hate incident",
    "non-crime",
    "non crime",
    "noncrime",
    "non-crime incident",
    "non crime incident",
    "non-crime hate incident",
    "non crime hate incident",
    "non-crime occurrence",
    "non-crime book",
    "nchi",
    "ncb",
    "not a crime",
    "not crime",
    "not crimed",
    "no crime",
    "incident only",
    "non-criminal",
    "non criminal",
    "non-notifiable",
    "non notifiable",
    "not notifiable",
    "anti-social behaviour",
    "asb",
)
KIND_NOT_KNOWN_WORDS = ("", "not known", "unknown", "null", "n/a", "na", "none", "-", "not stated")

NO_STRAND_WORDS = (
    "",
    "-",
    "none",
    "nil",
    "no",
    "n",
    "no strand",
    "no strands",
    "no flag",
    "not a hate crime",
    "not hate",
    "not hate related",
    "not hate crime",
    "not known",
    "not applicable",
    "not stated",
    "not recorded",
    "unknown",
    "null",
    "n/a",
    "na",
    "none recorded",
    "none known",
    "none stated",
    "not specified",
)

STRAND_HEADINGS = {
    "race": (
        *("race", "racial", "racist", "racism", "race or ethnicity", "race or nationality"),
        *("xenophobic", "xenophobia"),
    ),
    "religion or belief": (
        "religion or belief",
        "religion",
        "religion belief",
        "religion faith",
        "faith or belief",
        "faith or religion",
        "religious",
        "belief",
        "faith",
        "antisemitic",
        "antisemitism",
        "anti semitic",
        "anti semitism",
        "anti jewish",
        "islamophobic",
        "islamophobia",
        "anti muslim",
        "sectarian",
    ),
    "sexual orientation": (
        "sexual orientation",
        "orientation",
        "homophobic",
        "homophobia",
        "biphobic",
        "homophobic or biphobic",
        "lgb",
        "lesbophobic",
        "anti gay",
    ),
    "disability": ("disability", "disabled", "disablist", "disablism", "ableist"),
    "transgender identity": (
        "transgender identity",
        "transgender",
        "transphobic",
        "transphobia",
        "trans",
        "trans identity",
        "gender identity",
    ),
}
"""Words that a column of yes and no for a strand is headed with."""

STRAND_WORDS = {
    "race": (
        *("race", "races", "racial", "racially", "racist", "racism", "racialist", "xenophobic"),
        *("xenophobia", "ethnicity", "ethnic", "ethnic origin", "nationality", "national origin"),
        *("national origins", "skin colour", "anti gypsy", "anti traveller", "anti roma"),
        *("antigypsyism", "anti immigrant", "anti black", "anti asian", "afrophobic"),
    ),
    "religion or belief": (
        *("religion or belief", "religion", "religions", "religious", "religiously", "faith"),
        *("faiths", "belief", "beliefs", "religious belief", "religious hatred", "sectarian"),
        *("antisemitic", "antisemitism", "antisemite", "anti semitic", "anti semitism"),
        *("anti jewish", "islamophobic", "islamophobia", "islamaphobic", "islamaphobia"),
        *("anti muslim", "anti islam", "anti islamic", "anti christian", "anti hindu"),
        *("anti sikh", "anti catholic", "anti buddhist", "hinduphobic", "christianophobic"),
    ),
    "sexual orientation": (
        *("sexual orientation", "sexuality", "orientation", "homophobic", "homophobia"),
        *("homophobe", "homophobically", "biphobic", "biphobia", "lesbophobic", "lesbophobia"),
        *("lgb", "gay", "lesbian", "bisexual", "anti gay", "anti lesbian", "homosexual"),
        *("homosexuality", "queer"),
    ),
    "disability": (
        *("disability", "disabilities", "disabled", "disablist", "disablism", "ableist"),
        *("ableism", "learning disability", "learning disabilities", "learning difficulty"),
        *("learning difficulties", "learning disabled", "physical disability"),
        *("mental disability", "sensory disability", "sensory impairment"),
        *("physical impairment", "visual impairment", "hearing impairment"),
    ),
    "transgender identity": (
        *("transgender identity", "transgender", "transgendered", "transgenderism", "trans"),
        *("trans identity", "transphobic", "transphobia", "transphobe", "transsexual"),
        *("gender identity", "gender reassignment", "non binary", "nonbinary", "transvestite"),
    ),
}
"""Words that name a strand in a text. Antisemitism counts as hostility to a religion, as in the
figures of the Home Office; "LGBT" names two strands and is left for a person to decide."""


def truth_of(
    texts: "pd.Series[str]", yes: tuple[str, ...], no: tuple[str, ...]
) -> "pd.Series[bool]":
    """Turn words to a nullable boolean, missing where a word is in neither list."""
    meaning = dict.fromkeys(yes, True) | dict.fromkeys(no, False)
    codes, unique = pd.factorize(texts, use_na_sentinel=False)
    words = pd.Series(unique, dtype="str").str.strip().str.lower()
    return words.map(meaning).astype("boolean").take(codes).set_axis(texts.index)
