"""The appeals that stand join a series of their currency, and their targets hold from the day on which they opened.

The series of the appeal that opened last is the principal one. The guard that lets only named columns move is taken off
here, since the series is a new column of old rows; it comes back with `0013_series_are_kept`.
"""

from django.db import migrations

MOVE = """
DROP TRIGGER giving_appeal_kept_columns ON giving_appeal;
INSERT INTO giving_appealseries (name, slug, is_principal, currency, basis, unit, carry_over, over_target,
    counts_pledges, words_before, words_running, words_met, words_closed, begun_at)
SELECT 'Fighting fund', 'fighting-fund' || CASE WHEN latest THEN '' ELSE '-' || lower(currency) END, latest, currency,
    'gross', 'money', 'none', 'count', true, '', '', '', '', begun_at
FROM (SELECT currency, min(opened_at) AS begun_at,
             max(opens_on) = (SELECT max(opens_on) FROM giving_appeal) AS latest
      FROM giving_appeal GROUP BY currency) AS standing;
UPDATE giving_appeal SET series_id = (SELECT id FROM giving_appealseries s WHERE s.currency = giving_appeal.currency);
INSERT INTO giving_appealtarget (appeal_id, from_on, amount_minor, reason, set_at)
SELECT id, opens_on, target_minor, '', opened_at FROM giving_appeal;
"""


class Migration(migrations.Migration):
    dependencies = [("giving", "0010_appeals_in_series")]
    # No reverse: targets that changed, and several series at once, have no place in the tables as they were.
    operations = [migrations.RunSQL(MOVE)]
