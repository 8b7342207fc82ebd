"""The editors' desk: it asks the law, calls the text's writing verbs, and records."""
