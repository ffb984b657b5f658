"""Pure: from the record's documents to what a template shows. Knows neither HTTP nor a database."""
