"""A collection from the books before these has no count sheet here: it was counted then."""

from django.db import migrations

PAST = """
DROP TRIGGER collection_is_counted ON payments_receipt;
CREATE CONSTRAINT TRIGGER collection_is_counted AFTER INSERT ON payments_receipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.method = 'collection' AND NOT NEW.is_brought_forward)
    EXECUTE FUNCTION collection_is_counted();
"""
UNDO = """
DROP TRIGGER collection_is_counted ON payments_receipt;
CREATE CONSTRAINT TRIGGER collection_is_counted AFTER INSERT ON payments_receipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.method = 'collection')
    EXECUTE FUNCTION collection_is_counted();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0045_brought_forward")]
    operations = [migrations.RunSQL(PAST, UNDO)]
