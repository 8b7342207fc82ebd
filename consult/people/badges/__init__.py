"""The badge “confirmed a work address at a public body”: how it is earned, shown and lost."""
