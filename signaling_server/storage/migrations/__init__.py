"""The steps that bring a database to the present schema, run by storage.store."""
