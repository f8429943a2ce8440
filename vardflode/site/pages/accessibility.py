"""How accessible the site is (tillgänglighetsredogörelse)."""

from __future__ import annotations

from vardflode.site.context import Context, Page


def accessibility_page(c: Context) -> Page:
    """What is tried, what is known to be lacking, and how to say so."""
    page = Page(c.key, c.say("Tillgänglighets\u00adredogörelse", "Accessibility statement"))
    page.lead = c.say(
        "Sidorna ska kunna användas av alla: med tangentbord, skärmläsare, telefon, förstoring och på papper. Målet är WCAG 2.2, nivå AA.",
        "The pages are to be usable by everyone: with a keyboard, a screen reader, a phone, magnified and on paper. The aim is WCAG 2.2, level AA.",
    )
    page.blocks += [
        c.section(
            "sa",
            c.say("Så är sidorna gjorda", "How the pages are made"),
            *(
                c.p(text)
                for text in (
                    c.say(
                        "Varje diagram och karta har en tabell med samma tal. Färger skiljer sig också i ljushet, och linjer i sin streckning.",
                        "Every chart and map has a table with the same numbers. Colours differ also in lightness, and lines in their dashes.",
                    ),
                    c.say(
                        "Sidorna är hela utan skript. Skript gör det bara bekvämare att välja; ett val finns i adressen och kan delas.",
                        "The pages are whole without scripts. Scripts only make choosing pleasant; a choice is in the address and can be shared.",
                    ),
                    c.say(
                        "Inget hämtas från andra adresser, och ingenting sparas om den som läser.",
                        "Nothing is fetched from other addresses, and nothing is kept of who reads.",
                    ),
                    c.say(
                        "Tal som inte visas har ett tecken, och skälet står under tabellen.",
                        "Numbers that are not shown have a sign, and the reason stands below the table.",
                    ),
                )
            ),
        ),
        c.section(
            "provat",
            c.say("Hur det är prövat", "How it is tried"),
            c.p(
                c.say(
                    "Projektets prov öppnar varje slags sida i Chromium, i telefonens och skärmens bredd, och kör axe-core med reglerna för WCAG 2.0–2.2 A och AA utan anmärkning. "
                    "Maskinella prov finner inte allt. Någon granskning av användare med hjälpmedel har inte gjorts.",
                    "The project's tests open every kind of page in Chromium, as wide as a phone and a screen, and run axe-core with the rules of WCAG 2.0–2.2 A and AA without a remark. "
                    "Machines do not find everything. No review by users of assistive technology has been made.",
                )
            ),
        ),
        c.section(
            "brister",
            c.say("Kända brister", "Known shortcomings"),
            *(
                c.p(text)
                for text in (
                    c.say(
                        "Kunskapsbankens beskrivningar finns bara på svenska.",
                        "The descriptions of the knowledge bank are in Swedish only.",
                    ),
                    c.say(
                        "Breda tabeller behöver rullas i sidled på en telefon; de kan nås och rullas med tangentbordet.",
                        "Wide tables must be scrolled sideways on a phone; they can be reached and scrolled with the keyboard.",
                    ),
                    c.say(
                        "Filer för Excel, PC-Axis och Parquet följer sina program, inte WCAG.",
                        "Files for Excel, PC-Axis and Parquet follow their programs, not WCAG.",
                    ),
                )
            ),
        ),
        c.section(
            "kontakt",
            c.say("Om något inte går att använda", "If something cannot be used"),
            c.p(
                c.say(
                    "Säg till den som publicerar webbplatsen; kontakten står i utgåvans katalog (dcat.ttl) och arbetsbok. Den som inte får hjälp kan anmäla det till Myndigheten för digital förvaltning, som har tillsyn.",
                    "Tell the publisher of the site; the contact is in the catalogue (dcat.ttl) and workbook of the edition. Who gets no help can report it to the Agency for Digital Government, the supervisor.",
                )
            ),
        ),
    ]
    return page
