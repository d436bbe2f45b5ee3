"""The laws of the society's own particulars."""

from pennypress.laws import Law

LAWS = (
    Law(
        "society.one_holder_of_an_office",
        "Nobody else is chair, secretary or treasurer on a day when somebody holds that office.",
        """SELECT a.office, a.from_on, b.from_on FROM society_officer a JOIN society_officer b
             ON b.office = a.office AND b.id > a.id AND a.office <> 'committee'
             AND daterange(a.from_on, a.to_on) && daterange(b.from_on, b.to_on)""",
    ),
    Law(
        "society.guards_stand",
        "The database still keeps the rules, the officers and the society: each guard exists and is switched on.",
        """SELECT wanted.name FROM (VALUES ('society_rule_kept_columns'), ('society_rule_kept_rows'),
               ('society_officer_kept_columns'), ('society_officer_kept_rows'),
               ('society_society_kept_columns'), ('society_society_kept_rows')) AS wanted(name)
           WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
           WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",
    ),
)
