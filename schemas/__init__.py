"""What clients may send and what they get, as marshmallow schemas. Shapes alone: no look-ups, no rules
that need the record. Input is validated with them; answers are only described by them."""
