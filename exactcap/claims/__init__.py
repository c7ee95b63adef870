"""The statements: closed mathematical claims as frozen typed records."""
