"""The report of an ensemble for a table: one page that opens without a network."""
