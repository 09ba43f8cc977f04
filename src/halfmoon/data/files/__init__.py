"""What a table's file may be: packed, in any encoding, with any separator, a workbook, lines of JSON."""
